import type { Rule } from "@/lib/alerts/model/rule";

/** A rule that fires at once from 100 on, for tests to change. */
export const aRule: Rule = {
  id: "deep",
  signal: "queue.ready",
  match: [],
  condition: { kind: "value" },
  comparison: "above",
  warning: 100,
  critical: null,
  forMs: 0,
  keepFiringMs: 0,
  clearAt: null,
  enabled: true,
  inferred: false,
  origin: "file",
  path: null,
};
