/**
 * Finds one of a list by its name. The list is indexed the first time it is asked: a tick asks for each of ten thousand
 * queues, and looking through all of them for each took most of a second. Of equal names the first is found.
 */
export function byName<T extends object>(nameOf: (one: T) => string): (list: readonly T[], name: string) => T | null {
  const index = withHistory((list: readonly T[]) => new Map(list.map((one) => [nameOf(one), one] as const).reverse()));
  return (list, name) => index(list).get(name) ?? null;
}

/** What is made of an object, made once. The object must not change; what was made is forgotten with it. */
export function withHistory<K extends object, V extends object>(make: (of: K) => V): (of: K) => V {
  const made = new WeakMap<K, V>();
  return (of) => {
    const known = made.get(of) ?? make(of);
    made.set(of, known);
    return known;
  };
}
