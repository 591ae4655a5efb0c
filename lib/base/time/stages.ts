/** Work in parts: between two of them its runner may let others in. */
export type Stages<T> = Generator<void, T, void>;

/** Runs all stages at once. */
export function finished<T>(stages: Stages<T>): T {
  for (;;) {
    const stage = stages.next();
    if (stage.done) return stage.value;
  }
}

/** Runs them one by one, with a `rest` between two. */
export async function finishedWithPauses<T>(stages: Stages<T>, rest: () => Promise<void>): Promise<T> {
  for (;;) {
    const stage = stages.next();
    if (stage.done) return stage.value;
    await rest();
  }
}
