import { matches, mostSpecificFirst } from "@/lib/alerts/engine/rules-in-force";
import type { Reading } from "@/lib/alerts/model/reading";
import type { Rule } from "@/lib/alerts/model/rule";
import type { Context } from "@/lib/base/messages/sentence/context";
import { fingerprint } from "@/lib/base/signals/fingerprint";
import type { Labels } from "@/lib/base/signals/labels";

/** One rule on one set of labels, with its current value. `value: null` is "not measured". */
export interface Instance {
  readonly key: string;
  readonly rule: Rule;
  readonly labels: Labels;
  readonly value: number | null;
  readonly context: Context;
}

/**
 * Joins every rule to the readings of its signal: at most one instance for a rule id and a set of labels. Of two rules
 * with one id the more specific applies, then the earlier in the list; a rule that is off applies too, and yields no
 * instance. Idle instances are left out: computing the keys of thousands of healthy clients at each tick costs more than
 * evaluating them. Values are as they were read, whatever the rule's condition.
 */
export function instancesOf(
  rules: readonly Rule[],
  readings: readonly Reading[],
  isIdle: (rule: Rule, reading: Reading) => boolean = () => false,
): ReadonlyMap<string, Instance> {
  const bySignal = Map.groupBy(mostSpecificFirst(rules), (rule) => rule.signal);
  const instances = new Map<string, Instance>();
  for (const reading of readings) {
    const { signal, labels, value } = reading;
    const joined: string[] = [];
    for (const rule of bySignal.get(signal) ?? []) {
      if (joined.includes(rule.id) || !matches(rule, labels)) continue;
      joined.push(rule.id);
      if (!rule.enabled || isIdle(rule, reading)) continue;
      const key = keyOf(rule.id, labels);
      instances.set(key, { key, rule, labels, value, context: reading.context ?? {} });
    }
  }
  return instances;
}

/**
 * The key of a rule on a set of labels, whatever the order of the labels: URL-safe, and the same after a restart. It is
 * cached for as long as the labels object exists: a back-test needs the same keys at each of its ticks.
 */
export function keyOf(ruleId: string, labels: Labels): string {
  const known = KEYS.get(labels);
  if (known?.ruleId === ruleId) return known.key;
  const parts = Object.entries(labels)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flat();
  // The id goes into the fingerprint too: two ids that differ only in unsafe characters stay two.
  const key = `${ruleId.replace(/[^A-Za-z0-9_-]/g, "-")}-${fingerprint(ruleId, ...parts)}`;
  KEYS.set(labels, { ruleId, key });
  return key;
}

const KEYS = new WeakMap<Labels, { readonly ruleId: string; readonly key: string }>();
