import "server-only";
import { carries } from "@/lib/alerts/engine/absence";
import type { Locale } from "@/lib/base/messages/locale";
import type { Labels } from "@/lib/base/signals/labels";
import { MINUTE } from "@/lib/base/time/duration";
import type { Runtime } from "@/lib/collector/runtime";
import { alertsOverlapping } from "@/lib/storage/alerts/alerts";
import { listRestarts } from "@/lib/storage/rabbitmq/blindness";
import { alertView, WITHOUT_PEOPLE } from "@/lib/views/alerts/read";
import { brokerRetries } from "@/lib/views/jobs/read";
import { readJobs } from "@/lib/views/jobs/read-rows";
import { lastPollMs } from "@/lib/views/overview/read";
import { PANEL_SIGNALS, type Panel, type PanelView, rulesOfPanel } from "@/lib/views/panels/schema";
import { hasLabels, limitToScope } from "@/lib/views/panels/scope";
import { drawsThreshold, thresholdView } from "@/lib/views/rules/read";
import { readRunners } from "@/lib/views/runners/read";
import { readSeries } from "@/lib/views/series/read";
import { RANGES, type Range, type SeriesView } from "@/lib/views/series/schema";

/** One bucket for three or four pixels of a wide chart. More could not be seen, and an update takes the browser 22 ms as it is. */
const POINTS = 300;

interface PanelContext extends Pick<Runtime, "brokers" | "config" | "database" | "rules" | "scopes" | "sources"> {}

/** All data of one panel. `labels` limit it to one broker or one source. */
export async function readPanel(
  live: PanelContext,
  panel: Panel,
  range: Range,
  labels: Labels,
  { nowMs, locale }: { readonly nowMs: number; readonly locale: Locale },
): Promise<PanelView> {
  const fromMs = nowMs - RANGES[range] * MINUTE;
  const { db } = live.database;
  const signals = panel === "retry-backlog" && labels.source !== undefined ? SOURCE_SIGNALS : PANEL_SIGNALS[panel];
  const within = signals.filter((signal) => hasLabels(signal, labels));
  const requests = within.map((signal) => ({ signal, fromMs, toMs: nowMs, points: POINTS, labels }));
  const queues = joinedQueues(live, panel, labels);
  const joined = queues.map((queue) => ({ ...RETRIES, labels: queue, fromMs, toMs: nowMs }));
  const series = await Promise.all([...requests, ...joined].map((request) => readSeries(live, request, nowMs)));
  const rules = rulesOfPanel(panel);
  const alerts = await alertsOverlapping(db, rules, fromMs, nowMs);
  const restarts = await listRestarts(db, { broker: labels.broker ?? null, fromMs, toMs: nowMs });
  const view: PanelView = {
    panel,
    asOfMs: lastPollMs(live, panel === "runner-last-contact" ? "sources" : "brokers") ?? nowMs,
    fromMs,
    toMs: nowMs,
    series: joinedSeries(series.filter((view) => view !== null)).map((view) => withDisplayNames(view, live)),
    runners: panel === "runner-last-contact" ? [...readRunners(live, nowMs)] : [],
    rules: live.rules.filter((rule) => rules.includes(rule.id) && drawsThreshold(rule)).map(thresholdView),
    alerts: alerts.filter((alert) => alert.firedMs !== null).map((alert) => alertView(alert, WITHOUT_PEOPLE, locale)),
    retries: panel === "retry-backlog" ? dueRetries(live, labels, nowMs) : [],
    restarts: panel === "runner-last-contact" ? [] : restarts.map(({ atMs, broker }) => ({ atMs, broker })),
  };
  return limitToScope(view, labels, queues);
}

/** The panel of one source also shows its waiting jobs, and the retry queues that form one backlog with them. */
const SOURCE_SIGNALS = ["jobs.retry.due", "jobs.retry.later", "jobs.queued"];
const RETRIES = { signal: "queue.retry.backlog", points: POINTS };
/** As many lines as a chart keeps distinguishable. */
const JOINED_MAX = 5;

function joinedQueues(
  live: Pick<Runtime, "brokers" | "config" | "sources">,
  panel: Panel,
  { source }: Labels,
): Labels[] {
  if (panel !== "retry-backlog" || source === undefined) return [];
  return brokerRetries(live)
    .filter((retry) => retry.joined.some((jobs) => jobs.source === source))
    .slice(0, JOINED_MAX)
    .map(({ broker, vhost, queue }) => ({ broker, vhost, queue }));
}

/** The series of the queues were read one by one; the chart shows them as one. */
function joinedSeries(all: readonly SeriesView[]): SeriesView[] {
  return [...Map.groupBy(all, ({ signal }) => signal).values()].flatMap((same) => {
    const [first] = same;
    if (first === undefined) return [];
    const blind = new Map(same.flatMap(({ blind }) => blind).map((span) => [`${span.fromMs} ${span.because}`, span]));
    return [{ ...first, series: same.flatMap(({ series }) => series), blind: [...blind.values()] }];
  });
}

/** The label `client` of a chart is its name; where that is one client's, the panel shows how it is called elsewhere. */
function withDisplayNames(view: SeriesView, { brokers }: Pick<Runtime, "brokers">): SeriesView {
  const named = view.series.map((series) => {
    const { broker, client } = series.labels;
    if (broker === undefined || client === undefined) return series;
    const [one, ...others] = [...(brokers.get(broker)?.clients.values() ?? [])].filter(({ name }) => name === client);
    const displayName = others.length === 0 ? one?.displayName : one?.alias;
    return displayName ? { ...series, labels: { ...series.labels, displayName } } : series;
  });
  return { ...view, series: named };
}

/** As many sentences as lines that a chart keeps distinguishable. */
const RETRIES_MAX = 5;

const dueRetries = (live: PanelContext, labels: Labels, nowMs: number): PanelView["retries"] =>
  readJobs(live, nowMs)
    .filter(({ source, queue }) => carries({ source, queue }, labels))
    .flatMap(({ source, queue, retries: { count, perMinute } }) =>
      count === null || count === 0 ? [] : [{ source, queue, due: count, perMinute }],
    )
    .toSorted((a, b) => b.due - a.due)
    .slice(0, RETRIES_MAX);
