import "server-only";
import { sql } from "kysely";
import type { OpenMetricsContentType, Registry } from "prom-client";
import type { Runtime } from "@/lib/collector/runtime";

export type MakeGauge = (
  name: string,
  help: string,
  labelNames: string[],
) => (labels: Record<string, string>, value: number | null) => void;

/** What Lastbeat costs: the time of its ticks, the lateness of its event loop, its memory and its database. */
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
  loop({ quantile: "0.5" }, p50Ms / 1000);
  loop({ quantile: "0.99" }, p99Ms / 1000);
  loop({ quantile: "1" }, maxMs / 1000);
  const memory = gauge("memory_bytes", "Memory of this process, the embedded database included", ["kind"]);
  const { rss, heapUsed } = process.memoryUsage();
  memory({ kind: "resident" }, rss);
  memory({ kind: "heap" }, heapUsed);
  gauge("database_bytes", "Size of the database", [])({}, await databaseBytes(live));
}

/** null where the account may not ask: the rest of the answer is worth having without it. */
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
