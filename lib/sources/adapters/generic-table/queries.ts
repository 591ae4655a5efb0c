import { z } from "zod";
import type { ErrorColumns, GenericTable, OwnerTable } from "@/lib/sources/adapters/generic-table/definition";
import { ms, type Sql } from "@/lib/sources/adapters/sql-expressions";
import type { Query, RunQuery } from "@/lib/sources/jobs/adapter";
import { identifier } from "@/lib/sources/jobs/identifier";

/** The statements on a generic job table. Each is bounded by an index, a limit, or a sample of pages. */

/** More queues than a page can show; each has at most ten groups of state and due. */
const QUEUES_MAX = 1_000;
export const GROUPS_MAX = 10 * QUEUES_MAX;
/** A capped count stops here: 100,000 index entries take 8 ms (measured on Bitmagnet's table). */
export const COUNT_CAP = 100_000;
/** Jobs running at one moment: workers times their slots, with a margin. */
const RUNNING_MAX = 20_000;
/** Running jobs listed one by one, for the runners page. */
const HELD_MAX = 2_000;
const OWNERS_MAX = 1_000;
/** Rows read for error groups. */
const ERROR_ROWS_MAX = 5_000;
/** A count of all rows that takes longer is replaced by an estimate: 5 M rows of River took 3.6 s, the estimate 0.4 s. */
const EXACT_WITHIN_MS = 1_000;
/** Distinct raw error texts that are returned for grouping. */
const ERROR_TEXTS_MAX = 200;

/** Whether a queued job is scheduled for later is in `later`. */
const TABLE_STATES = ["queued", "running", "retry", "failed", "done"] as const;
export type TableState = (typeof TABLE_STATES)[number];

const GroupRow = z.object({
  queue: z.string(),
  state: z.enum(TABLE_STATES).nullable(),
  due: z.boolean(),
  /** Its time has not come. Neither due nor later: it waits for something else, or has no time. */
  later: z.boolean(),
  count: z.number(),
  oldest_ms: z.number().nullable(),
});
export type GroupRow = z.infer<typeof GroupRow>;
const OverdueRow = z.object({ queue: z.string(), overdue: z.number() });
export type OverdueRow = z.infer<typeof OverdueRow>;
const ErrorRow = z.object({
  queue: z.string(),
  text: z.string(),
  count: z.number(),
  last_seen_ms: z.number().nullable(),
});
export type TableErrorRow = z.infer<typeof ErrorRow>;
const FinishedRow = z.object({ queue: z.string(), count: z.number() });
export type FinishedRow = z.infer<typeof FinishedRow>;
const TotalRow = z.object({ total: z.number() });
const VersionRow = z.object({ version: z.number().nullable() });
const NameRow = z.object({ queue: z.string() });
const OwnerRow = z.object({ id: z.string(), name: z.string(), last_contact_ms: z.number().nullable() });
export type OwnerRow = z.infer<typeof OwnerRow>;
const HeldRow = z.object({
  owner: z.string(),
  id: z.string(),
  type: z.string(),
  started_ms: z.number().nullable(),
  attempts: z.number().nullable(),
});
export type HeldRow = z.infer<typeof HeldRow>;

async function rows<T>(runQuery: RunQuery, row: z.ZodType<T>, query: Query): Promise<readonly T[]> {
  return z.array(row).parse(await runQuery(query));
}

const jobsOf = (table: GenericTable): Sql =>
  table.from === undefined ? identifier(table.requiredTables[0]?.table ?? "") : `(${table.from})`;

const stateOf = (table: GenericTable): Sql =>
  `CASE ${Object.entries(table.states)
    .map(([state, where]) => `WHEN ${where} THEN '${state}'`)
    .join(" ")} END`;

const dueOf = (table: GenericTable): Sql => `coalesce(${table.dueAt} <= now(), false)`;

const laterOf = (table: GenericTable): Sql => `coalesce(${table.dueAt} > now(), false)`;

const selectGroups = (table: GenericTable, from: Sql) => `
SELECT ${table.queue} AS queue, ${stateOf(table)} AS state, ${dueOf(table)} AS due, ${laterOf(table)} AS later,
       count(*)::float8 AS count, ${ms(table.oldestDueAt ?? `min(${table.dueAt})`)} AS oldest_ms
FROM ${from}`;

/**
 * Groups by the conditions of the states, not by their names: PostgreSQL expects two groups of a boolean, but as many
 * groups of a CASE as its columns have values. It would then sort all rows in temporary files (measured: 118 MB for 2 M
 * rows of Laravel).
 */
