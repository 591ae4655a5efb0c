/** The value at one instant: a number, null for "not measured", or `stale`: the object ended for good. */
export type NotationValues = number | null | "stale";

export type NotationResult =
  | { readonly ok: true; readonly values: readonly NotationValues[] }
  | { readonly ok: false; readonly message: string };

/** A day at the usual 15 s has 5,760 values; more is a mistake, and every instant is evaluated. */
export const VALUES_MAX = 10_000;

const NUMBER = "-?\\d+(?:\\.\\d+)?(?:[eE][+-]?\\d+)?";
const TOKEN = new RegExp(`^(?<first>_|stale|${NUMBER})(?<step>[+-]\\d+(?:\\.\\d+)?)?(?:x(?<times>\\d+))?$`);
export const FORM =
  "values such as 0x5 120 100+10x3 _ stale: a number, _ for not measured, stale for gone, xN for N times";

/**
 * Reads a timeline of values, one for each instant, with blanks between: `120` once, `0x5` five times, `100+10x3` is
 * 100 110 120, `_` is not measured, `stale` has ended until a number follows.
 */
export function readValues(text: string): NotationResult {
  const values: NotationValues[] = [];
  for (const token of text.trim().split(/\s+/)) {
    const { first, step, times } = TOKEN.exec(token)?.groups ?? {};
    if (first === undefined) return { ok: false, message: `"${token}" is none of ${FORM}` };
    if (step !== undefined && (times === undefined || !isNumber(first))) {
      return { ok: false, message: `"${token}": a step goes with a number and a count, as in 100+10x3` };
    }
    const count = times === undefined ? 1 : Number(times);
    if (values.length + count > VALUES_MAX) return { ok: false, message: `at most ${VALUES_MAX} values` };
    for (let at = 0; at < count; at += 1)
      values.push(isNumber(first) ? Number(first) + at * Number(step ?? 0) : word(first));
  }
  return { ok: true, values };
}

const isNumber = (first: string): boolean => first !== "_" && first !== "stale";
const word = (first: string): null | "stale" => (first === "stale" ? "stale" : null);
