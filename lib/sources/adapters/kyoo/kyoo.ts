import { z } from "zod";
import { done } from "@/lib/base/errors/failure";
import { reason } from "@/lib/base/messages/reason";
import { MINUTE, SECOND } from "@/lib/base/time/duration";
import { genericTable } from "@/lib/sources/adapters/generic-table/adapter";
import { olderThan, type Sql } from "@/lib/sources/adapters/sql-expressions";
import type { Adapter, RunQuery } from "@/lib/sources/jobs/adapter";
import { followWaiting } from "@/lib/sources/jobs/leader";

/** A request that has been running for longer is started again, but only at the next notification. */
const RESTARTED_AFTER_SECONDS = (30 * MINUTE) / SECOND;
/** The session lock of the leader: the one scanner that watches files, scans and refreshes. */
const LEADER_LOCK = 198_347;
/** The name of v4's RabbitMQ queue, which this table replaces. */
const QUEUE = "scanner";

const text = (key: string): Sql => `j.error ->> '${key}'`;

const table = genericTable({
  kind: "kyoo",
  versions: "5.0–5.1",
  capabilities: {
    counts: "exact",
    oldestDue: "exact",
    retry: "unsupported",
    errorGroups: "exact",
    running: "exact",
    owners: "unsupported",
    throughput: "estimated",
  },
  cost: "bounded",
  minIntervalMs: 5 * SECOND,
  schema: "scanner",
  requiredTables: [{ table: "requests", columns: ["status", "error", "started_at", "created_at"] }],
  queue: `'${QUEUE}'`,
  omits: reason("omitsKyoo", {}),
  states: {
    queued: "j.status = 'pending'",
    running: "j.status = 'running'",
    failed: "j.status = 'failed'",
  },
  dueAt: "j.created_at",
  open: "j.status IN ('pending', 'running')",
  closed: "j.status = 'failed'",
  statesIndexed: false,
  overdue: olderThan("j.started_at", RESTARTED_AFTER_SECONDS),
  errors: {
    where: "j.status = 'failed'",
    text: `concat_ws(': ', ${text("title")}, ${text("message")})`,
    at: "j.started_at",
  },
  finished: { is: "deleted", table: "requests" },
  owners: null,
  queueNames: null,
  generation: () => "5",
});

/**
 * Kyoo v5's scanner (zoriya/Kyoo scanner/migrations/000001_request and scanner/{requests,status,fsscan}.py @ v5.0.0 to
 * v5.1.0): table `scanner.requests`, which replaced the RabbitMQ queue of v4.
 *
 * - Success deletes the row. A failed row remains, is never retried, and is deleted by the next full scan: deleted rows
 *   count both, so the rate is an estimate. A new request for the same title leaves a failed row failed.
 * - Scanners wake up by NOTIFY alone: they neither poll nor read the table when they start, so rows can stay pending while
 *   nothing runs (a lost wake-up, inferred from the code) until the next request sends another notification.
 * - Only the holder of the session lock 198347 scans; the reading says whether any session holds it.
 * - `error` is `{title, message, traceback[]}`; the traceback is never read, and neither are titles of films.
 */
export const kyoo: Adapter<"kyoo"> = {
  ...table,
  async read(runQuery, context) {
    const result = await table.read(runQuery, context);
    if (!result.ok) return result;
    const present = await leaderPresent(runQuery);
    const waitingSinceMs = followWaiting(context.previous, result.value);
    return done({ ...result.value, leader: { present, waitingSinceMs } });
  },
};

const LeaderRow = z.object({ present: z.boolean().nullable() });

/**
 * Whether a session of this database holds the leader's lock; locks of all sessions are visible to every role. A standby
 * shows only its own locks, so there it is unknown.
 */
async function leaderPresent(runQuery: RunQuery): Promise<boolean | null> {
  return z.array(LeaderRow).parse(await runQuery({ name: "leader", text: LEADER }))[0]?.present ?? null;
}

// pg_try_advisory_lock(bigint) shows its high half as classid, its low half as objid, and objsubid 1.
const LEADER = `
SELECT CASE WHEN NOT pg_is_in_recovery() THEN
         EXISTS (SELECT 1 FROM pg_locks l
                 WHERE l.locktype = 'advisory' AND l.classid = 0 AND l.objid = ${LEADER_LOCK} AND l.objsubid = 1
                   AND l.granted AND l.database = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database()))
       END AS present`;
