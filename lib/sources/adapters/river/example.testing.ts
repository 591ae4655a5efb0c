import type { Example, OlderSchema } from "@/lib/sources/adapters/conformance.testing";
import { river } from "@/lib/sources/adapters/river/river";

const STATES = {
  queued: "available",
  queuedLater: "scheduled",
  running: "running",
  retryDue: "retryable",
  retryLater: "retryable",
  failed: "discarded",
  done: "completed",
} as const;

export const example: Example = {
  adapter: river,
  schemaSql: new URL("./schema.sql", import.meta.url),
  generation: "migrations ≥ 6",
  queue: "default",
  add: ({ state, count, dueSeconds, startedSeconds, error }) => `
    INSERT INTO river_job (state, queue, kind, args, scheduled_at, attempted_at, attempted_by, finalized_at, errors)
    SELECT '${STATES[state]}', 'default', 'mail', jsonb_build_object('secret', 's3cret' || n),
           now() - interval '${dueSeconds} seconds',
           now() - interval '${startedSeconds} seconds', ARRAY['client-1'],
           CASE WHEN '${STATES[state]}' IN ('discarded', 'completed') THEN now() END,
           ${error === null ? "NULL" : `ARRAY[jsonb_build_object('at', now(), 'attempt', 1, 'error', '${error} ' || n)]`}
    FROM generate_series(1, ${count}) n`,
  requiredColumn: { table: "river_job", column: "scheduled_at" },
};

export const older: readonly OlderSchema[] = [
  {
    name: "migration 3",
    example: {
      ...example,
      schemaSql: new URL("./schema-3.sql", import.meta.url),
      generation: "migrations 2–3",
      // The default of max_attempts came with migration 7.
      add: (jobs) =>
        example.add(jobs)?.replace("(state,", "(max_attempts, state,").replace("SELECT ", "SELECT 25, ") ?? null,
      lacks: ["lacksEmptyQueues"],
    },
  },
];
