import { z } from "zod";
import type { RunQuery } from "@/lib/sources/jobs/adapter";
import { errorCode } from "@/lib/sources/jobs/error-code";
import { identifier } from "@/lib/sources/jobs/identifier";
import type { Standby } from "@/lib/sources/jobs/job";
import { withinBudget } from "@/lib/sources/jobs/query-budget";
import type { WriteCounters } from "@/lib/sources/jobs/rollbacks";

const StandbyRow = z.object({ standby: z.boolean(), behind: z.number().nullable() });

/**
 * Whether this server is a hot standby, and its replication lag (s). The replay timestamp does not advance while the
 * primary writes nothing, so a standby that has replayed all it received, and is still receiving, is up to date; for any
 * other the timestamp's age is an upper bound. Null until its first transaction (observed on PostgreSQL 15).
 */
export async function readStandby(runQuery: RunQuery): Promise<Standby | null> {
  const row = StandbyRow.parse((await runQuery({ name: "standby", text: STANDBY }))[0]);
  return row.standby ? { behindSeconds: row.behind === null ? null : Math.max(0, row.behind) } : null;
}

const STANDBY = `
SELECT pg_is_in_recovery() AS standby,
       CASE WHEN NOT pg_is_in_recovery() THEN NULL
            WHEN pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() AND EXISTS (SELECT 1 FROM pg_stat_wal_receiver) THEN 0
            ELSE extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp())
       END::float8 AS behind`;

const WritesRow = z.object({ updates: z.number().nullable(), rollbacks: z.number().nullable() });

/**
 * PostgreSQL's counters of attempted updates of a table (including its partitions) and of rollbacks of the database. null
 * if they are not counted (track_counts), if this role may not read statistics, and on a standby, which counts its own.
 */
export async function readWriteCounters(runQuery: RunQuery, table: string): Promise<WriteCounters | null> {
  const answer = runQuery({ name: "writes", text: WRITES, values: [identifier(table)] });
  const row = WritesRow.parse((await ifReadable(answer))?.[0] ?? { updates: null, rollbacks: null });
  return row.updates === null || row.rollbacks === null ? null : { updates: row.updates, rollbacks: row.rollbacks };
}

/** null if it ran out of budget, or if the role has no right to it. */
async function ifReadable<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await withinBudget(answer);
  } catch (error) {
    if (errorCode(error) === "42501") return null;
    throw error;
  }
}

const WRITES = `
SELECT (SELECT sum(s.n_tup_upd) FROM pg_stat_user_tables s
        WHERE s.relid IN (SELECT p.relid FROM pg_partition_tree(to_regclass($1)) p
                          UNION SELECT to_regclass($1)::oid))::float8 AS updates,
       d.xact_rollback::float8 AS rollbacks
FROM pg_stat_database d
WHERE d.datname = current_database() AND current_setting('track_counts')::bool AND NOT pg_is_in_recovery()`;
