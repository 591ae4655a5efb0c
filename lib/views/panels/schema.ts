import { z } from "zod";
import { Panel } from "@/lib/access/embeds/panel";
import { REGISTRY } from "@/lib/alerts/rules/registry";
import { AlertView, RuleView } from "@/lib/views/alerts/schema";
import { RunnerView } from "@/lib/views/runners/schema";
import { SeriesView } from "@/lib/views/series/schema";

export { PANELS, Panel } from "@/lib/access/embeds/panel";

/** All data of one panel: `GET /api/v1/panels/{panel}?range=1h[&broker=][&source=]`. */
export const PanelView = z.object({
  panel: Panel,
  asOfMs: z.number(),
  fromMs: z.number(),
  toMs: z.number(),
  /** The signals of the panel, such as late and ended, reconnects and unassigned, or due, later and queue retry backlog. */
  series: z.array(SeriesView),
  /** Empty for every panel but runner-last-contact. */
  runners: z.array(RunnerView),
  rules: z.array(RuleView),
  /** Alerts of these rules that overlap the range, to shade. */
  alerts: z.array(AlertView),
  /** Broker restarts within the range, drawn as vertical lines. */
  restarts: z.array(z.object({ atMs: z.number(), broker: z.string() })),
  /** Due retries of job queues, the most first, and how they grow; empty for every panel but retry-backlog. */
  retries: z.array(
    z.object({ source: z.string(), queue: z.string(), due: z.number(), perMinute: z.number().nullable() }),
  ),
});
export type PanelView = z.infer<typeof PanelView>;

/** The signals each panel draws, in order. */
export const PANEL_SIGNALS: Readonly<Record<Panel, readonly string[]>> = {
  "heartbeat-misses": ["broker.clients.late", "broker.heartbeat.ends"],
  reconnects: ["client.reconnects", "broker.sessions.unseen"],
  "retry-backlog": ["jobs.retry.due", "jobs.retry.later", "queue.retry.backlog"],
  "runner-last-contact": ["runner.contact.age"],
};

/** The rules whose thresholds and alerts each panel shows. */
export const rulesOfPanel = (panel: Panel): readonly string[] =>
  REGISTRY.filter((rule) => rule.panel === panel).map(({ id }) => id);
