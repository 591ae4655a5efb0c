import "server-only";
import { sql } from "kysely";
import type { OpenMetricsContentType, Registry } from "prom-client";
import { SECOND } from "@/lib/base/time/duration";
import type { Runtime } from "@/lib/collector/runtime";

export type MakeGauge = (
  name: string,
  help: string,
  labelNames: string[],
) => (labels: Record<string, string>, value: number | null) => void;

/** The cost of Lastbeat: duration of ticks, event loop delay, memory and database size. */
export async function ownMetrics(
  live: Pick<Runtime, "database" | "timings">,
  registry: Registry<OpenMetricsContentType>,
  gauge: MakeGauge,
): Promise<void> {
  registry.registerMetric(live.timings.ticks);
  const loop = gauge("event_loop_delay_seconds", "How late timers ran in the last half minute to a minute", [
    "quantile",
  ]);
  const { p50Ms, p99Ms, maxMs } = live.timings.loopDelay();
  loop({ quantile: "0.5" }, p50Ms / SECOND);
  loop({ quantile: "0.99" }, p99Ms / SECOND);
  loop({ quantile: "1" }, maxMs / SECOND);
  const memory = gauge("memory_bytes", "Memory of this process, the embedded database included", ["kind"]);
  const { rss, heapUsed } = process.memoryUsage();
  memory({ kind: "resident" }, rss);
  memory({ kind: "heap" }, heapUsed);
  gauge("database_bytes", "Size of the database", [])({}, await databaseBytes(live));
}

/** The size of the database; null if the account may not read it. The other metrics are useful without it. */
async function databaseBytes(live: Pick<Runtime, "database">): Promise<number | null> {
  try {
    const { rows } = await sql<{ bytes: number }>`SELECT pg_database_size(current_database())::float8 AS bytes`.execute(
      live.database.db,
    );
    return rows[0]?.bytes ?? null;
  } catch {
    return null;
  }
}
