import "server-only";
import { type Kysely, sql } from "kysely";
import { instant, jsonText } from "@/lib/base/postgres/bulk";
import { placeOf } from "@/lib/base/signals/catalogue";
import type { StoredRunner } from "@/lib/sources/runners/registry";
import type { Schema } from "@/lib/storage/schema/schema";

/** More than any source has, including those it lost within a day. */
const RUNNERS_MAX = 2_000;

const CONTACT_AGE = sql.lit(placeOf("runner.contact.age"));
const JOBS_RUNNING = sql.lit(placeOf("runner.jobs.running"));

const SILENT = sql.lit(placeOf("runner.silent"));
const DEAF = sql.lit(placeOf("runner.deaf"));

/** The runners of a source as they were last seen at or after an instant (epoch ms), the most recently seen first. */
export async function loadRunners(db: Kysely<Schema>, source: string, sinceMs: number): Promise<StoredRunner[]> {
  const { rows } = await sql<{
    name: string;
    seen_ms: number;
    silence: number | null;
    jobs: number;
    silent: number | null;
    deaf: number | null;
  }>`
    SELECT o.labels ->> 'runner' AS name, seen.at_ms::float8 AS seen_ms,
      seen.values[${CONTACT_AGE}] AS silence, seen.values[${JOBS_RUNNING}] AS jobs,
      seen.values[${SILENT}] AS silent, seen.values[${DEAF}] AS deaf
    FROM lastbeat.objects o, LATERAL (
      SELECT at_ms, values FROM lastbeat.samples s
      WHERE s.object_id = o.id AND s.at_ms >= ${instant(sinceMs)}
        AND s.values[${JOBS_RUNNING}] IS NOT NULL
      ORDER BY at_ms DESC LIMIT 1) seen
    WHERE o.kind = 'runner' AND o.labels @> ${jsonText({ source })}::jsonb
    ORDER BY seen.at_ms DESC LIMIT ${sql.lit(RUNNERS_MAX)}`.execute(db);
  return rows.map(({ name, seen_ms, silence, jobs, silent, deaf }) => ({
    name,
    seenMs: seen_ms,
    lastContactMs: silence === null ? null : seen_ms - silence * 1_000,
    jobsRunning: jobs,
    outOfContact: silent === 1 ? "silent" : deaf === 1 ? "deaf" : null,
  }));
}