const groupBy = (
  table: GenericTable,
  states: readonly TableState[] = TABLE_STATES,
  others: readonly Sql[] = [dueOf(table), laterOf(table)],
): Sql => {
  const conditions = states.flatMap((state) => table.states[state] ?? []).map((where) => `(${where})`);
  return `GROUP BY ${["1", ...conditions, ...others].join(", ")} LIMIT ${GROUPS_MAX}`;
};

/** Exact counts of unfinished rows by queue, state, and whether they are due. */
export const openCounts = (table: GenericTable, runQuery: RunQuery) =>
  rows(runQuery, GroupRow, {
    name: "open-counts",
    text: `${selectGroups(table, `${jobsOf(table)} j`)} WHERE ${table.open} ${groupBy(table)}`,
    cooldown: true,
    timeoutMs: EXACT_WITHIN_MS,
  });

/** Exact counts of finished rows that are still in the table, by queue and state. */
export const closedCounts = (table: GenericTable, closed: Sql, runQuery: RunQuery) =>
  rows(runQuery, GroupRow, {
    name: "closed-counts",
    text: `
SELECT ${table.queue} AS queue, ${stateOf(table)} AS state, false AS due, false AS later, count(*)::float8 AS count, NULL::float8 AS oldest_ms
FROM ${jobsOf(table)} j WHERE ${closed} ${groupBy(table, TABLE_STATES, [])}`,
    cooldown: true,
    timeoutMs: EXACT_WITHIN_MS,
  });

export const OPEN_STATES: readonly TableState[] = ["queued", "running", "retry"];
export const CLOSED_STATES: readonly TableState[] = ["failed", "done"];

/** Counts the first rows of each of some states: exact for each state below the cap. */
export const cappedCounts = (table: GenericTable, states: readonly TableState[], runQuery: RunQuery) =>
  rows(runQuery, GroupRow, {
    name: states === CLOSED_STATES ? "capped-closed-counts" : "capped-counts",
    text: states
      .flatMap((state) => {
        const where = table.states[state];
        return where === undefined ? [] : [cappedCount(table, state, where)];
      })
      .join("\nUNION ALL"),
    cooldown: true,
  });

const cappedCount = (table: GenericTable, state: TableState, where: Sql) => `
(SELECT s.queue, '${state}' AS state, coalesce(s.due_at <= now(), false) AS due,
        coalesce(s.due_at > now(), false) AS later, count(*)::float8 AS count,
        ${ms("min(s.due_at)")} AS oldest_ms
 FROM (SELECT ${table.queue} AS queue, ${table.dueAt} AS due_at FROM ${jobsOf(table)} j WHERE ${where} LIMIT ${COUNT_CAP + 1}) s
 GROUP BY 1, 3, 4 LIMIT ${GROUPS_MAX})`;

const Plan = z.tuple([
  z.object({ "QUERY PLAN": z.tuple([z.object({ Plan: z.object({ "Plan Rows": z.number() }) })]) }),
]);

/** How many rows the planner expects for a condition, by its statistics; no row is read. */
export async function expectedRows(table: GenericTable, where: Sql, runQuery: RunQuery): Promise<number> {
  const text = `EXPLAIN (FORMAT JSON) SELECT 1 FROM ${jobsOf(table)} j WHERE ${where}`;
  const [row] = Plan.parse(await runQuery({ name: "expected-rows", text }));
  return row["QUERY PLAN"][0].Plan["Plan Rows"];
}

/** Rows in a share of the pages, not scaled up. */
export const sampledCounts = (table: GenericTable, runQuery: RunQuery, percent: number) =>
  rows(runQuery, GroupRow, {
    name: "sample",
    text: `${selectGroups(table, `${jobsOf(table)} j TABLESAMPLE SYSTEM ($1::real)`)} ${groupBy(table)}`,
    values: [percent],
  });

/** For a view, which has no pages to sample: counts its first rows. */
export const firstCounts = (table: GenericTable, runQuery: RunQuery) =>
  rows(runQuery, GroupRow, {
    name: "first-rows",
    text: `${selectGroups(table, `(SELECT ${columnsOf(table)} FROM ${jobsOf(table)} LIMIT ${COUNT_CAP}) j`)} ${groupBy(table)}`,
  });

const columnsOf = (table: GenericTable): Sql => (table.requiredTables[0]?.columns ?? []).map(identifier).join(", ");

