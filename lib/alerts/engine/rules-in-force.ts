import { type Matcher, matcherText, matchesAll } from "@/lib/alerts/matchers/matcher";
import type { Rule } from "@/lib/alerts/model/rule";
import { signalNamed } from "@/lib/base/signals/catalogue";
import type { Labels } from "@/lib/base/signals/labels";

/**
 * The rules in force: those of the file, those made in the page, then the built-in ones, without those that an earlier
 * rule replaces.
 *
 * A rule replaces later rules with its id, except where it has the same signal and matches fewer objects: then the
 * other still applies to the objects that it leaves out. Ids may therefore repeat; `ruleFor` and `instancesOf` decide
 * which rule of an id applies to an object.
 */
export function rulesInForce(
  builtIn: readonly Rule[],
  fromFile: readonly Rule[],
  fromPage: readonly Rule[] = [],
): readonly Rule[] {
  const page = unreplaced(fromPage, fromFile);
  return [...fromFile, ...page, ...unreplaced(builtIn, [...fromFile, ...page])];
}

const unreplaced = (rules: readonly Rule[], by: readonly Rule[]): readonly Rule[] =>
  rules.filter((rule) => {
    const sameId = by.filter((other) => other.id === rule.id);
    return sameId.every((other) => other.signal === rule.signal && isNarrower(other, rule));
  });

export const matches = (rule: Rule, labels: Labels): boolean =>
  rule.match.length === 0 || matchesAll(rule.match, labels);

/** Of two rules with one id the more specific applies, then the earlier in the list. */
export const mostSpecificFirst = (rules: readonly Rule[]): readonly Rule[] =>
  rules.toSorted((a, b) => b.match.length - a.match.length);

/**
 * The rule of an id that applies to an object, of rules in the order of `mostSpecificFirst`; null when none does, also
 * where the rule now has a signal of another kind of object.
 */
export const ruleFor = (specificFirst: readonly Rule[], id: string, labels: Labels): Rule | null =>
  specificFirst.find((rule) => rule.id === id && matches(rule, labels) && isAbout(rule, labels)) ?? null;

function isAbout({ signal }: Rule, labels: Labels): boolean {
  const known = signalNamed(signal);
  if (known === null) return true;
  // Signals counted from sessions have only the name of a client; its other signals have all its labels.
  if (known.kind === "client") return labels.client !== undefined;
  const own = known.labels.at(-1);
  return own !== undefined && own in labels && Object.keys(labels).every((label) => known.labels.includes(label));
}

const isNarrower = (rule: Rule, than: Rule): boolean =>
  rule.match.length > than.match.length &&
  than.match.every((matcher) => rule.match.some((other) => isSame(matcher, other)));

const isSame = (a: Matcher, b: Matcher): boolean => matcherText(a) === matcherText(b);
