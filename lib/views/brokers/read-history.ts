import "server-only";
import { DAY, HOUR, MINUTE } from "@/lib/base/time/duration";
import type { Runtime } from "@/lib/collector/runtime";
import { listRestarts } from "@/lib/storage/rabbitmq/blindness";
import { countEndsByReason } from "@/lib/storage/rabbitmq/sessions";
import { readBroker } from "@/lib/views/brokers/read";
import type { BrokerHistory } from "@/lib/views/brokers/schema";
import { readSeries } from "@/lib/views/series/read";
import { RANGES, type Range } from "@/lib/views/series/schema";

const SIGNALS = ["broker.opened", "broker.closed", "broker.poll.duration"] as const;
const POINTS = 300;
/** As long as restarts are stored. */
const RESTARTS_MS = 30 * DAY;
/** A node in a crash loop restarts more often than a person reads. */
const RESTARTS_MAX = 50;

/** One broker with its history in a range; null if no such broker is configured. */
export async function readBrokerHistory(
  live: Pick<Runtime, "brokers" | "database" | "listingStrategies">,
  id: string,
  range: Range,
  nowMs: number,
): Promise<BrokerHistory | null> {
  const memory = live.brokers.get(id);
  if (memory === undefined) return null;
  const { db } = live.database;
  const fromMs = nowMs - RANGES[range] * MINUTE;
  const request = { fromMs, toMs: nowMs, points: POINTS, labels: { broker: id } };
  const series = await Promise.all(SIGNALS.map((signal) => readSeries(live, { signal, ...request }, nowMs)));
  const restarts = await listRestarts(db, { broker: id, fromMs: nowMs - RESTARTS_MS, toMs: nowMs + 1 });
  return {
    asOfMs: memory.lastPollMs ?? nowMs,
    fromMs,
    toMs: nowMs,
    broker: await readBroker(live, memory, nowMs),
    series: series.filter((view) => view !== null),
    ends: {
      last1h: await countEndsByReason(db, id, nowMs - HOUR),
      last24h: await countEndsByReason(db, id, nowMs - DAY),
    },
    restarts: restarts
      .reverse()
      .slice(0, RESTARTS_MAX)
      .map(({ atMs, node }) => ({ atMs, node })),
  };
}
