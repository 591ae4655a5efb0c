import type { Example } from "@/lib/sources/adapters/conformance.testing";
import type { ExampleState } from "@/lib/sources/adapters/readings.testing";
import { solidQueue } from "@/lib/sources/adapters/solid-queue/solid-queue";

const UTC = "(now() AT TIME ZONE 'UTC')";
const ago = (seconds: number) => `${UTC} - interval '${seconds} seconds'`;
const processes = (name: string, silentSeconds: number) => `
  INSERT INTO solid_queue_processes (kind, last_heartbeat_at, pid, created_at, name)
  VALUES ('Worker', ${ago(silentSeconds)}, 1, ${UTC}, '${name}')`;

/** The row of a job in a table of executions, besides its row in `jobs`. */
function execution(state: ExampleState, facts: { due: number; started: number; error: string | null }): string {
  if (state === "queued" || state === "retryDue") {
    return `INSERT INTO solid_queue_ready_executions (job_id, queue_name, created_at) SELECT id, 'default', ${ago(facts.due)} FROM added`;
  }
  if (state === "queuedLater" || state === "retryLater") {
    return `INSERT INTO solid_queue_scheduled_executions (job_id, queue_name, scheduled_at, created_at)
            SELECT id, 'default', ${ago(facts.due)}, ${UTC} FROM added`;
  }
  if (state === "running") {
    const owner = facts.started > 3_600 ? "NULL" : "(SELECT max(id) FROM solid_queue_processes)";
    return `INSERT INTO solid_queue_claimed_executions (job_id, process_id, created_at) SELECT id, ${owner}, ${ago(facts.started)} FROM added`;
  }
  if (state === "failed") {
    return `INSERT INTO solid_queue_failed_executions (job_id, error, created_at)
            SELECT id, json_build_object('exception_class', 'Err', 'message', '${facts.error ?? ""} ' || id, 'backtrace', ARRAY['s3cret'])::text,
                   ${UTC} FROM added`;
  }
  return "SELECT 1";
}

const tries = (name: string, count: number, finishedAt: string) => `
  INSERT INTO solid_queue_jobs (queue_name, class_name, arguments, active_job_id, finished_at, created_at, updated_at)
  SELECT 'default', 'MailJob', 's3cret', ${name === "" ? "gen_random_uuid()" : `'${name}' || n`}, ${finishedAt}, ${UTC}, ${UTC}
  FROM generate_series(1, ${count}) n`;

export const example: Example = {
  adapter: solidQueue,
  schemaSql: new URL("./schema.sql", import.meta.url),
  generation: "1",
  queue: "default",
  add: ({ state, count, dueSeconds, startedSeconds, error }) => {
    // The tries of a job have its Active Job id in common; a failed one that was put back has finished.
    const triedBefore = state.startsWith("retry");
    return `
      ${state === "running" ? processes("alive", 1) : ""};
      ${triedBefore ? tries(state, count, UTC) : ""};
      WITH added AS (${tries(triedBefore ? state : "", count, state === "done" ? UTC : "NULL")} RETURNING id)
      ${execution(state, { due: dueSeconds, started: startedSeconds, error })}`;
  },
  owner: ({ name, silentSeconds, holding }) => `
    ${processes(name, silentSeconds)};
    WITH added AS (
      INSERT INTO solid_queue_jobs (queue_name, class_name, created_at, updated_at)
      SELECT 'default', 'MailJob', ${UTC}, ${UTC} WHERE ${holding} RETURNING id)
    INSERT INTO solid_queue_claimed_executions (job_id, process_id, created_at)
    SELECT id, (SELECT max(id) FROM solid_queue_processes), ${UTC} FROM added`,
  errorsIn: ["failed"],
  requiredColumn: { table: "solid_queue_jobs", column: "finished_at" },
};
