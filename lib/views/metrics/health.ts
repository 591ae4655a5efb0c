import "server-only";
import { sql } from "kysely";
import { MINUTE } from "@/lib/base/time/duration";
import type { Runtime } from "@/lib/collector/runtime";

/** Three polls at the slowest a broker may be polled; with nothing configured there is nothing to tick. */
const TICK_WITHIN_MS = 3 * MINUTE;

export interface Readiness {
  readonly status: "ready" | "not-ready";
  readonly because: string | null;
  readonly database: "embedded" | "postgres";
  readonly lastKeptMs: number | null;
}

interface ReadinessContext extends Pick<Runtime, "config" | "database" | "health" | "startedMs" | "stopping"> {}

/** Ready: the database answers and the collector kept a tick lately. A broker that is away makes nobody unready. */
export async function readiness(live: ReadinessContext, nowMs: number): Promise<Readiness> {
  const facts = { database: live.database.engine, lastKeptMs: live.health.lastSavedMs };
  const no = (because: string): Readiness => ({ status: "not-ready", because, ...facts });
  if (live.stopping) return no("stopping");
  try {
    await sql`SELECT 1`.execute(live.database.db);
  } catch {
    return no("the database does not answer");
  }
  const idle = live.config.brokers.length + live.config.sources.length === 0;
  const since = live.health.lastSavedMs ?? live.startedMs;
  if (!idle && nowMs - since > TICK_WITHIN_MS) return no("the collector has kept no tick lately");
  return { status: "ready", because: null, ...facts };
}
