import { reason } from "@/lib/base/messages/reason";
import { SECOND } from "@/lib/base/time/duration";
import { genericTable } from "@/lib/sources/adapters/generic-table/adapter";

/** The counters are written once a minute; if they are three minutes old, no supervisor is running. */
const COUNTERS_FRESH = "q.monitor_on > now() - interval '3 minutes'";

const COUNTERS = ["monitor_on", "ready_count", "deferred_count", "active_count", "failed_count"];

const EXPIRED = "j.started_on + j.expire_seconds * interval '1 second' < now()";
const EXPIRED_BEFORE_11 = "j.started_on + j.expire_in < now()";
const SILENT = "coalesce(j.heartbeat_on + j.heartbeat_seconds * interval '1 second' < now(), false)";

const generationBy = (has: (column: string) => boolean): string =>
  has("heartbeat_on") ? "12.12–12.25" : has("expire_in") ? "10" : "11–12.11";

/**
 * pg-boss 12 (timgit/pg-boss, src/plans.ts @55ee32f, 12.27, schema 37; run at 10.4, 11.1 and 12.38,
 * schemas 24, 26 and 46): the
 * partitioned table `job` and the table `queue`, in schema `pgboss`.
 *
 * - Version 10 has `expire_in`, an interval. 12.12 added heartbeats; `blocked` and the counters came with 12.18 to 12.26.
 * - No index serves the states: counting reads the tables, as pg-boss does once a minute for its own counters in `queue`.
 *   Beyond 160 MB these counters are used while they are fresh. Their `queued_count` is created and retry together,
 *   including later ones, so retries are then estimated from a sample.
 * - A job of a dead worker is reclaimed after `expire_seconds` (900), or sooner if it has `heartbeat_seconds`.
 * - `blocked` jobs wait for others and are never due. Workers store no name: owners are unsupported.
 * - The `output` of a failed job contains the error; for time-outs, one level down in `value`. The `output` of a completed
 *   job is its result, which is never read; neither is `data`.
 */
export const pgBoss = genericTable({
  kind: "pg-boss",
  versions: "10.0–12.38 (schemas 22–46)",
  capabilities: {
    counts: "exact",
    oldestDue: "exact",
    retry: "exact",
    errorGroups: "estimated",
    running: "exact",
    owners: "unsupported",
    throughput: "exact",
  },
  cost: "expensive",
  minIntervalMs: 5 * SECOND,
  schema: "pgboss",
  requiredTables: [
    {
      table: "job",
      columns: ["name", "state", "start_after", "started_on", "completed_on", "output"],
    },
    { table: "queue", columns: ["name"] },
  ],
  optionalTables: [
    { table: "job", columns: ["expire_in", "expire_seconds", "heartbeat_on", "heartbeat_seconds", "blocked"] },
    { table: "queue", columns: COUNTERS },
  ],
  queue: "j.name",
  omits: reason("omitsPgBoss", {}),
  states: {
    queued: "j.state = 'created'",
    running: "j.state = 'active'",
    retry: "j.state = 'retry'",
    failed: "j.state = 'failed'",
    done: "j.state = 'completed'",
  },
  dueAt: "CASE WHEN NOT j.blocked THEN j.start_after END",
  open: "j.state < 'completed'",
  closed: "j.state IN ('completed', 'failed')",
  statesIndexed: false,
  overdue: `(${EXPIRED} OR ${SILENT})`,
  errors: {
    where: "j.state IN ('retry', 'failed')",
    text: "coalesce(j.output ->> 'message', j.output -> 'value' ->> 'message')",
    at: "coalesce(j.completed_on, j.started_on)",
  },
  finished: {
    is: "retained",
    since: (instant) => `j.state IN ('completed', 'failed') AND j.completed_on > ${instant}`,
  },
  owners: null,
  queueNames: { table: "queue", name: "name" },
  counters: `
SELECT q.name AS queue, c.state, c.due, c.later, c.count::float8 AS count, NULL::float8 AS oldest_ms
FROM queue q CROSS JOIN LATERAL (VALUES
  ('queued', true, false, q.ready_count), ('queued', false, true, q.deferred_count),
  ('running', false, false, q.active_count), ('failed', false, false, q.failed_count)) AS c(state, due, later, count)
WHERE ${COUNTERS_FRESH}`,
  generation: () => "≥ 12.26",
  recorded: {
    table: { name: "version", columns: ["version"] },
    version: "SELECT max(version)::float8 AS version FROM version",
    unit: "schema",
  },
  forSchema: ({ typeOf }) => {
    const has = (column: string) => typeOf("job", column) !== null;
    const hasCounters = COUNTERS.every((column) => typeOf("queue", column) !== null);
    const expired = has("expire_seconds") ? EXPIRED : has("expire_in") ? EXPIRED_BEFORE_11 : null;
    return {
      ...(has("blocked") ? {} : { dueAt: "j.start_after" }),
      ...(hasCounters ? {} : { counters: null }),
      ...(has("heartbeat_on") && has("heartbeat_seconds") && has("expire_seconds") ? {} : { overdue: expired }),
      ...(expired === null ? { lacks: [reason("lacksExpiry", { name: "job", column: "expire_seconds" })] } : {}),
      ...(has("heartbeat_on") && hasCounters ? {} : { generation: () => generationBy(has) }),
    };
  },
});
