import type { CompiledPattern, Pattern } from "@/lib/base/patterns/pattern";
import type { Labels } from "@/lib/base/signals/labels";

export type Operator = "=" | "!=" | "=~" | "!~";

/** One condition on one label, in Alertmanager's sense: a label that is not there is the empty text. */
export interface Matcher {
  readonly label: string;
  readonly operator: Operator;
  readonly value: string;
  /** Of `=~` and `!~`, anchored at both ends as in Alertmanager; null for the others. */
  readonly pattern: Pattern | null;
}

/** A text that is not a matcher: its place in the list, and what would be valid. */
export interface MatcherFault {
  readonly at: number;
  readonly message: string;
}

export interface ParsedMatchers {
  readonly matchers: readonly Matcher[];
  readonly faults: readonly MatcherFault[];
}

/** More matchers than there are labels are redundant. */
const MATCHERS_MAX = 20;
/** Names of queues and clients are at most 255 bytes; a list of alternatives is longer. */
const VALUE_LENGTH_MAX = 500;
/** A pattern is tested against this much of a label: longer names are generated and differ at their start. */
const LABEL_LENGTH_MAX = 256;
/** Twenty matchers in one text; the characters of a quoted value may each be escaped. */
const TEXT_LENGTH_MAX = 4_000;
/** One text for each matcher, and some that are empty. */
const TEXTS_MAX = 50;

/** Compiles the pattern of a matcher, which is compared with the whole label. */
export type CompileMatcher = (value: string) => CompiledPattern | { readonly ok: true; readonly pattern: null };

/**
 * Reads matchers: a list of texts such as `queue=~"orders.*"` (each may hold several, with commas or braces, and
 * quotes may be left out), or a map of labels to the exact values they must have. All faults are returned at once.
 */
export function readMatchers(given: readonly string[] | Labels, compile: CompileMatcher): ParsedMatchers {
  if (isList(given) && given.length > TEXTS_MAX) {
    return { matchers: [], faults: [{ at: TEXTS_MAX, message: `at most ${TEXTS_MAX} texts` }] };
  }
  const read = isList(given)
    ? given.map((text) => readText(text, compile))
    : Object.entries(given).map(([label, value]): Read => readOne({ label, operator: "=", value }, compile));
  const matchers = read.flatMap((result) => (result.ok ? result.matchers : []));
  const faults = read.flatMap((result, at) => (result.ok ? [] : [{ at, message: result.message }]));
  if (matchers.length <= MATCHERS_MAX) return { matchers, faults };
  return { matchers, faults: [...faults, { at: 0, message: `at most ${MATCHERS_MAX} matchers` }] };
}

/** Whether labels match all of the matchers; without matchers, all labels do. */
export const matchesAll = (matchers: readonly Matcher[], labels: Labels): boolean =>
  matchers.every((matcher) => matchesOne(matcher, labelOf(labels, matcher.label)));

const labelOf = (labels: Labels, label: string): string => (Object.hasOwn(labels, label) ? (labels[label] ?? "") : "");

/** A matcher as it is written: `queue=~"orders.*"`. */
export const matcherText = ({ label, operator, value }: Matcher): string =>
  `${label}${operator}"${value.replace(/[\\"]/g, "\\$&").replaceAll("\n", "\\n")}"`;

function matchesOne({ operator, value, pattern }: Matcher, label: string): boolean {
  switch (operator) {
    case "=":
      return label === value;
    case "!=":
      return label !== value;
    case "=~":
      return pattern?.test(label.slice(0, LABEL_LENGTH_MAX)) ?? false;
    case "!~":
      return !(pattern?.test(label.slice(0, LABEL_LENGTH_MAX)) ?? true);
    default:
      return operator satisfies never;
  }
}

const isList = (given: readonly string[] | Labels): given is readonly string[] => Array.isArray(given);

type Read =
  | { readonly ok: true; readonly matchers: readonly Matcher[] }
  | { readonly ok: false; readonly message: string };

const FORM = 'a matcher such as source="bitmagnet" or queue=~"orders.*", with =, !=, =~ or !~';
/** Each reads on from where the last one ended, and no two parts of one begin alike: the cost is linear in the text. */
const NAME = /\s*(?<label>[A-Za-z_][A-Za-z0-9_]*)\s*(?<operator>=~|!~|!=|=)\s*/y;
const QUOTED = /"(?<value>(?:[^"\\]|\\.)*)"\s*(?:,|$)/sy;
const PLAIN = /(?<value>[^",{}]*)(?:,|$)/y;

function readText(text: string, compile: CompileMatcher): Read {
  if (text.length > TEXT_LENGTH_MAX) return { ok: false, message: `at most ${TEXT_LENGTH_MAX} characters` };
  const trimmed = text.trim();
  const isBraced = trimmed.startsWith("{") && trimmed.endsWith("}");
  const rest = isBraced ? trimmed.slice(1, -1).trim() : trimmed;
  if (rest === "" && isBraced) return { ok: true, matchers: [] };
  const matchers: Matcher[] = [];
  let at = 0;
  do {
    const found = nextOf(rest, at);
    if (found === null) return { ok: false, message: FORM };
    const read = readOne(found, compile);
    if (!read.ok) return read;
    matchers.push(...read.matchers);
    at = found.end;
  } while (at < rest.length);
  return { ok: true, matchers };
}

function nextOf(text: string, at: number): (Omit<Matcher, "pattern"> & { readonly end: number }) | null {
  const name = matchAt(NAME, text, at);
  const { label, operator } = name?.groups ?? {};
  if (name === null || label === undefined || !isOperator(operator)) return null;
  const begin = at + name[0].length;
  const isQuoted = text[begin] === '"';
  const found = matchAt(isQuoted ? QUOTED : PLAIN, text, begin);
  const value = found?.groups?.value;
  if (found === null || value === undefined) return null;
  return { label, operator, value: isQuoted ? unescaped(value) : value.trim(), end: begin + found[0].length };
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

const isOperator = (text: string | undefined): text is Operator =>
  text === "=" || text === "!=" || text === "=~" || text === "!~";

const unescaped = (quoted: string): string => quoted.replace(/\\(.)/gs, (_, next) => (next === "n" ? "\n" : next));

function readOne({ label, operator, value }: Omit<Matcher, "pattern">, compile: CompileMatcher): Read {
  if (value.length > VALUE_LENGTH_MAX) return { ok: false, message: `at most ${VALUE_LENGTH_MAX} characters` };
  if (operator === "=" || operator === "!=") {
    return { ok: true, matchers: [{ label, operator, value, pattern: null }] };
  }
  const compiled = compile(value);
  return compiled.ok ? { ok: true, matchers: [{ label, operator, value, pattern: compiled.pattern }] } : compiled;
}
