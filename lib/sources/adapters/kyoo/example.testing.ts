import type { Example } from "@/lib/sources/adapters/conformance.testing";
import { kyoo } from "@/lib/sources/adapters/kyoo/kyoo";

const STATUS: Readonly<Record<string, string>> = { queued: "pending", running: "running", failed: "failed" };

export const example: Example = {
  adapter: kyoo,
  schemaSql: new URL("./schema.sql", import.meta.url),
  queue: "scanner",
  add: ({ state, count, dueSeconds, startedSeconds, error }) => {
    const status = STATUS[state];
    if (status === undefined) return null;
    return `
      INSERT INTO scanner.requests (kind, title, videos, status, error, started_at, created_at)
      SELECT 'movie', 's3cret ' || gen_random_uuid(), '["/s3cret.mkv"]', '${status}',
             ${status === "failed" ? `jsonb_build_object('message', '${error} ' || n, 'traceback', '["s3cret"]'::jsonb)` : "NULL"},
             ${status === "pending" ? "NULL" : `now() - interval '${startedSeconds} seconds'`},
             now() - interval '${dueSeconds} seconds'
      FROM generate_series(1, ${count}) n`;
  },
  errorsIn: ["failed"],
  requiredColumn: { table: "requests", column: "started_at" },
};
