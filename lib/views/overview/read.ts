import "server-only";
import type { Locale } from "@/lib/base/messages/locale";
import { DAY, SECOND } from "@/lib/base/time/duration";
import type { Runtime } from "@/lib/collector/runtime";
import { listAlerts, loadOpenAlerts } from "@/lib/storage/alerts/alerts";
import { alertView } from "@/lib/views/alerts/read";
import { byUrgency } from "@/lib/views/alerts/schema";
import { readBrokers } from "@/lib/views/brokers/read";
import { readClients } from "@/lib/views/clients/read";
import { readJobs } from "@/lib/views/jobs/read-rows";
import type { OverviewView } from "@/lib/views/overview/schema";
import { verdictOf } from "@/lib/views/overview/verdict";
import { drawsThreshold, thresholdView } from "@/lib/views/rules/read";
import { readRunners } from "@/lib/views/runners/read";

const CLIENTS_SHOWN = 50;
const ALERTS_SHOWN = 50;
/** The worst ones; the pages of jobs and runners list all. */
const WORK_SHOWN = 50;

interface OverviewContext
  extends Pick<
    Runtime,
    | "brokers"
    | "config"
    | "database"
    | "health"
    | "listingStrategies"
    | "notifications"
    | "rules"
    | "scopes"
    | "sources"
    | "startedMs"
  > {}

/** All data of the overview but the charts. */
export async function readOverview(live: OverviewContext, nowMs: number, locale: Locale): Promise<OverviewView> {
  const brokers = await readBrokers(live, nowMs);
  const open = (await loadOpenAlerts(live.database.db)).map((alert) => alertView(alert, live, locale));
  const resolved = await listAlerts(live.database.db, { limit: ALERTS_SHOWN, before: null, states: ["resolved"] });
  const recent = resolved.items.filter((alert) => alert.firedMs !== null && (alert.resolvedMs ?? 0) > nowMs - DAY);
  const clients = readClients(live, nowMs).filter((client) => client.state !== "departed");
  const jobs = readJobs(live, nowMs);
  const runners = readRunners(live, nowMs);
  const scene = { brokers, clients, jobs: jobs.map((row) => withGrowth(live, row)), runners, alerts: open };
  const provenMs = lastPollMs(live, "all");
  const configured = live.config.brokers.length + live.config.sources.length > 0;
  return {
    // With nothing to poll the answer is as new as it can be.
    asOfMs: provenMs ?? (configured ? live.startedMs : nowMs),
    simulated: brokers.some((broker) => broker.simulated),
    verdict: verdictOf({ ...scene, configured, provenMs, failing: failingOf(live, nowMs) }),
    brokers,
    clients: clients.slice(0, CLIENTS_SHOWN),
    clientsTotal: clients.length,
    jobs: jobs.slice(0, WORK_SHOWN),
    runners: runners.slice(0, WORK_SHOWN),
    alerts: [...open.toSorted(byUrgency), ...recent.map((alert) => alertView(alert, live, locale))].slice(
      0,
      ALERTS_SHOWN,
    ),
    rules: live.rules.filter(drawsThreshold).map(thresholdView),
  };
}

/** A tick that failed once is repeated a poll later; only two failures in a row are shown. */
const FAILING_AFTER_MS = 10 * SECOND;

const failingOf = ({ health }: Pick<Runtime, "health">, nowMs: number) =>
  [...health.failing].flatMap(([what, { sinceMs, reason }]) =>
    nowMs - sinceMs < FAILING_AFTER_MS ? [] : [{ what, sinceMs, reason }],
  );

function withGrowth<T extends { readonly source: string; readonly queue: string }>(
  live: Pick<Runtime, "sources" | "startedMs">,
  row: T,
) {
  const memory = live.sources.get(row.source);
  const duePerMinute = memory?.growth.get(row.queue)?.perMinute ?? null;
  return { ...row, stateSinceMs: memory?.stateSinceMs ?? live.startedMs, duePerMinute };
}

/** When the last successful poll ended, which is the age of the data of the pages; null before the first. */
export function lastPollMs(
  live: Pick<Runtime, "brokers" | "sources">,
  scope: "brokers" | "sources" | "all",
): number | null {
  const polls = [
    ...(scope === "sources" ? [] : [...live.brokers.values()]),
    ...(scope === "brokers" ? [] : [...live.sources.values()]),
  ].map((memory) => memory.lastPollMs);
  const ended = polls.filter((atMs) => atMs !== null);
  return ended.length === 0 ? null : Math.max(...ended);
}
