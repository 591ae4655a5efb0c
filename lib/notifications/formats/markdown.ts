import type { ComposedText } from "@/lib/notifications/formats/compose-text";
import { cut, line, type Measure } from "@/lib/notifications/formats/text";

/**
 * DingTalk and WeCom document no escapes. What begins a link, an image, a mention, code or HTML becomes its full-width
 * twin, which looks alike and means nothing; a single star or underscore can only slant a word.
 */
const TWINS: Readonly<Record<string, string>> = {
  "<": "＜",
  ">": "＞",
  "[": "［",
  "]": "］",
  "`": "'",
  "#": "＃",
  "@": "＠",
};
const quote = (text: string): string => text.replace(/[<>[\]`#@]/g, (found) => TWINS[found] ?? found);

export interface MarkdownLimits {
  /** Of the whole text, as `measure` counts. */
  readonly max: number;
  readonly measure: Measure;
  readonly titleMax: number;
  readonly factMax: number;
  /** Behind the facts, counted and never cut. */
  readonly tail?: string;
}

/** Heading, sentence and one line per fact. Facts that do not cut are left out whole. */
export function markdown({ title, summary, facts, colon }: ComposedText, limits: MarkdownLimits): string {
  const { max, measure, titleMax, factMax, tail = "" } = limits;
  const how = { measure, quote };
  let text = `### ${line(title, titleMax, how)}\n\n`;
  let left = max - measure(text) - measure(tail);
  // At most half for the sentence, so that some facts have a place in any case.
  const sentence = cut(summary.replace(/\s+/g, " "), Math.floor(left / 2), how);
  text += sentence;
  left -= measure(sentence);
  for (const [name, value] of facts) {
    const fact = `\n\n> ${line(name, factMax, how)}${colon}${line(value, factMax, how)}`;
    left -= measure(fact);
    if (left < 0) break;
    text += fact;
  }
  return text + tail;
}
