import type { Example, OlderSchema } from "@/lib/sources/adapters/conformance.testing";
import { pgBoss } from "@/lib/sources/adapters/pg-boss/pg-boss";

const STATES = {
  queued: "created",
  queuedLater: "created",
  running: "active",
  retryDue: "retry",
  retryLater: "retry",
  failed: "failed",
  done: "completed",
} as const;

export const example: Example = {
  adapter: pgBoss,
  schemaSql: new URL("./schema.sql", import.meta.url),
  generation: "≥ 12.26",
  queue: "mail",
  add: ({ state, count, dueSeconds, startedSeconds, error }) => `
    INSERT INTO pgboss.queue (name, policy, retry_limit, retry_delay, retry_backoff, expire_seconds, retention_seconds,
                              deletion_seconds, partition, table_name)
    VALUES ('mail', 'standard', 2, 0, false, 900, 1209600, 604800, false, 'job_common') ON CONFLICT DO NOTHING;
    INSERT INTO pgboss.job (name, state, data, start_after, started_on, completed_on, output)
    SELECT 'mail', '${STATES[state]}', jsonb_build_object('secret', 's3cret' || n),
           now() - interval '${dueSeconds} seconds', now() - interval '${startedSeconds} seconds',
           ${state === "done" || state === "failed" ? "now()" : "NULL"},
           jsonb_build_object(${error === null ? "'result', 's3cret'" : `'message', '${error} ' || n`})
    FROM generate_series(1, ${count}) n`,
  requiredColumn: { table: "job", column: "start_after" },
};

export const older: readonly OlderSchema[] = [
  {
    name: "version 10",
    example: {
      ...example,
      schemaSql: new URL("./schema-10.sql", import.meta.url),
      generation: "10",
      add: (jobs) =>
        example
          .add(jobs)
          ?.replace(
            /INSERT INTO pgboss\.queue [^;]*;/,
            "INSERT INTO pgboss.queue (name) VALUES ('mail') ON CONFLICT DO NOTHING;",
          ) ?? null,
    },
  },
  {
    name: "version 11",
    example: { ...example, schemaSql: new URL("./schema-11.sql", import.meta.url), generation: "11–12.11" },
  },
];
