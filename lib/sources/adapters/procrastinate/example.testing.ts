import type { Example, OlderSchema } from "@/lib/sources/adapters/conformance.testing";
import { procrastinate } from "@/lib/sources/adapters/procrastinate/procrastinate";

const STATES = {
  queued: "todo",
  queuedLater: "todo",
  running: "doing",
  retryDue: "todo",
  retryLater: "todo",
  failed: "failed",
  done: "succeeded",
} as const;
const EVENTS = {
  queued: "deferred",
  queuedLater: "scheduled",
  running: "started",
  retryDue: "deferred_for_retry",
  retryLater: "deferred_for_retry",
  failed: "failed",
  done: "succeeded",
} as const;

/** A job that runs longer than this has lost its worker: all other jobs of the suite run for less. */
const ORPHAN_SECONDS = 3600;
const ago = (seconds: number) => `now() - interval '${seconds} seconds'`;

export const example: Example = {
  adapter: procrastinate,
  schemaSql: new URL("./schema.sql", import.meta.url),
  generation: "≥ 3.1",
  queue: "default",
  add: ({ state, count, dueSeconds, startedSeconds }) => `
    WITH owner AS (INSERT INTO procrastinate_workers (last_heartbeat)
      SELECT now() WHERE ${state === "running" && startedSeconds < ORPHAN_SECONDS} RETURNING id),
    jobs AS (
      INSERT INTO procrastinate_jobs (queue_name, task_name, args, status, scheduled_at, attempts, worker_id)
      SELECT 'default', 'mail', jsonb_build_object('secret', 's3cret' || n), '${STATES[state]}',
             ${state === "queued" ? "NULL" : ago(dueSeconds)}, ${state.startsWith("retry") ? 2 : 0}, (SELECT id FROM owner)
      FROM generate_series(1, ${count}) n RETURNING id)
    INSERT INTO procrastinate_events (job_id, type, at)
    SELECT id, '${EVENTS[state]}', ${state === "queued" ? ago(dueSeconds) : "now()"} FROM jobs`,
  owner: ({ silentSeconds, holding }) => `
    WITH owner AS (INSERT INTO procrastinate_workers (last_heartbeat) VALUES (${ago(silentSeconds)}) RETURNING id)
    INSERT INTO procrastinate_jobs (queue_name, task_name, status, worker_id)
    SELECT 'default', 'mail', 'doing', id FROM owner WHERE ${holding}`,
  requiredColumn: { table: "procrastinate_jobs", column: "scheduled_at" },
};

const { owner: _, ...withoutOwner } = example;

/** No row names a worker. */
export const older: readonly OlderSchema[] = ["1.1", "2.15"].map((version) => ({
  name: `version ${version}`,
  example: {
    ...withoutOwner,
    schemaSql: new URL(`./schema-${version}.sql`, import.meta.url),
    generation: version === "1.1" ? "before 2.6" : "2.6–2.15",
    add: (jobs) =>
      example
        .add(jobs)
        ?.replace(/owner AS \(INSERT[\s\S]*?RETURNING id\),/, "")
        .replace(", worker_id)", ")")
        .replace(", (SELECT id FROM owner)", "") ?? null,
    lacks: ["lacksJobOwners"],
    unsupported: ["running", "owners"],
  },
}));
