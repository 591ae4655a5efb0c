import { reason } from "@/lib/base/messages/reason";
import { MINUTE, SECOND } from "@/lib/base/time/duration";
import { genericTable } from "@/lib/sources/adapters/generic-table/adapter";
import type { FoundSchema, OwnerTable } from "@/lib/sources/adapters/generic-table/definition";
import { olderThan, type Sql, utc } from "@/lib/sources/adapters/sql-expressions";

/** `InvisibilityTimeout`: a job fetched longer ago is fetched again by another worker. */
const INVISIBILITY_SECONDS = (30 * MINUTE) / SECOND;
/** `ServerTimeout`; servers send a heartbeat every 30 s. */
const DEAD_AFTER_SECONDS = (5 * MINUTE) / SECOND;

/** The forms of values that later versions changed. */
interface Forms {
  /** A time as timestamptz. */
  readonly time: (column: Sql) => Sql;
  /** A column with JSON as jsonb. */
  readonly json: (column: Sql) => Sql;
}

const CURRENT: Forms = { time: (column) => column, json: (column) => column };

const fromOf = ({ time, json }: Forms): Sql => `
SELECT 'enqueued' AS state, q.queue::text AS queue, q.jobid, ${time("s.createdat")} AS due_at, NULL::timestamptz AS fetched_at,
       NULL::text AS server, NULL::text AS error, NULL::timestamptz AS ended_at
FROM jobqueue q LEFT JOIN job b ON b.id = q.jobid LEFT JOIN state s ON s.id = b.stateid
WHERE q.fetchedat IS NULL
UNION ALL
SELECT 'fetched', q.queue, q.jobid, NULL, ${time("q.fetchedat")}, ${json("s.data")} ->> 'ServerId', NULL, NULL
FROM jobqueue q LEFT JOIN job b ON b.id = q.jobid LEFT JOIN state s ON s.id = b.stateid AND s.name = 'Processing'
WHERE q.fetchedat IS NOT NULL
UNION ALL
SELECT 'scheduled', 'default', NULL, to_timestamp(t.score), NULL, NULL, NULL, NULL
FROM "set" t
WHERE t.key = 'schedule' AND NOT EXISTS (SELECT 1 FROM "set" r WHERE r.key = 'retries' AND r.value = t.value)
UNION ALL
SELECT 'retry', 'default', NULL, to_timestamp(t.score), NULL, NULL,
       (SELECT regexp_replace(s.reason, '^Retry attempt [0-9]+ of [0-9]+: ', '')
        FROM job b JOIN state s ON s.id = b.stateid WHERE b.id::text = r.value), NULL
FROM "set" r LEFT JOIN "set" t ON t.key = 'schedule' AND t.value = r.value
WHERE r.key = 'retries'
UNION ALL
SELECT 'failed', 'default', b.id, NULL, NULL, NULL, ${json("s.data")} ->> 'ExceptionMessage', ${time("s.createdat")}
FROM job b LEFT JOIN state s ON s.id = b.stateid WHERE b.statename = 'Failed'
UNION ALL
SELECT 'succeeded', 'default', b.id, NULL, NULL, NULL, NULL, NULL
FROM job b WHERE b.statename = 'Succeeded'`;

const ownersOf = ({ time }: Forms): OwnerTable => ({
  table: "server",
  id: "o.id",
  name: "o.id",
  lastContact: time("o.lastheartbeat"),
  deadAfterSeconds: DEAD_AFTER_SECONDS,
  held: {
    by: "j.server",
    id: "j.jobid::text",
    type: "j.queue",
    startedAt: "j.fetched_at",
    attempts: "NULL::int",
  },
});

const succeededIn = (table: string): Sql =>
  `coalesce((SELECT sum(value) FROM ${table} WHERE key = 'stats:succeeded'), 0)`;

/** Before version 18 the counters are aggregated within their own table. */
const succeeded = (tables: readonly string[]) =>
  ({ is: "counted", total: `SELECT (${tables.map(succeededIn).join(" + ")})::float8 AS total` }) as const;

