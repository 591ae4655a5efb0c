import { z } from "zod";
import { asSubselect, QUERY_COLUMNS, type QueryName } from "@/lib/sources/adapters/sql/queries";
import type { Query, RunQuery } from "@/lib/sources/jobs/adapter";
import { JOB_STATES } from "@/lib/sources/jobs/job";

/** Queues times states a page can show. */
export const ROWS_MAX = 10_000;

const CountRow = z.object({
  queue: z.string(),
  state: z.enum(JOB_STATES).nullable(),
  count: z.number().nonnegative(),
});
export type QueryCountRow = z.infer<typeof CountRow>;
const OldestRow = z.object({ queue: z.string(), seconds: z.number().nullable() });
const RetryRow = z.object({ queue: z.string(), due: z.number().nullable(), later: z.number().nullable() });
const ErrorRow = z.object({ queue: z.string(), error: z.string().nullable(), count: z.number() });
const OwnerRow = z.object({
  name: z.string(),
  silent_seconds: z.number().nullable(),
  limit_seconds: z.number().positive(),
});

/** What each statement's rows must be like. */
export const ROWS = {
  counts: CountRow,
  oldest: OldestRow,
  retry: RetryRow,
  errors: ErrorRow,
  owners: OwnerRow,
} as const;

/**
 * Runs one of your statements. Its columns are named without the table: `q.count` would be PostgreSQL's count(q) where
 * the column is missing. The bound limit makes the driver use the protocol that takes one statement only.
 */
export async function rowsOf<Name extends QueryName>(
  runQuery: RunQuery,
  name: Name,
  text: string,
): Promise<readonly z.infer<(typeof ROWS)[Name]>[]> {
  const columns = Object.entries(QUERY_COLUMNS[name]).map(
    ([column, type]) => `"${column}"::${type === "text" ? "text" : "float8"} AS "${column}"`,
  );
  const query = { name, text: `SELECT ${columns.join(", ")} FROM ${asSubselect(text)} AS q LIMIT $1` };
  return z.array(ROWS[name]).parse(await runQuery({ ...query, values: [ROWS_MAX], cooldown: true }));
}

/** Asks for the type of one column; the statement is analysed but not run. */
export const typeQuestion = (name: QueryName, column: string, text: string): Query => ({
  name: `${name} type`,
  text: `SELECT pg_typeof("${column}")::text AS type FROM (SELECT) AS one LEFT JOIN ${asSubselect(text)} AS q ON false LIMIT $1`,
  values: [1],
});

export const TypeRows = z.array(z.object({ type: z.string() }));
