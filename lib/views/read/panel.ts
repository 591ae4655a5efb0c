import "server-only";
import type { Alert } from "@/lib/alerts/rule";
import type { Runtime } from "@/lib/collector/runtime";
import { alertsOverlapping } from "@/lib/storage/alerts";
import { listRestarts } from "@/lib/storage/blindness";
import { MINUTE } from "@/lib/time/duration";
import { PANEL_RULES, PANEL_SIGNALS, type Panel, type PanelView } from "@/lib/views/panels";
import { alertView } from "@/lib/views/read/alerts";
import { lastLookMs } from "@/lib/views/read/overview";
import { readSeries } from "@/lib/views/read/series";
import { readRunners } from "@/lib/views/read/work";
import { RANGES, type Range } from "@/lib/views/series";

/** One bucket per three or four pixels of a wide chart; more cannot be seen and cost the browser (22 ms an update). */
const POINTS = 300;

/** All that one picture draws. `labels` narrow it to one broker or one source. */
export async function readPanel(
  live: Runtime,
  panel: Panel,
  range: Range,
  labels: Readonly<Record<string, string>>,
  nowMs: number,
): Promise<PanelView> {
  const fromMs = nowMs - RANGES[range] * MINUTE;
  const { db } = live.database;
  const wanted = PANEL_SIGNALS[panel].map((signal) => ({ signal, fromMs, toMs: nowMs, points: POINTS, labels }));
  const series = await Promise.all(wanted.map((one) => readSeries(live, one, nowMs)));
  const rules = PANEL_RULES[panel];
  const alerts = await alertsOverlapping(db, rules, fromMs, nowMs);
  const restarts = await listRestarts(db, { broker: labels.broker ?? null, fromMs, toMs: nowMs });
  return {
    panel,
    asOfMs: lastLookMs(live, panel === "runner-last-contact" ? "sources" : "brokers") ?? nowMs,
    fromMs,
    toMs: nowMs,
    series: series.filter((one) => one !== null),
    runners:
      panel === "runner-last-contact" ? readRunners(live, nowMs).filter((one) => within(labels, one.source)) : [],
    rules: live.rules.filter((rule) => rules.includes(rule.id)).map((rule) => ({ ...rule, match: { ...rule.match } })),
    alerts: alerts.filter((alert) => alert.firedMs !== null && carries(alert, labels)).map(alertView),
    restarts: panel === "runner-last-contact" ? [] : restarts.map(({ atMs, broker }) => ({ atMs, broker })),
  };
}

const within = (labels: Readonly<Record<string, string>>, source: string): boolean =>
  labels.source === undefined || labels.source === source;

const carries = (alert: Alert, labels: Readonly<Record<string, string>>): boolean =>
  Object.entries(labels).every(([name, value]) => alert.labels[name] === undefined || alert.labels[name] === value);