/** Before version 20 JSON is text, and before 19 times are UTC without zone. */
function forSchema({ hasTable, typeOf }: FoundSchema) {
  const forms: Forms = {
    time: typeOf("state", "createdat") === "timestamp without time zone" ? utc : CURRENT.time,
    // A text that is not an object would end the whole query.
    json:
      typeOf("state", "data") === "text"
        ? (column) => `(CASE WHEN ${column} LIKE '{%' THEN ${column} END)::jsonb`
        : CURRENT.json,
  };
  const hasAggregates = hasTable("aggregatedcounter");
  if (forms.time === CURRENT.time && forms.json === CURRENT.json && hasAggregates) return {};
  return {
    from: fromOf(forms),
    owners: ownersOf(forms),
    finished: succeeded(hasAggregates ? ["counter", "aggregatedcounter"] : ["counter"]),
    generation: () => (hasAggregates ? "schemas 18–19" : "schemas 3–17"),
  };
}

/**
 * Hangfire on PostgreSQL, Hangfire.PostgreSql 1.21 (schema version 23; hangfire-postgres/Hangfire.PostgreSql Scripts
 * v3-v23 @81a9f06): a job has a row in `jobqueue` while it is queued or running, is in the sets `schedule` and `retries`
 * while it is scheduled, and is in `job` alone once it has finished.
 *
 * - Only `jobqueue` names a queue. Scheduled, retried and finished jobs are counted under `default`, whatever their queue.
 * - A retry is a scheduled job that is also in the set `retries`; its state's reason quotes the first 50 characters of the
 *   error ("Retry attempt 2 of 10: …").
 * - A job with a `fetchedat` older than 30 min (InvisibilityTimeout) is fetched again; with the sliding timeout a worker
 *   renews it.
 * - Servers send a heartbeat every 30 s; any other server removes one that has sent none for 5 min (ServerTimeout).
 * - Succeeded jobs expire a day later. The rate is the system's own counter (`stats:succeeded`), written for each job and
 *   aggregated about once a minute, without the failed jobs.
 * - Invocation data and arguments are not read; of a state's data, only the server and the error's message are.
 */
export const hangfire = genericTable({
  kind: "hangfire",
  versions: "1.6–1.21 (schemas 3–23)",
  capabilities: {
    counts: "exact",
    oldestDue: "exact",
    retry: "exact",
    errorGroups: "estimated",
    running: "exact",
    owners: "exact",
    throughput: "estimated",
  },
  cost: "bounded",
  minIntervalMs: 5 * SECOND,
  schema: "hangfire",
  requiredTables: [
    { table: "jobqueue", columns: ["jobid", "queue", "fetchedat"] },
    { table: "job", columns: ["id", "stateid", "statename"] },
    { table: "state", columns: ["id", "name", "reason", "data", "createdat"] },
    { table: "set", columns: ["key", "value", "score"] },
    { table: "server", columns: ["id", "lastheartbeat"] },
    { table: "counter", columns: ["key", "value"] },
  ],
  optionalTables: [{ table: "aggregatedcounter", columns: ["key", "value"] }],
  from: fromOf(CURRENT),
  queue: "j.queue",
  omits: reason("omitsHangfire", {}),
  states: {
    queued: "j.state IN ('enqueued', 'scheduled')",
    running: "j.state = 'fetched'",
    retry: "j.state = 'retry'",
    failed: "j.state = 'failed'",
    done: "j.state = 'succeeded'",
  },
  dueAt: "j.due_at",
  open: "j.state IN ('enqueued', 'scheduled', 'fetched', 'retry')",
  closed: "j.state IN ('failed', 'succeeded')",
  statesIndexed: true,
  overdue: olderThan("j.fetched_at", INVISIBILITY_SECONDS),
  errors: { where: "j.state IN ('retry', 'failed')", text: "j.error", at: "j.ended_at" },
  finished: succeeded(["counter", "aggregatedcounter"]),
  owners: ownersOf(CURRENT),
  queueNames: null,
  generation: () => "schemas ≥ 20",
  recorded: {
    table: { name: "schema", columns: ["version"] },
    version: `SELECT max(version)::float8 AS version FROM "schema"`,
    unit: "schema",
  },
  forSchema,
});
