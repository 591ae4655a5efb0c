/**
 * Finds an element of a list by its name; of equal names the first. The list is indexed once: a tick looks up each of ten
 * thousand queues, and a search through the whole list for each took most of a second.
 */
export function byName<T extends object>(
  nameOf: (element: T) => string,
): (list: readonly T[], name: string) => T | null {
  const index = memoized(
    (list: readonly T[]) => new Map(list.map((element) => [nameOf(element), element] as const).reverse()),
  );
  return (list, name) => index(list).get(name) ?? null;
}

/** Derives a value of an object once. The object must not change; the value is released with it. */
export function memoized<K extends object, V extends object>(derive: (source: K) => V): (source: K) => V {
  const values = new WeakMap<K, V>();
  return (source) => {
    const value = values.get(source) ?? derive(source);
    values.set(source, value);
    return value;
  };
}
