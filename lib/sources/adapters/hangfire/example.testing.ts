import type { Example, OlderSchema } from "@/lib/sources/adapters/conformance.testing";
import { hangfire } from "@/lib/sources/adapters/hangfire/hangfire";
import type { ExampleJobs } from "@/lib/sources/adapters/readings.testing";

const STATES = {
  queued: "Enqueued",
  queuedLater: "Scheduled",
  running: "Processing",
  retryDue: "Scheduled",
  retryLater: "Scheduled",
  failed: "Failed",
  done: "Succeeded",
} as const;

/** The rows of a job of this state in other tables than `job` and `state`. */
function otherRows({ state, dueSeconds, startedSeconds }: ExampleJobs): string {
  const score = `extract(epoch FROM now()) - ${dueSeconds}`;
  const schedule = `INSERT INTO hangfire.set (key, score, value) SELECT 'schedule', ${score}, jobid::text FROM added`;
  if (state === "queued") return "INSERT INTO hangfire.jobqueue (jobid, queue) SELECT jobid, 'default' FROM added";
  if (state === "running") {
    return `INSERT INTO hangfire.jobqueue (jobid, queue, fetchedat)
            SELECT jobid, 'default', now() - interval '${startedSeconds} seconds' FROM added`;
  }
  if (state === "queuedLater") return schedule;
  if (!state.startsWith("retry")) return "SELECT 1";
  return `INSERT INTO hangfire.set (key, score, value)
          SELECT k.key, CASE k.key WHEN 'schedule' THEN ${score} ELSE 0 END, jobid::text
          FROM added, (VALUES ('schedule'), ('retries')) AS k(key)`;
}

const added = (jobs: ExampleJobs, data: string, reason: string) => `
  WITH jobs AS (
    INSERT INTO hangfire.job (statename, invocationdata, arguments, createdat)
    SELECT '${STATES[jobs.state]}', '{"a":"s3cret"}', '["s3cret"]', now() FROM generate_series(1, ${jobs.count}) RETURNING id),
  states AS (
    INSERT INTO hangfire.state (jobid, name, reason, createdat, data)
    SELECT id, '${STATES[jobs.state]}', ${reason}, now() - interval '${Math.max(0, jobs.dueSeconds)} seconds', ${data} FROM jobs
    RETURNING id, jobid)
  INSERT INTO added SELECT id, jobid FROM states`;

const insert = (jobs: ExampleJobs, data: string, reason = "NULL"): string => `
  DROP TABLE IF EXISTS added;
  CREATE TEMP TABLE added (id bigint, jobid bigint);
  ${added(jobs, data, reason)};
  UPDATE hangfire.job j SET stateid = a.id FROM added a WHERE a.jobid = j.id;
  ${otherRows(jobs)};
  DROP TABLE added`;

export const example: Example = {
  adapter: hangfire,
  schemaSql: new URL("./schema.sql", import.meta.url),
  generation: "schemas ≥ 20",
  queue: "default",
  add: (jobs) => {
    const failed = `jsonb_build_object('ExceptionMessage', '${jobs.error ?? ""} ' || id, 'ExceptionDetails', 's3cret')`;
    return jobs.state.startsWith("retry")
      ? insert(jobs, "NULL", `'Retry attempt 1 of 10: ${jobs.error ?? ""} ' || id`)
      : insert(jobs, jobs.state === "failed" ? failed : "NULL");
  },
  owner: ({ name, silentSeconds, holding }) => `
    INSERT INTO hangfire.server (id, data, lastheartbeat)
    VALUES ('${name}', '{}', now() - interval '${silentSeconds} seconds');
    ${insert(
      { state: "running", count: holding ? 1 : 0, dueSeconds: 0, startedSeconds: 10, error: null },
      `jsonb_build_object('ServerId', '${name}', 'WorkerId', 'w')`,
    )}`,
  requiredColumn: { table: "job", column: "statename" },
};

/** Before version 19 all times are UTC without zone. */
const inUtc = (sql: string): string => sql.replaceAll("now()", "timezone('UTC', now())");

export const older: readonly OlderSchema[] = [
  {
    name: "schema 19",
    example: { ...example, schemaSql: new URL("./schema-19.sql", import.meta.url), generation: "schemas 18–19" },
  },
  {
    name: "schema 7",
    example: {
      ...example,
      schemaSql: new URL("./schema-7.sql", import.meta.url),
      generation: "schemas 3–17",
      add: (jobs) => inUtc(example.add(jobs) ?? ""),
      owner: (facts) => inUtc(example.owner?.(facts) ?? ""),
    },
  },
];
