import { z } from "zod";
import { PHASES, RESOLUTIONS } from "@/lib/alerts/model/resolution";
import { listOf } from "@/lib/views/list";

export const AlertView = z.object({
  id: z.string(),
  rule: z.string(),
  severity: z.enum(["warning", "critical"]),
  state: z.enum(["pending", "firing", "resolved"]),
  labels: z.record(z.string(), z.string()),
  value: z.number().nullable(),
  threshold: z.number(),
  startedMs: z.number(),
  firedMs: z.number().nullable(),
  resolvedMs: z.number().nullable(),
  /** Which phase of its trouble a client is in; null for rules without phases. */
  phase: z.enum(PHASES).nullable(),
  /** Why a resolved alert ended; null while it is open. `unwatched`: its rule or source is no longer configured. */
  resolution: z.enum(RESOLUTIONS).nullable(),
  /** How what it is about is shown everywhere: of a client its display name. null: everything. */
  subject: z.string().nullable(),
  summary: z.string(),
  inferred: z.boolean(),
  acknowledgedBy: z.string().nullable(),
  acknowledgedUntilMs: z.number().nullable(),
  acknowledgedComment: z.string().nullable(),
  /** Why no notification of it is sent: a silence window, or another alert that is its cause. */
  mutedBy: z
    .discriminatedUnion("by", [
      z.object({ by: z.literal("silence-window"), id: z.string(), text: z.string(), untilMs: z.number() }),
      z.object({ by: z.literal("alert"), id: z.string(), text: z.string() }),
    ])
    .nullable(),
  flapping: z.boolean(),
  noData: z.boolean(),
  /** The incident of `/api/v1/incidents` that it belongs to; null while it is pending. */
  incident: z.string().nullable(),
});
export type AlertView = z.infer<typeof AlertView>;
export const AlertsView = listOf(AlertView);

/** Firing alerts first, those that are neither acknowledged nor muted before the others, critical before warning. The sort is stable. */
export const byUrgency = (a: AlertView, b: AlertView): number => urgencyOf(a) - urgencyOf(b);

function urgencyOf({ state, severity, acknowledgedBy, mutedBy }: AlertView): number {
  if (state !== "firing") return state === "pending" ? 4 : 5;
  const isHandled = acknowledgedBy !== null || mutedBy !== null;
  return (isHandled ? 2 : 0) + (severity === "critical" ? 0 : 1);
}

/** The thresholds of a rule, which charts draw. */
export const RuleView = z.object({
  id: z.string(),
  signal: z.string(),
  match: z.array(z.string()),
  comparison: z.enum(["above", "below"]),
  warning: z.number().nullable(),
  critical: z.number().nullable(),
  forMs: z.number(),
  clearAt: z.number().nullable(),
  inferred: z.boolean(),
  origin: z.enum(["built-in", "file", "page"]),
});
export type RuleView = z.infer<typeof RuleView>;
