import type { Example, OlderSchema } from "@/lib/sources/adapters/conformance.testing";
import { oban } from "@/lib/sources/adapters/oban/oban";

const STATES = {
  queued: "available",
  queuedLater: "scheduled",
  running: "executing",
  retryDue: "retryable",
  retryLater: "retryable",
  failed: "discarded",
  done: "completed",
} as const;

const ago = (seconds: number) => `timezone('UTC', now()) - interval '${seconds} seconds'`;

export const example: Example = {
  adapter: oban,
  schemaSql: new URL("./schema.sql", import.meta.url),
  generation: "migrations ≥ 14",
  queue: "default",
  add: ({ state, count, dueSeconds, startedSeconds, error }) => `
    INSERT INTO oban_jobs (state, worker, args, scheduled_at, attempted_at, completed_at, discarded_at, errors)
    SELECT '${STATES[state]}', 'Mailer', jsonb_build_object('secret', 's3cret' || n), ${ago(dueSeconds)},
           ${ago(startedSeconds)}, ${state === "done" ? ago(0) : "NULL"}, ${state === "failed" ? ago(0) : "NULL"},
           ${error === null ? "'{}'" : `ARRAY[jsonb_build_object('at', now(), 'attempt', 1, 'error', '${error} ' || n)]`}
    FROM generate_series(1, ${count}) n`,
  requiredColumn: { table: "oban_jobs", column: "scheduled_at" },
};

export const older: readonly OlderSchema[] = ["11", "13"].map((version) => ({
  name: `migration ${version}`,
  example: {
    ...example,
    schemaSql: new URL(`./schema-${version}.sql`, import.meta.url),
    generation: "migrations 8–13",
  },
}));
