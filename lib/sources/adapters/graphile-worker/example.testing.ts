import type { Example } from "@/lib/sources/adapters/conformance.testing";
import { graphileWorker } from "@/lib/sources/adapters/graphile-worker/graphile-worker";

const ATTEMPTS = { queued: 0, queuedLater: 0, running: 1, retryDue: 2, retryLater: 2, failed: 25 } as const;

export const example: Example = {
  adapter: graphileWorker,
  schemaSql: new URL("./schema.sql", import.meta.url),
  generation: "≥ 0.16",
  queue: "mail",
  rowsIn: "_private_jobs",
  add: ({ state, count, dueSeconds, startedSeconds, error }) =>
    state === "done"
      ? null
      : `
    INSERT INTO graphile_worker._private_tasks (identifier) VALUES ('mail') ON CONFLICT DO NOTHING;
    INSERT INTO graphile_worker._private_jobs (task_id, payload, run_at, attempts, last_error, locked_at, locked_by)
    SELECT (SELECT id FROM graphile_worker._private_tasks), json_build_object('secret', 's3cret' || n),
           now() - interval '${dueSeconds} seconds', ${ATTEMPTS[state]}, ${error === null ? "NULL" : `'${error} ' || n`},
           ${state === "running" ? `now() - interval '${startedSeconds} seconds', 'worker-1'` : "NULL, NULL"}
    FROM generate_series(1, ${count}) n`,
  requiredColumn: { table: "jobs", column: "run_at" },
};
