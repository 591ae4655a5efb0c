import { type Matcher, matcherText, matchesAll } from "@/lib/alerts/matchers/matcher";
import type { Rule } from "@/lib/alerts/model/rule";
import { signalNamed } from "@/lib/base/signals/catalogue";
import type { Labels } from "@/lib/base/signals/labels";

/**
 * The rules in force: the file's, those made in the page, then the built-in ones, each as far as none before it
 * replaces it.
 *
 * A rule replaces the later ones of its id, except where it names the same signal and matches fewer objects: then the
 * other goes on holding for the objects it leaves out. Ids may therefore repeat; which rule of an id holds for an
 * object is decided by `ruleFor` and `instancesOf`.
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

/** Of two rules with one id the more specific holds, then the earlier in the list. */
export const mostSpecificFirst = (rules: readonly Rule[]): readonly Rule[] =>
  rules.toSorted((a, b) => b.match.length - a.match.length);

/**
 * The rule of an id that holds for an object, of rules in the order of `mostSpecificFirst`; null when none does, also
 * where the rule has come to speak of another kind of object.
 */
export const ruleFor = (specificFirst: readonly Rule[], id: string, labels: Labels): Rule | null =>
  specificFirst.find((rule) => rule.id === id && matches(rule, labels) && speaksOf(rule, labels)) ?? null;

function speaksOf({ signal }: Rule, labels: Labels): boolean {
  const known = signalNamed(signal);
  if (known === null) return true;
  // What is counted from sessions knows a client by its name alone; what is read of it has all its labels.
  if (known.kind === "client") return labels.client !== undefined;
  const own = known.labels.at(-1);
  return own !== undefined && own in labels && Object.keys(labels).every((label) => known.labels.includes(label));
}

const isNarrower = (rule: Rule, than: Rule): boolean =>
  rule.match.length > than.match.length && than.match.every((one) => rule.match.some((other) => isSame(one, other)));

const isSame = (a: Matcher, b: Matcher): boolean => matcherText(a) === matcherText(b);
