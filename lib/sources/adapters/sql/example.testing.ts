import type { Queries } from "@/lib/sources/adapters/sql/queries";
import { sql } from "@/lib/sources/adapters/sql/sql";
import type { Adapter } from "@/lib/sources/jobs/adapter";

const STATE = `CASE phase WHEN 'busy' THEN 'running' WHEN 'broken' THEN 'failed'
               WHEN 'new' THEN CASE WHEN tries > 0 THEN 'retry' ELSE 'queued' END END`;

/** Statements over the tables of `schema.sql`. */
export const QUERIES = {
  counts: `SELECT topic AS queue, ${STATE} AS state, count(*) FROM own_jobs GROUP BY 1, 2; -- by topic`,
  oldest: `SELECT topic AS queue, max(extract(epoch FROM now() - due)) AS seconds FROM own_jobs WHERE phase = 'new' GROUP BY 1`,
  retry: `SELECT topic AS queue, count(*) FILTER (WHERE due <= now()) AS due, count(*) FILTER (WHERE due > now()) AS later
          FROM own_jobs WHERE phase = 'new' AND tries > 0 GROUP BY 1`,
  errors: `SELECT topic AS queue, why AS error, 1 AS count FROM own_jobs WHERE why IS NOT NULL`,
  owners: `SELECT name, extract(epoch FROM now() - seen) AS silent_seconds, 60 AS limit_seconds FROM own_workers`,
};

/** An adapter for these statements, which may read the columns that they name. */
export const exampleWith = (queries: Queries): Adapter => ({
  ...sql(queries),
  requiredTables: [
    { table: "own_jobs", columns: ["topic", "phase", "tries", "due", "why"] },
    { table: "own_workers", columns: ["name", "seen"] },
  ],
});
