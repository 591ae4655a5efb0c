/** Runs the work of each key one at a time, in the order of the calls. Work that fails does so for its caller alone. */
export type Serialize<Key> = <R>(key: Key, work: () => Promise<R>) => Promise<R>;

export function keyedMutex<Key>(): Serialize<Key> {
  const last = new Map<Key, Promise<unknown>>();
  return (key, work) => {
    const mine = (last.get(key) ?? Promise.resolve()).then(work);
    const settled = mine.then(
      () => {},
      () => {},
    );
    last.set(key, settled);
    settled.then(() => {
      if (last.get(key) === settled) last.delete(key);
    });
    return mine;
  };
}
