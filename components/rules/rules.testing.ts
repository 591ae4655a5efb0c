import type { RuleItem } from "@/lib/views/rules/schema";

/** For tests: the built-in rule about due retries, as the rules API returns it. */
export const aRuleItem = (changes: Partial<RuleItem> = {}): RuleItem => ({
  id: "retry-backlog",
  signal: "jobs.retry.due",
  unit: "count",
  match: ['source="bitmagnet"'],
  condition: { kind: "value" },
  comparison: "above",
  warning: 100,
  critical: 10_000,
  forSeconds: 300,
  keepFiringSeconds: 0,
  clearAt: 50,
  enabled: true,
  inferred: false,
  origin: "built-in",
  path: null,
  firing: 0,
  firingCritical: 0,
  pending: 0,
  about: null,
  ...changes,
});