/** The system's own counters. */
export const counterRows = (text: Sql, runQuery: RunQuery) => rows(runQuery, GroupRow, { name: "counters", text });

/** Jobs that have been running for too long, by queue. */
export const overdueJobs = (table: GenericTable, running: Sql, condition: Sql, runQuery: RunQuery) =>
  rows(runQuery, OverdueRow, {
    name: "overdue",
    text: `
SELECT s.queue, count(*)::float8 AS overdue
FROM (SELECT ${table.queue} AS queue, ${condition} AS overdue FROM ${jobsOf(table)} j WHERE ${running} LIMIT ${RUNNING_MAX}) s
WHERE s.overdue GROUP BY 1 LIMIT ${QUEUES_MAX}`,
    cooldown: true,
  });

/** Error texts of a bounded number of rows; numbers and ids are already replaced, so that few distinct texts remain. */
export const errorTexts = (table: GenericTable, errors: ErrorColumns, runQuery: RunQuery) =>
  rows(runQuery, ErrorRow, {
    name: "errors",
    text: `
SELECT s.queue, regexp_replace(left(s.text, 300), '([0-9a-f]{4,12}-){4}[0-9a-f]{12}|[0-9a-f]{8,}|[0-9]+', '#', 'gi') AS text,
       count(*)::float8 AS count, ${ms("max(s.at)")} AS last_seen_ms
FROM (SELECT ${table.queue} AS queue, ${errors.text} AS text, ${errors.at ?? "NULL::timestamptz"} AS at
      FROM ${jobsOf(table)} j WHERE ${errors.where} LIMIT ${ERROR_ROWS_MAX}) s
WHERE s.text IS NOT NULL
GROUP BY 1, 2 ORDER BY 3 DESC LIMIT ${ERROR_TEXTS_MAX}`,
    cooldown: true,
  });

/** Jobs that finished after an instant of the source's own clock. */
export const finishedSince = (table: GenericTable, since: (instant: Sql) => Sql, sinceMs: number, runQuery: RunQuery) =>
  rows(runQuery, FinishedRow, {
    name: "finished",
    text: `
SELECT ${table.queue} AS queue, count(*)::float8 AS count
FROM ${jobsOf(table)} j WHERE ${since("to_timestamp($1::float8 / 1000)")} GROUP BY 1 LIMIT ${QUEUES_MAX}`,
    values: [sinceMs],
    cooldown: true,
  });

/** All rows ever deleted from a table: a counter of the statistics collector. */
export const deletedRows = (table: string, runQuery: RunQuery) =>
  rows(runQuery, TotalRow, {
    name: "deleted",
    text: "SELECT n_tup_del::float8 AS total FROM pg_stat_user_tables WHERE relid = to_regclass($1)",
    values: [identifier(table)],
  });

/** All jobs that ever finished, by the system's own counter. */
export const finishedTotal = (total: Sql, runQuery: RunQuery) =>
  rows(runQuery, TotalRow, { name: "finished-total", text: total });

/** The version that a system has recorded for its schema. */
export const recordedVersion = (version: Sql, runQuery: RunQuery) =>
  rows(runQuery, VersionRow, { name: "version", text: version });

/** The names of all queues of the system. */
export const queueNames = (names: NonNullable<GenericTable["queueNames"]>, runQuery: RunQuery) =>
  rows(runQuery, NameRow, {
    name: "queue-names",
    text: `SELECT ${names.name} AS queue FROM ${identifier(names.table)} ORDER BY 1 LIMIT ${QUEUES_MAX}`,
  });

export const ownerRows = (owners: OwnerTable, runQuery: RunQuery) =>
  rows(runQuery, OwnerRow, {
    name: "owners",
    text: `
SELECT ${owners.id} AS id, ${owners.name} AS name, ${ms(owners.lastContact)} AS last_contact_ms
FROM ${identifier(owners.table)} o ORDER BY 3 DESC NULLS LAST LIMIT ${OWNERS_MAX}`,
  });

/** Running jobs that have an owner. */
export const heldJobs = (table: GenericTable, running: Sql, { held }: OwnerTable, runQuery: RunQuery) =>
  rows(runQuery, HeldRow, {
    name: "held",
    text: `
SELECT ${held.by} AS owner, ${held.id} AS id, ${held.type} AS type, ${ms(held.startedAt)} AS started_ms,
       (${held.attempts})::float8 AS attempts
FROM ${jobsOf(table)} j WHERE ${running} AND ${held.by} IS NOT NULL LIMIT ${HELD_MAX}`,
    cooldown: true,
  });
