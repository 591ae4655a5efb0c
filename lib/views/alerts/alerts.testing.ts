import type { AlertView } from "@/lib/views/alerts/schema";

/** A firing warning that is not acknowledged. */
export const anAlertView = (changes: Partial<AlertView> = {}): AlertView => ({
  id: "a1",
  rule: "r",
  severity: "warning",
  state: "firing",
  labels: {},
  value: 1,
  threshold: 1,
  startedMs: 1,
  firedMs: 1,
  resolvedMs: null,
  phase: null,
  resolution: null,
  subject: null,
  summary: "",
  inferred: false,
  flapping: false,
  noData: false,
  incident: null,
  acknowledgedBy: null,
  acknowledgedUntilMs: null,
  acknowledgedComment: null,
  mutedBy: null,
  ...changes,
});
