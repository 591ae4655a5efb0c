import { RE2JS } from "re2js";
import { cacheVerdicts } from "@/lib/base/patterns/cached-verdicts";
import { hasMoreInstructionsThan } from "@/lib/base/patterns/pattern-size";

/**
 * A regular expression that somebody wrote, in the syntax of RE2, which Prometheus and Alertmanager use too. Its cost is
 * linear in the text whatever the pattern is; JavaScript's RegExp backtracks, and one pattern can occupy the process for ever.
 */
export interface Pattern {
  readonly source: string;
  /** Whether the text matches: all of it if the pattern was compiled as `whole`, else any part. */
  readonly test: (text: string) => boolean;
  /** Where the group of this name matched, or the whole pattern if it has no such group; null if nowhere. */
  readonly find: (text: string, group: string) => Span | null;
}

interface Span {
  readonly start: number;
  readonly end: number;
}

export type CompiledPattern =
  | { readonly ok: true; readonly pattern: Pattern }
  | { readonly ok: false; readonly message: string };

/** The place of a pattern: matchers compare the whole label and let `.` match a line break, as Alertmanager does. */
type Comparison = "whole" | "part";

/** A list of alternatives is the longest that anyone writes. */
const PATTERN_LENGTH_MAX = 500;
/**
 * The cost of a pattern is its instructions times the length of the text. `.{240}` ten times is more than this; a hostile
 * pattern of this size takes 1 ms for a name of 256 characters and 35 ms to compile (measured, re2js 2.10.0).
 */
const INSTRUCTIONS_MAX = 1_000;
/** Patterns are compiled again with each read of the rules and windows; these are as many as a large file has. */
const COMPILED_MAX = 1_000;

const compiled = new Map<string, CompiledPattern>();

/** A pattern ready to match, or the sentence that says why it is none. */
export function compilePattern(source: string, comparison: Comparison): CompiledPattern {
  const key = `${comparison} ${source}`;
  const known = compiled.get(key);
  if (known !== undefined) return known;
  const made = compile(source, comparison);
  if (compiled.size >= COMPILED_MAX) compiled.clear();
  compiled.set(key, made);
  return made;
}

function compile(source: string, comparison: Comparison): CompiledPattern {
  if (source.length > PATTERN_LENGTH_MAX) return refused(`at most ${PATTERN_LENGTH_MAX} characters`);
  if (hasMoreInstructionsThan(source, INSTRUCTIONS_MAX)) {
    return refused(`a pattern may have at most ${INSTRUCTIONS_MAX} steps, and each repetition counts its number`);
  }
  try {
    // By itself first: between the anchors "a)|(b" would be valid as well.
    const part = RE2JS.compile(source);
    const expression = comparison === "part" ? part : RE2JS.compile(`^(?:${source})$`, RE2JS.DOTALL);
    return { ok: true, pattern: patternOf(source, expression) };
  } catch (error) {
    return refused(faultOf(source, error));
  }
}

function patternOf(source: string, expression: RE2JS): Pattern {
  // `exec` uses the bounded engines: the DFA behind `test` keeps up to 8 MB for each pattern and is slower on hostile texts.
  const test = cacheVerdicts((text) => expression.exec(text) !== null);
  const groups = expression.namedGroups();
  return {
    source,
    test,
    find: (text, group) => {
      const matcher = expression.matcher(text);
      if (!matcher.find()) return null;
      const named = Object.hasOwn(groups, group) ? group : 0;
      const [start, end] = [matcher.start(named), matcher.end(named)];
      return start < 0 ? null : { start, end };
    },
  };
}

const refused = (message: string): CompiledPattern => ({ ok: false, message });

function faultOf(source: string, error: unknown): string {
  const bare = source.replace(/\\\\/g, "");
  if (/\(\?<?[=!]|\\[1-9k]/.test(bare)) return "a pattern may not look around or back (the syntax is that of RE2)";
  const detail = error instanceof Error ? error.message.replace(/^error parsing regexp: /, "") : "";
  return `not a regular expression in the syntax of RE2${detail === "" ? "" : `: ${detail}`}`;
}
