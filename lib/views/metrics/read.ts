import "server-only";
import { Gauge, type OpenMetricsContentType, Registry } from "prom-client";
import { SECOND } from "@/lib/base/time/duration";
import type { Runtime } from "@/lib/collector/runtime";
import { openAlerts } from "@/lib/collector/tick/scope-state";
import { readBrokers } from "@/lib/views/brokers/read";
import { readJobs } from "@/lib/views/jobs/read-rows";
import { type MakeGauge, ownMetrics } from "@/lib/views/metrics/own";
import { webhookMetrics } from "@/lib/views/metrics/webhooks";
import { readRunners } from "@/lib/views/runners/read";
import { ALERT_LABELS, alertSeries } from "@/lib/views/series/alert-series";

export const METRICS_TYPE = Registry.OPENMETRICS_CONTENT_TYPE;

/** Queues and runners are limited so that a scrape cannot grow without bound. */
const OBJECTS_MAX = 500;

type BrokerMetricsContext = Pick<Runtime, "brokers" | "database" | "listingStrategies">;
type WorkMetricsContext = Pick<Runtime, "scopes" | "sources">;
interface MetricsContext
  extends BrokerMetricsContext,
    WorkMetricsContext,
    Pick<Runtime, "config" | "health" | "pings" | "timings" | "webhooks"> {}

/**
 * The data of Lastbeat as OpenMetrics, named after the signals. A value that is not measured is left out. Clients are no
 * label, except on alerts, since their number is unbounded; the API has them.
 */
export async function metricsText(live: MetricsContext, nowMs: number): Promise<string> {
  const registry = new Registry<OpenMetricsContentType>();
  registry.setContentType(METRICS_TYPE);
  const gauge: MakeGauge = (name, help, labelNames) => {
    const metric = new Gauge({ name: `lastbeat_${name}`, help, labelNames, registers: [registry] });
    return (labels, value) => {
      if (value !== null) metric.set(labels, value);
    };
  };
  await brokerMetrics(live, gauge, nowMs);
  workMetrics(live, gauge, nowMs);
  const ticks = gauge("ticks", "Ticks of this process by outcome", ["outcome"]);
  ticks({ outcome: "kept" }, live.health.ticks);
  ticks({ outcome: "failed" }, live.health.ticksFailed);
  pollMetrics(live, gauge);
  const alerts = gauge("alerts", "1 for each pending or firing alert", [...ALERT_LABELS]);
  for (const alert of openAlerts(live.scopes).slice(0, OBJECTS_MAX)) alerts(alertSeries(alert), 1);
  await webhookMetrics(live, gauge, nowMs);
  await ownMetrics(live, registry, gauge);
  return registry.metrics();
}

async function brokerMetrics(live: BrokerMetricsContext, gauge: MakeGauge, nowMs: number): Promise<void> {
  const up = gauge("broker_up", "1 while the broker can be seen", ["broker"]);
  const clients = gauge("broker_clients", "Clients by state", ["broker", "state"]);
  const ends = gauge("broker_heartbeat_ends_24h", "Sessions ended by missed heartbeats in 24 h", ["broker"]);
  const reconnects = gauge("broker_reconnects_24h", "Reconnects in 24 h", ["broker"]);
  const unseen = gauge("broker_sessions_unseen_24h", "Sessions between two polls in 24 h", ["broker"]);
  const poll = gauge("broker_poll_duration_seconds", "Slowest answer of the last poll", ["broker"]);
  for (const broker of await readBrokers(live, nowMs)) {
    const labels = { broker: broker.id };
    up(labels, broker.state === "starting" ? null : broker.state === "reachable" || broker.state === "slow" ? 1 : 0);
    for (const [state, count] of Object.entries(broker.clients)) clients({ ...labels, state }, count);
    ends(labels, broker.heartbeatEnds.last24h);
    reconnects(labels, broker.reconnects.last24h);
    unseen(labels, broker.unassignedSessions.last24h);
    poll(labels, broker.pollDurationMs === null ? null : broker.pollDurationMs / SECOND);
  }
}

function workMetrics(live: WorkMetricsContext, gauge: MakeGauge, nowMs: number): void {
  const jobs = gauge("jobs_count", "Jobs by state", ["source", "queue", "state"]);
  const due = gauge("jobs_retry_due", "Retries that could run now", ["source", "queue"]);
  const oldest = gauge("jobs_oldest_age_seconds", "Age of the oldest due job", ["source", "queue"]);
  for (const row of readJobs(live, nowMs).slice(0, OBJECTS_MAX)) {
    const labels = { source: row.source, queue: row.queue };
    for (const [state, count] of Object.entries(row.counts)) jobs({ ...labels, state }, count);
    due(labels, row.retry.due);
    oldest(labels, row.oldestDueSeconds);
  }
  const contact = gauge("runner_contact_age_seconds", "Since the runner's last contact", ["source", "runner"]);
  const state = gauge("runner_state", "1 for the state the runner is in", ["source", "runner", "state"]);
  for (const runner of readRunners(live, nowMs).slice(0, OBJECTS_MAX)) {
    contact({ source: runner.source, runner: runner.name }, runner.silenceSeconds);
    state({ source: runner.source, runner: runner.name, state: runner.state }, 1);
  }
}

/** How each broker is polled. The name `broker_way` and its label are public. */
function pollMetrics({ brokers, listingStrategies }: BrokerMetricsContext, gauge: MakeGauge): void {
  const strategy = gauge("broker_way", "1 for how the connections are asked for at present", [
    "broker",
    "way",
    "because",
  ]);
  for (const [broker, { is, because }] of listingStrategies) strategy({ broker, way: is, because }, 1);
  const interval = gauge("broker_poll_interval_seconds", "From one poll to the next at present", ["broker"]);
  for (const [broker, memory] of brokers) interval({ broker }, memory.pollIntervalMs / SECOND);
}
