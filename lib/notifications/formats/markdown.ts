import { type ComposedText, mapTexts } from "@/lib/notifications/formats/compose-text";
import { withoutEmphasis, withoutLinks } from "@/lib/notifications/formats/inert";
import { cut, line, type Measure } from "@/lib/notifications/formats/text";

/**
 * DingTalk and WeCom document no escapes. Characters that begin a link, an image, a mention, code or HTML are replaced
 * by their full-width form, which looks alike and has no effect.
 */
const FULL_WIDTH: Readonly<Record<string, string>> = {
  "<": "＜",
  ">": "＞",
  "[": "［",
  "]": "］",
  "`": "'",
  "#": "＃",
  "@": "＠",
};
const quote = (text: string): string => text.replace(/[<>[\]`#@]/g, (character) => FULL_WIDTH[character] ?? character);

/** Text of a field beside the Markdown, such as a title. */
export const markdownTitle = (text: string, max: number): string =>
  line(withoutEmphasis(withoutLinks(text)), max, { quote });

export interface MarkdownLimits {
  /** Of the whole text, in units of `measure`. */
  readonly max: number;
  readonly measure: Measure;
  readonly titleMax: number;
  readonly factMax: number;
  /** Follows the facts; counted and never cut. */
  readonly tail?: string;
}

/** Heading, sentence and one line per fact. Facts that do not fit are left out entirely. */
export function markdown(composed: ComposedText, limits: MarkdownLimits): string {
  const { title, summary, facts, colon } = mapTexts(composed, (text) => withoutEmphasis(withoutLinks(text)));
  const { max, measure, titleMax, factMax, tail = "" } = limits;
  const how = { measure, quote };
  let text = `### ${line(title, titleMax, how)}\n\n`;
  let left = max - measure(text) - measure(tail);
  // The sentence gets at most half, so that some facts always fit.
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
