/**
 * Waits until `check` returns a value other than null or false, and returns it. An error thrown by `check` counts as
 * "not yet"; the last one is part of the timeout error. Throws after `withinMs`.
 */
export async function until<T>(
  what: string,
  withinMs: number,
  check: () => T | null | false | Promise<T | null | false>,
  everyMs = 50,
): Promise<T> {
  const deadline = performance.now() + withinMs;
  let last: unknown = null;
  for (;;) {
    try {
      const seen = await check();
      if (seen !== null && seen !== false) return seen;
      last = null;
    } catch (cause) {
      last = cause;
    }
    if (performance.now() >= deadline) {
      const because = last instanceof Error ? ` (${last.message})` : "";
      throw new Error(`waited ${withinMs} ms in vain for: ${what}${because}`, last === null ? {} : { cause: last });
    }
    await pause(everyMs);
  }
}

/** Waits for `ms`. For timed actions of the environment; a test waits for a condition instead. */
export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
