/** How a receiver counts a text. */
export type Measure = (text: string) => number;

/** UTF-16 units. A receiver that counts characters counts no more than this. */
export const units: Measure = (text) => text.length;
export const bytes: Measure = (text) => new TextEncoder().encode(text).length;

interface Fit {
  readonly measure?: Measure;
  /** Applied to each character, so that a cut never falls into an escape. */
  readonly quote?: (text: string) => string;
}

const CHARACTERS = new Intl.Segmenter("en", { granularity: "grapheme" });
const ELLIPSIS = "…";

/**
 * The text as a receiver takes it: without control characters, escaped, and at most `max` long as it measures. A text
 * that is too long ends in an ellipsis after a whole character as people see it, such as a flag of two code points.
 */
export function cut(text: string, max: number, { measure = units, quote = (same) => same }: Fit = {}): string {
  const plain = readable(text);
  const whole = quote(plain);
  if (measure(whole) <= max) return whole;
  let left = max - measure(ELLIPSIS);
  let kept = "";
  // Every unit measures one at least: what stands behind the first `max` is not needed.
  for (const { segment } of CHARACTERS.segment(plain.slice(0, max))) {
    const piece = quote(segment);
    left -= measure(piece);
    if (left < 0) break;
    kept += piece;
  }
  return `${kept}${ELLIPSIS}`;
}

/** Line breaks stay; other control characters and halves of surrogate pairs are shown by nobody and refused by some. */
const readable = (text: string): string =>
  text
    .toWellFormed()
    .replace(/\r\n?/g, "\n")
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that are taken out.
    .replace(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029]/g, " ");

/** A text on one line. */
export const line = (text: string, max: number, how: Fit = {}): string => cut(text.replace(/\s+/g, " "), max, how);

/** How long texts and lists may be in one try at a body. */
export interface Size {
  readonly text: number;
  readonly labels: number;
}

/** Tried in turn: the first is no limit in practice, the last fits every limit there is. Rules carry four labels. */
const SIZES: readonly Size[] = [
  { text: 2_000, labels: 24 },
  { text: 500, labels: 24 },
  { text: 100, labels: 24 },
  { text: 40, labels: 24 },
];
const SMALLEST: Size = { text: 40, labels: 0 };

/** The largest of the bodies `write` makes that measures at most `max` as JSON, in bytes where nothing else is said. */
export function fitting<T>(max: number, write: (size: Size) => T, measure: Measure = bytes): T {
  for (const size of SIZES) {
    const body = write(size);
    if (measure(JSON.stringify(body)) <= max) return body;
  }
  return write(SMALLEST);
}
