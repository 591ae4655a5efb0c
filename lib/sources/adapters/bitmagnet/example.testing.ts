import { bitmagnet } from "@/lib/sources/adapters/bitmagnet/bitmagnet";
import type { Example } from "@/lib/sources/adapters/conformance.testing";

const STATUS = {
  queued: "pending",
  queuedLater: "pending",
  retryDue: "retry",
  retryLater: "retry",
  failed: "failed",
  done: "processed",
} as const;

export const example: Example = {
  adapter: bitmagnet,
  schemaSql: new URL("./schema.sql", import.meta.url),
  queue: "process_torrent",
  // A job runs inside the transaction that locked its row.
  runningIs: "locks",
  add: ({ state, count, dueSeconds, error }) =>
    state === "running"
      ? null
      : `
    INSERT INTO queue_jobs (fingerprint, queue, status, payload, run_after, ran_at, error, archival_duration, created_at)
    SELECT gen_random_uuid()::text, 'process_torrent', '${STATUS[state]}', jsonb_build_object('secret', 's3cret' || n),
           now() - interval '${dueSeconds} seconds', ${error === null ? "NULL" : "now()"},
           ${error === null ? "NULL" : `'${error} ' || n`}, interval '7 days', now()
    FROM generate_series(1, ${count}) n`,
  requiredColumn: { table: "queue_jobs", column: "run_after" },
};
