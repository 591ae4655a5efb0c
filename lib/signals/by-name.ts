/**
 * Finds one of a list by its name. The list is indexed the first time it is asked: a tick asks for each of ten thousand
 * queues, and looking through all of them for each took most of a second. Of equal names the first is found. The list
 * must not change; the index is forgotten with it.
 */
export function byName<T extends object>(nameOf: (one: T) => string): (list: readonly T[], name: string) => T | null {
  const indexes = new WeakMap<readonly T[], ReadonlyMap<string, T>>();
  return (list, name) => {
    const index = indexes.get(list) ?? new Map(list.map((one) => [nameOf(one), one] as const).reverse());
    indexes.set(list, index);
    return index.get(name) ?? null;
  };
}
