import { packOf } from "@/lib/alerts/catalogue/catalogue";
import { PACKS, type Pack } from "@/lib/alerts/model/built-in-rule";
import type { RuleItem } from "@/lib/views/rules/schema";

export const STATES = ["firing", "pending", "quiet", "off"] as const;
export type RuleState = (typeof STATES)[number];
export const ORIGINS = ["built-in", "file", "page"] as const;

/** The filter of the rule list; "" matches every rule. */
export interface RuleFilter {
  readonly text: string;
  readonly state: RuleState | "";
  readonly origin: RuleItem["origin"] | "";
  readonly pack: Pack | "";
}

export const NO_FILTER: RuleFilter = { text: "", state: "", origin: "", pack: "" };

/** The worst state of a rule: firing if it fires for any instance, even if it is pending for others. */
export function stateOf({ enabled, firing, pending }: RuleItem): RuleState {
  if (!enabled) return "off";
  if (firing > 0) return "firing";
  return pending > 0 ? "pending" : "quiet";
}

/** Whether a rule matches the filter; `title` is its name in the reader's language, "" without one. */
export function isWanted(rule: RuleItem, title: string, filter: RuleFilter): boolean {
  if (filter.state !== "" && stateOf(rule) !== filter.state) return false;
  if (filter.origin !== "" && rule.origin !== filter.origin) return false;
  if (filter.pack !== "" && packOf(rule.id) !== filter.pack) return false;
  const text = [rule.id, title, rule.signal, ...rule.match].join(" ").toLowerCase();
  return filter.text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

/** Rules grouped by pack, in the order of the packs, without empty packs. */
export const grouped = (rules: readonly RuleItem[]): readonly (readonly [Pack, readonly RuleItem[]])[] =>
  PACKS.map((pack) => [pack, rules.filter(({ id }) => packOf(id) === pack)] as const).filter(
    ([, ofPack]) => ofPack.length > 0,
  );
