/** How a receiver counts the length of a text. */
export type Measure = (text: string) => number;

/** UTF-16 units. A receiver that counts characters counts at most as many. */
export const units: Measure = (text) => text.length;
export const bytes: Measure = (text) => new TextEncoder().encode(text).length;

interface Fit {
  readonly measure?: Measure;
  /** Escapes each character, so that a cut never falls into an escape sequence. */
  readonly quote?: (text: string) => string;
}

const CHARACTERS = new Intl.Segmenter("en", { granularity: "grapheme" });
const ELLIPSIS = "…";

/**
 * The text as a receiver accepts it: without control characters, escaped, and at most `max` long by its measure. A text
 * that is too long is cut after a whole grapheme (such as a flag of two code points) and ends in an ellipsis.
 */
export function cut(text: string, max: number, { measure = units, quote = (same) => same }: Fit = {}): string {
  const plain = readable(text);
  const whole = quote(plain);
  if (measure(whole) <= max) return whole;
  let left = max - measure(ELLIPSIS);
  let result = "";
  // Every unit measures at least one, so nothing after the first `max` is needed.
  for (const { segment } of CHARACTERS.segment(plain.slice(0, max))) {
    const piece = quote(segment);
    left -= measure(piece);
    if (left < 0) break;
    result += piece;
  }
  return `${result}${ELLIPSIS}`;
}

/** Line breaks stay. No receiver shows other control characters and half surrogate pairs, and some refuse them. */
const readable = (text: string): string =>
  text
    .toWellFormed()
    .replace(/\r\n?/g, "\n")
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to remove.
    .replace(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029]/g, " ");

/** A text on one line. */
export const line = (text: string, max: number, how: Fit = {}): string => cut(text.replace(/\s+/g, " "), max, how);

/** The maximum lengths of texts and label lists in a body. */
export interface Size {
  readonly text: number;
  readonly labels: number;
}

/** Tried in turn. The first is no limit in practice: rules have four labels. The last fits every limit. */
const SIZES: readonly Size[] = [
  { text: 2_000, labels: 24 },
  { text: 500, labels: 24 },
  { text: 100, labels: 24 },
  { text: 40, labels: 24 },
];
const SMALLEST: Size = { text: 40, labels: 0 };

/** The largest body of `write` whose JSON measures at most `max`. */
export function fitting<T>(max: number, write: (size: Size) => T, measure: Measure = bytes): T {
  for (const size of SIZES) {
    const body = write(size);
    if (measure(JSON.stringify(body)) <= max) return body;
  }
  return write(SMALLEST);
}
