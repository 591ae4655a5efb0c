import { reasons as english } from "@/lib/base/messages/en/reasons";
import type { Locale } from "@/lib/base/messages/locale";
import { reasons as chinese } from "@/lib/base/messages/zh-CN/reasons";

type Texts = typeof english.reasons;
type Names<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}` ? Name | Names<Rest> : never;

/** One of the catalogue's reasons in English, as it is logged and stored. */
export const reason = <Key extends keyof Texts>(
  key: Key,
  facts: Readonly<Record<Names<Texts[Key]>, string | number>>,
): string => filled(english.reasons[key], new Map(Object.entries(facts)));

/**
 * A stored reason in a language. What the catalogue does not have (the words of a driver or of another version) stays
 * English: better than nothing, and it is often looked for word by word.
 */
export function translateReason(locale: Locale, said: string): string {
  if (locale === "en") return said;
  for (const { text, pattern, names } of PATTERNS) {
    const found = pattern.exec(said);
    if (found === null) continue;
    const facts = new Map(names.map((name, at) => [name, found[at + 1] ?? ""]));
    // The reason why a webhook was switched off is one of these itself.
    const because = facts.get("because");
    if (because !== undefined) facts.set("because", translateReason(locale, because));
    return filled(text, facts);
  }
  return said;
}

const PLACEHOLDER = /\{([a-zA-Z]+)\}/g;

const filled = (text: string, facts: ReadonlyMap<string, string | number>): string =>
  text.replace(PLACEHOLDER, (_, name: string) => String(facts.get(name) ?? ""));

/** What of a text is not filled in: the more of it, the surer it is meant. */
const surety = (text: string): number => text.replace(PLACEHOLDER, "").length;

const [NUMBER, WORD] = ["\\d+(?:\\.\\d+)?", "\\S+?"];
/** What a placeholder can stand for: a sentence of others must not be taken for one of ours because it says "from". */
const SHAPES: ReadonlyMap<string, string> = new Map([
  ...["status", "seconds", "bytes", "count", "inside"].map((name) => [name, NUMBER] as const),
  ...["where", "address", "host", "code"].map((name) => [name, WORD] as const),
]);

/** Some say them with a full stop and some without. */
const patternOf = (text: string): RegExp =>
  new RegExp(
    `^${text
      .replace(/\.$/, "")
      .split(PLACEHOLDER)
      .map((part, at) =>
        at % 2 === 1 ? `(${SHAPES.get(part) ?? ".+?"})` : part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"),
      )
      .join("")}\\.?$`,
    "s",
  );

const CHINESE: ReadonlyMap<string, string> = new Map(Object.entries(chinese.reasons));

const PATTERNS = Object.entries(english.reasons)
  .toSorted(([, a], [, b]) => surety(b) - surety(a))
  .map(([key, text]) => ({
    text: CHINESE.get(key) ?? text,
    pattern: patternOf(text),
    names: [...text.matchAll(PLACEHOLDER)].map(([, name = ""]) => name),
  }));
