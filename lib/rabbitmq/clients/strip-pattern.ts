import { type CompiledPattern, compilePattern, type Pattern } from "@/lib/base/patterns/pattern";

/** What a pattern of `clients.strip` removes: its group of this name, or all that it matches. */
const GROUP = "strip";

/** A pattern of `clients.strip`. It may match only a part of a name. */
export const compileStrip = (source: string): CompiledPattern => compilePattern(withoutLookaround(source), "part");

/** What a pattern removes from a name, and what is left; null if it does not match, or matches nothing. */
export function stripped(name: string, pattern: Pattern): { readonly removed: string; readonly rest: string } | null {
  const span = pattern.find(name, GROUP);
  if (span === null || span.start === span.end) return null;
  return { removed: name.slice(span.start, span.end), rest: name.slice(0, span.start) + name.slice(span.end) };
}

/** One token of a pattern without groups. */
const PLAIN = String.raw`(?:[^()\\]|\\.)*`;
/** `(?<=^worker)-\d+(?=-eu$)`: the form of suggestions before the engine was RE2, which has no lookaround. */
const SUGGESTED = new RegExp(String.raw`^(?:\(\?<=\^(${PLAIN})\)|\^)(${PLAIN}?)(?:\(\?=(${PLAIN})\$\)|\$)$`, "su");

function withoutLookaround(source: string): string {
  const [, before = "", middle, after = ""] = SUGGESTED.exec(source) ?? [];
  if (middle === undefined || before + after === "") return source;
  return `^${before}(?<${GROUP}>${middle})${after}$`;
}
