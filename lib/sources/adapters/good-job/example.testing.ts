import type { Example, OlderSchema } from "@/lib/sources/adapters/conformance.testing";
import { goodJob } from "@/lib/sources/adapters/good-job/good-job";

const ago = (seconds: number) => `(timezone('UTC', now()) - interval '${seconds} seconds')`;

const ALIVE = "'00000000-0000-0000-0000-000000000001'";
const UNKNOWN = "'00000000-0000-0000-0000-000000000002'";
/** A job that runs longer than this has lost its worker: all other jobs of the suite run for less. */
const ORPHAN_SECONDS = 3600;

export const example: Example = {
  adapter: goodJob,
  schemaSql: new URL("./schema.sql", import.meta.url),
  generation: "≥ 3.29",
  queue: "default",
  add: ({ state, count, dueSeconds, startedSeconds, error }) => `
    INSERT INTO good_job_processes (id, created_at, updated_at) VALUES (${ALIVE}, ${ago(0)}, ${ago(0)})
    ON CONFLICT DO NOTHING;
    INSERT INTO good_jobs (queue_name, serialized_params, scheduled_at, performed_at, finished_at, error, created_at,
                           updated_at, executions_count, job_class, locked_by_id)
    SELECT 'default', jsonb_build_object('secret', 's3cret' || n), ${ago(dueSeconds)}, ${ago(startedSeconds)},
           ${state === "done" || state === "failed" ? ago(0) : "NULL"}, ${error === null ? "NULL" : `'${error} ' || n`},
           ${ago(dueSeconds)}, ${ago(0)}, ${error === null ? 0 : 2}, 'MailJob',
           ${state !== "running" ? "NULL" : startedSeconds > ORPHAN_SECONDS ? UNKNOWN : ALIVE}
    FROM generate_series(1, ${count}) n`,
  owner: ({ name, silentSeconds, holding }) => `
    WITH owner AS (INSERT INTO good_job_processes (created_at, updated_at, state)
      VALUES (${ago(silentSeconds)}, ${ago(silentSeconds)}, jsonb_build_object('hostname', '${name}')) RETURNING id)
    INSERT INTO good_jobs (queue_name, created_at, updated_at, performed_at, locked_by_id)
    SELECT 'default', ${ago(60)}, ${ago(60)}, ${ago(60)}, owner.id FROM owner WHERE ${holding}`,
  requiredColumn: { table: "good_jobs", column: "performed_at" },
};

/** Neither has `locked_by_id`, and `performed_at` is set only while a job runs and once it has finished. */
const addBefore329 =
  (version: "3.28" | "3.0"): Example["add"] =>
  ({ state, count, dueSeconds, startedSeconds, error }) => {
    if (version === "3.0" && state.startsWith("retry")) return null;
    const started = ["running", "failed", "done"].includes(state) ? ago(startedSeconds) : "NULL";
    const executions = error === null ? 0 : 2;
    const [columns, values] =
      version === "3.0" ? ["", ""] : [", executions_count, job_class", `, ${executions}, 'MailJob'`];
    return `
    INSERT INTO good_jobs (queue_name, serialized_params, scheduled_at, performed_at, finished_at, error, created_at,
                           updated_at${columns})
    SELECT 'default', jsonb_build_object('secret', 's3cret' || n), ${ago(dueSeconds)}, ${started},
           ${state === "done" || state === "failed" ? ago(0) : "NULL"}, ${error === null ? "NULL" : `'${error} ' || n`},
           ${ago(dueSeconds)}, ${ago(0)}${values}
    FROM generate_series(1, ${count}) n`;
  };

const { owner: _, ...withoutOwner } = example;

export const older: readonly OlderSchema[] = [
  {
    name: "version 3.28",
    example: {
      ...withoutOwner,
      schemaSql: new URL("./schema-3.28.sql", import.meta.url),
      generation: "3.16–3.28",
      add: addBefore329("3.28"),
      owner: ({ name, silentSeconds }) => `
        INSERT INTO good_job_processes (created_at, updated_at, state)
        VALUES (${ago(silentSeconds)}, ${ago(silentSeconds)}, jsonb_build_object('hostname', '${name}'))`,
      holdsJobs: false,
      lacks: ["lacksJobOwners"],
      unsupported: ["running"],
      requiredColumn: { table: "good_jobs", column: "performed_at" },
    },
  },
  {
    name: "version 3.0",
    example: {
      ...withoutOwner,
      schemaSql: new URL("./schema-3.0.sql", import.meta.url),
      generation: "3.0–3.15",
      add: addBefore329("3.0"),
      errorsIn: ["failed"],
      lacks: ["lacksJobOwners", "lacksRetries", "lacksWorkerHeartbeats"],
      unsupported: ["running", "owners"],
      requiredColumn: { table: "good_jobs", column: "performed_at" },
    },
  },
];
