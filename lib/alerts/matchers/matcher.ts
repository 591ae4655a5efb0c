import type { Labels } from "@/lib/base/signals/labels";

export type Operator = "=" | "!=" | "=~" | "!~";

/** One condition on one label, in Alertmanager's sense: a label that is not there is the empty text. */
export interface Matcher {
  readonly label: string;
  readonly operator: Operator;
  readonly value: string;
  /** Of `=~` and `!~`, anchored at both ends as in Alertmanager; null for the others. */
  readonly pattern: RegExp | null;
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
/**
 * Clients of a broker choose these names, and JavaScript's patterns backtrack: on a name of 256 characters three
 * repetitions take some million steps at worst, and a repeated group has no bound at all.
 */
const REPEATS_MAX = 3;

/**
 * Reads matchers: a list of texts such as `queue=~"orders.*"` (each may hold several, with commas or braces, and
 * quotes may be left out), or a map of labels to the exact values they must have. All faults are returned at once.
 */
export function parseMatchers(given: readonly string[] | Labels): ParsedMatchers {
  const read = isList(given)
    ? given.map(readText)
    : Object.entries(given).map(([label, value]): Read => readOne({ label, operator: "=", value }));
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
const ONE =
  /^\s*(?<label>[A-Za-z_][A-Za-z0-9_]*)\s*(?<operator>=~|!~|!=|=)\s*(?:"(?<quoted>(?:[^"\\]|\\.)*)"|(?<plain>[^\s",{}][^",{}]*?|))\s*(?:,|$)/s;

function readText(text: string): Read {
  const braced = /^\s*\{(.*)\}\s*$/s.exec(text);
  let rest = (braced?.[1] ?? text).trim();
  if (rest === "" && braced !== null) return { ok: true, matchers: [] };
  const matchers: Matcher[] = [];
  do {
    const found = ONE.exec(rest);
    const { label, operator, quoted, plain } = found?.groups ?? {};
    if (found === null || label === undefined || !isOperator(operator)) return { ok: false, message: FORM };
    const read = readOne({ label, operator, value: quoted === undefined ? (plain ?? "") : unescaped(quoted) });
    if (!read.ok) return read;
    matchers.push(...read.matchers);
    rest = rest.slice(found[0].length).trim();
  } while (rest !== "");
  return { ok: true, matchers };
}

const isOperator = (text: string | undefined): text is Operator =>
  text === "=" || text === "!=" || text === "=~" || text === "!~";

const unescaped = (quoted: string): string => quoted.replace(/\\(.)/gs, (_, next) => (next === "n" ? "\n" : next));

function readOne({ label, operator, value }: Omit<Matcher, "pattern">): Read {
  if (value.length > VALUE_LENGTH_MAX) return { ok: false, message: `at most ${VALUE_LENGTH_MAX} characters` };
  if (operator === "=" || operator === "!=") {
    return { ok: true, matchers: [{ label, operator, value, pattern: null }] };
  }
  const message = patternFault(value);
  if (message !== null) return { ok: false, message };
  return { ok: true, matchers: [{ label, operator, value, pattern: new RegExp(`^(?:${value})$`, "su") }] };
}

function patternFault(pattern: string): string | null {
  try {
    // Without anchors: with them "a)|(b" would be valid as well.
    new RegExp(pattern, "su");
  } catch {
    return "not a regular expression";
  }
  // After a backslash or in a class every sign is a plain character.
  const bare = pattern
    .replace(/\\[1-9k]/g, "\u0001")
    .replace(/\\./gs, "x")
    .replace(/\[[^\]]*\]/g, "x");
  if (bare.includes("\u0001") || /\(\?(?!:)/.test(bare)) return "a pattern may not look around or back";
  if (/\)[*+{]/.test(bare)) return "a pattern may not repeat a group";
  const repeats = bare.match(/[*+{]/g)?.length ?? 0;
  return repeats > REPEATS_MAX ? `a pattern may repeat at most ${REPEATS_MAX} times` : null;
}
