/** Work in stages: between two of them its runner may yield to the event loop. */
export type Stages<T> = Generator<void, T, void>;

/** Runs all stages at once. */
export function finished<T>(stages: Stages<T>): T {
  for (;;) {
    const stage = stages.next();
    if (stage.done) return stage.value;
  }
}

/** Runs stages one by one, with a `pause` between two. */
export async function finishedWithPauses<T>(stages: Stages<T>, pause: () => Promise<void>): Promise<T> {
  for (;;) {
    const stage = stages.next();
    if (stage.done) return stage.value;
    await pause();
  }
}
