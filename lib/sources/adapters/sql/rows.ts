import { z } from "zod";
import { asSubselect, QUERY_COLUMNS, type Queries, type QueryName } from "@/lib/sources/adapters/sql/queries";
import type { Query, RunQuery } from "@/lib/sources/jobs/adapter";
import { JOB_STATES } from "@/lib/sources/jobs/job";
import { withinBudget } from "@/lib/sources/jobs/query-budget";

/** Queues times states that a page can show. */
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

/** The schema of each statement's rows. */
export const QUERY_ROWS = {
  counts: CountRow,
  oldest: OldestRow,
  retry: RetryRow,
  errors: ErrorRow,
  owners: OwnerRow,
} as const;

/**
 * Runs one of the operator's statements. Its columns are named without the table: if the column were missing, `q.count`
 * would be PostgreSQL's count(q). The bound limit makes the driver use the protocol that accepts only one statement.
 */
async function rowsOf<Name extends QueryName>(
  runQuery: RunQuery,
  name: Name,
  text: string,
): Promise<readonly z.infer<(typeof QUERY_ROWS)[Name]>[]> {
  const columns = Object.entries(QUERY_COLUMNS[name]).map(
    ([column, type]) => `"${column}"::${type === "text" ? "text" : "float8"} AS "${column}"`,
  );
  const query = { name, text: `SELECT ${columns.join(", ")} FROM ${asSubselect(text)} AS q LIMIT $1` };
  return z.array(QUERY_ROWS[name]).parse(await runQuery({ ...query, values: [ROWS_MAX], cooldown: true }));
}

/** Queries the type of one column; the statement is analysed but not run. */
export const typeQuery = (name: QueryName, column: string, text: string): Query => ({
  name: `${name} type`,
  text: `SELECT pg_typeof("${column}")::text AS type FROM (SELECT) AS one LEFT JOIN ${asSubselect(text)} AS q ON false LIMIT $1`,
  values: [1],
});

export const TypeRows = z.array(z.object({ type: z.string() }));

export type SqlRows = Awaited<ReturnType<typeof readRows>>;

/** If the counts do not fit the budget, there is no reading; anything else that does not fit is not measured. */
export async function readRows(queries: Queries, runQuery: RunQuery) {
  const optional = async <Name extends Exclude<QueryName, "counts">>(name: Name) => {
    const text = queries[name];
    return text === undefined ? null : withinBudget(rowsOf(runQuery, name, text));
  };
  return {
    counts: await rowsOf(runQuery, "counts", queries.counts),
    oldest: await optional("oldest"),
    retry: await optional("retry"),
    errors: await optional("errors"),
    owners: await optional("owners"),
    hasOwners: queries.owners !== undefined,
  };
}
