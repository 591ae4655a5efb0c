import { z } from "zod";
import { AlertView } from "@/lib/views/alerts/schema";
import { listOf } from "@/lib/views/list";

/** The alerts of one cause. */
export const IncidentView = z.object({
  id: z.string(),
  /** The alert that caused the others: what happened, and to what. */
  cause: z.object({ alert: z.string(), rule: z.string(), labels: z.record(z.string(), z.string()) }),
  /** The worst of the alerts that fire. */
  severity: z.enum(["warning", "critical"]),
  /** `firing` until all its alerts are resolved, and while clients that its cause disconnected are still away. */
  state: z.enum(["firing", "resolved"]),
  /** The root first, then those that fire, the worst first; at most 50. */
  alerts: z.array(AlertView),
  alertsTotal: z.number(),
  alertsFiring: z.number(),
  startedMs: z.number(),
  resolvedMs: z.number().nullable(),
  summary: z.string(),
  nextStep: z.string().nullable(),
  /** Who acknowledged the incident; it covers what joins later, until the incident gets worse. */
  acknowledgedBy: z.string().nullable(),
  acknowledgedUntilMs: z.number().nullable(),
  acknowledgedComment: z.string().nullable(),
});
export type IncidentView = z.infer<typeof IncidentView>;
export const IncidentsView = listOf(IncidentView);
