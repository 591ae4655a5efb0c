import type { Rule } from "@/lib/alerts/rule";

/**
 * The rules in force: the file's, then the built-in ones the file does not replace.
 *
 * A file rule replaces the built-in rule of its id, except where it names the same signal and matches fewer objects:
 * then the built-in rule goes on holding for the objects the file rule leaves out. Ids may therefore repeat; which
 * rule of an id holds for an object is decided by `instancesOf`.
 */
export function rulesInForce(builtIn: readonly Rule[], fromFile: readonly Rule[]): readonly Rule[] {
  const left = builtIn.filter((rule) => {
    const sameId = fromFile.filter((other) => other.id === rule.id);
    return sameId.every((other) => other.signal === rule.signal && isNarrower(other, rule));
  });
  return [...fromFile, ...left];
}

export const matches = (rule: Rule, labels: Readonly<Record<string, string>>): boolean =>
  Object.entries(rule.match).every(([name, value]) => labels[name] === value);

const isNarrower = (rule: Rule, than: Rule): boolean =>
  matches(than, rule.match) && Object.keys(rule.match).length > Object.keys(than.match).length;
