import "server-only";
import { sql } from "kysely";
import { DISK_FULL } from "@/lib/base/errors/disk-full";
import { MINUTE } from "@/lib/base/time/duration";
import type { Runtime } from "@/lib/collector/runtime";

/** Three polls at the longest interval of a broker. */
const TICK_AGE_MAX_MS = 3 * MINUTE;

export interface Readiness {
  readonly status: "ready" | "not-ready";
  readonly because: string | null;
  readonly database: "embedded" | "postgres";
  readonly lastKeptMs: number | null;
}

interface ReadinessContext extends Pick<Runtime, "config" | "database" | "health" | "startedMs" | "stopping"> {}

/** Ready means that the database answers and the collector saved a tick recently, with room on the disk. An unreachable broker does not count. */
export async function readiness(live: ReadinessContext, nowMs: number): Promise<Readiness> {
  const details = { database: live.database.engine, lastKeptMs: live.health.lastSavedMs };
  const notReady = (because: string): Readiness => ({ status: "not-ready", because, ...details });
  if (live.stopping) return notReady("stopping");
  try {
    await sql`SELECT 1`.execute(live.database.db);
  } catch {
    return notReady("the database does not answer");
  }
  if ([...live.health.failing.values()].some(({ isDiskFull }) => isDiskFull)) return notReady(DISK_FULL);
  const hasNothingToPoll = live.config.brokers.length + live.config.sources.length === 0;
  const sinceMs = live.health.lastSavedMs ?? live.startedMs;
  if (!hasNothingToPoll && nowMs - sinceMs > TICK_AGE_MAX_MS) return notReady("the collector has kept no tick lately");
  return { status: "ready", because: null, ...details };
}
