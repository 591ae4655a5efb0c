import type { BuiltInRule, Pack } from "@/lib/alerts/model/built-in-rule";
import { REGISTRY } from "@/lib/alerts/rules/registry";

/** The id of a built-in rule. */
export type BuiltInRuleId = (typeof REGISTRY)[number]["id"];

const BY_ID: ReadonlyMap<string, BuiltInRule> = new Map(REGISTRY.map((rule) => [rule.id, rule]));

export const BUILT_IN_RULE_IDS: readonly BuiltInRuleId[] = REGISTRY.map(({ id }) => id);

/** The built-in rule of an id; null for any other. */
export const builtInRule = (id: string): BuiltInRule | null => BY_ID.get(id) ?? null;

export const isBuiltIn = (id: string): id is BuiltInRuleId => BY_ID.has(id);

export const packOf = (id: string): Pack => builtInRule(id)?.pack ?? "yours";
