import { z } from "zod";
import { ms, type Sql } from "@/lib/sources/adapters/expressions";
import type { PlainErrors, PlainOwners, PlainTable } from "@/lib/sources/adapters/generic-table/table";
import { identifier } from "@/lib/sources/jobs/identifier";
import { JOB_STATES, type JobState } from "@/lib/sources/jobs/job";
import type { Query, RunQuery } from "@/lib/sources/jobs/source";

/** What is asked of a plain job table. Each statement is bounded by an index, a limit, or a sample of pages. */

/** Queues a page can show and a person can name; each has at most ten groups of state and due. */
const QUEUES_MAX = 1_000;
export const GROUPS_MAX = 10 * QUEUES_MAX;
/** A capped count stops here; 100,000 index entries take 8 ms (measured on Bitmagnet's table). */
export const COUNT_CAP = 100_000;
/** Jobs in hand at one moment: workers times their slots, with room. */
const RUNNING_MAX = 20_000;
/** Jobs in hand named one by one, for the page of runners. */
const HELD_MAX = 2_000;
const OWNERS_MAX = 1_000;
/** Rows looked at for error groups. */
const ERROR_ROWS_MAX = 5_000;
/** A count of all rows that takes longer is an estimate from then on: 5 M rows of River's took 3.6 s, estimated 0.4 s. */
const EXACT_WITHIN_MS = 1_000;
/** Distinct raw texts handed over for folding. */
const ERROR_TEXTS_MAX = 200;

const GroupRow = z.object({
  queue: z.string(),
  state: z.enum(JOB_STATES).nullable(),
  due: z.boolean(),
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

type TableQueryInput = PlainTable<string>;

async function rows<T>(ask: RunQuery, row: z.ZodType<T>, question: Query): Promise<readonly T[]> {
  return z.array(row).parse(await ask(question));
}

const jobsOf = (of: TableQueryInput): Sql =>
  of.from === undefined ? identifier(of.needs[0]?.table ?? "") : `(${of.from})`;

const stateOf = (of: TableQueryInput): Sql =>
  `CASE ${Object.entries(of.states)
    .map(([state, where]) => `WHEN ${where} THEN '${state}'`)
    .join(" ")} END`;

const dueOf = (of: TableQueryInput): Sql => `coalesce(${of.dueAt} <= now(), false)`;

const groups = (of: TableQueryInput, from: Sql) => `
SELECT ${of.queue} AS queue, ${stateOf(of)} AS state, ${dueOf(of)} AS due,
       count(*)::float8 AS count, ${ms(of.oldestDueAt ?? `min(${of.dueAt})`)} AS oldest_ms
FROM ${from}`;

/**
 * By the conditions of the states, not by their name: PostgreSQL takes a boolean for two groups, and a CASE over columns
 * for as many as these have values. It would then sort all rows, in files (measured: 118 MB for 2 M rows of Laravel's).
 */
const byGroup = (
  of: TableQueryInput,
  states: readonly JobState[] = JOB_STATES,
  rest: readonly Sql[] = [dueOf(of)],
): Sql => {
  const conditions = states.flatMap((state) => of.states[state] ?? []).map((where) => `(${where})`);
  return `GROUP BY ${["1", ...conditions, ...rest].join(", ")} LIMIT ${GROUPS_MAX}`;
};

/** Exact rows that are not finished, per queue, state and due or not. */
export const openCounts = (of: TableQueryInput, ask: RunQuery) =>
  rows(ask, GroupRow, {
    name: "open-counts",
    text: `${groups(of, `${jobsOf(of)} j`)} WHERE ${of.open} ${byGroup(of)}`,
    rests: true,
    withinMs: EXACT_WITHIN_MS,
  });

/** Exact rows that are finished and still there, per queue and state. */
export const closedCounts = (of: TableQueryInput, closed: Sql, ask: RunQuery) =>
  rows(ask, GroupRow, {
    name: "closed-counts",
    text: `
SELECT ${of.queue} AS queue, ${stateOf(of)} AS state, false AS due, count(*)::float8 AS count, NULL::float8 AS oldest_ms
FROM ${jobsOf(of)} j WHERE ${closed} ${byGroup(of, JOB_STATES, [])}`,
    rests: true,
    withinMs: EXACT_WITHIN_MS,
  });

export const OPEN_STATES: readonly JobState[] = ["queued", "running", "retry"];
export const CLOSED_STATES: readonly JobState[] = ["failed", "done"];

/** The first rows of each of some states: exact where a state stays below the cap. */
export const cappedCounts = (of: TableQueryInput, states: readonly JobState[], ask: RunQuery) =>
  rows(ask, GroupRow, {
    name: states === CLOSED_STATES ? "capped-closed-counts" : "capped-counts",
    text: states
      .flatMap((state) => {
        const where = of.states[state];
        return where === undefined ? [] : [capped(of, state, where)];
      })
      .join("\nUNION ALL"),
    rests: true,
  });

const capped = (of: TableQueryInput, state: JobState, where: Sql) => `
(SELECT s.queue, '${state}' AS state, coalesce(s.due_at <= now(), false) AS due, count(*)::float8 AS count,
        ${ms("min(s.due_at)")} AS oldest_ms
 FROM (SELECT ${of.queue} AS queue, ${of.dueAt} AS due_at FROM ${jobsOf(of)} j WHERE ${where} LIMIT ${COUNT_CAP + 1}) s
 GROUP BY 1, 3 LIMIT ${GROUPS_MAX})`;

const Plan = z.tuple([
  z.object({ "QUERY PLAN": z.tuple([z.object({ Plan: z.object({ "Plan Rows": z.number() }) })]) }),
]);

/** How many rows meet a condition by the planner's statistics: nothing is read for it. */
export async function expectedRows(of: TableQueryInput, where: Sql, ask: RunQuery): Promise<number> {
  const text = `EXPLAIN (FORMAT JSON) SELECT 1 FROM ${jobsOf(of)} j WHERE ${where}`;
  const [row] = Plan.parse(await ask({ name: "expected-rows", text }));
  return row["QUERY PLAN"][0].Plan["Plan Rows"];
}

/** Rows among a share of the pages, not scaled up. */
export const sampledCounts = (of: TableQueryInput, ask: RunQuery, percent: number) =>
  rows(ask, GroupRow, {
    name: "sample",
    text: `${groups(of, `${jobsOf(of)} j TABLESAMPLE SYSTEM ($1::real)`)} ${byGroup(of)}`,
    values: [percent],
  });

/** For a view, which has no pages to sample: its first rows. */
export const firstCounts = (of: TableQueryInput, ask: RunQuery) =>
  rows(ask, GroupRow, {
    name: "first-rows",
    text: `${groups(of, `(SELECT ${columnsOf(of)} FROM ${jobsOf(of)} LIMIT ${COUNT_CAP}) j`)} ${byGroup(of)}`,
  });

const columnsOf = (of: TableQueryInput): Sql => (of.needs[0]?.columns ?? []).map(identifier).join(", ");

/** What the system itself has counted. */
export const counters = (text: Sql, ask: RunQuery) => rows(ask, GroupRow, { name: "counters", text });

/** Jobs in hand for too long. */
export const overdue = (of: TableQueryInput, running: Sql, condition: Sql, ask: RunQuery) =>
  rows(ask, OverdueRow, {
    name: "overdue",
    text: `
SELECT s.queue, count(*)::float8 AS overdue
FROM (SELECT ${of.queue} AS queue, ${condition} AS overdue FROM ${jobsOf(of)} j WHERE ${running} LIMIT ${RUNNING_MAX}) s
WHERE s.overdue GROUP BY 1 LIMIT ${QUEUES_MAX}`,
    rests: true,
  });

/** Error texts of a bounded number of rows, already folded enough to be few. */
export const errorTexts = (of: TableQueryInput, errors: PlainErrors, ask: RunQuery) =>
  rows(ask, ErrorRow, {
    name: "errors",
    text: `
SELECT s.queue, regexp_replace(left(s.text, 300), '([0-9a-f]{4,12}-){4}[0-9a-f]{12}|[0-9a-f]{8,}|[0-9]+', '#', 'gi') AS text,
       count(*)::float8 AS count, ${ms("max(s.at)")} AS last_seen_ms
FROM (SELECT ${of.queue} AS queue, ${errors.text} AS text, ${errors.at ?? "NULL::timestamptz"} AS at
      FROM ${jobsOf(of)} j WHERE ${errors.where} LIMIT ${ERROR_ROWS_MAX}) s
WHERE s.text IS NOT NULL
GROUP BY 1, 2 ORDER BY 3 DESC LIMIT ${ERROR_TEXTS_MAX}`,
    rests: true,
  });

/** Jobs finished after an instant of the source's own clock. */
export const finishedSince = (of: TableQueryInput, since: (instant: Sql) => Sql, sinceMs: number, ask: RunQuery) =>
  rows(ask, FinishedRow, {
    name: "finished",
    text: `
SELECT ${of.queue} AS queue, count(*)::float8 AS count
FROM ${jobsOf(of)} j WHERE ${since("to_timestamp($1::float8 / 1000)")} GROUP BY 1 LIMIT ${QUEUES_MAX}`,
    values: [sinceMs],
    rests: true,
  });

/** Rows ever deleted from a table, a counter of the statistics collector. */
export const deletedRows = (table: string, ask: RunQuery) =>
  rows(ask, TotalRow, {
    name: "deleted",
    text: "SELECT n_tup_del::float8 AS total FROM pg_stat_user_tables WHERE relid = to_regclass($1)",
    values: [identifier(table)],
  });

/** All that ever finished, by the system's own count. */
export const finishedTotal = (total: Sql, ask: RunQuery) =>
  rows(ask, TotalRow, { name: "finished-total", text: total });

/** Every queue the system knows of. */
export const queueNames = (names: NonNullable<TableQueryInput["queueNames"]>, ask: RunQuery) =>
  rows(ask, NameRow, {
    name: "queue-names",
    text: `SELECT ${names.name} AS queue FROM ${identifier(names.table)} ORDER BY 1 LIMIT ${QUEUES_MAX}`,
  });

export const owners = (of: PlainOwners, ask: RunQuery) =>
  rows(ask, OwnerRow, {
    name: "owners",
    text: `
SELECT ${of.id} AS id, ${of.name} AS name, ${ms(of.lastContact)} AS last_contact_ms
FROM ${identifier(of.table)} o ORDER BY 3 DESC NULLS LAST LIMIT ${OWNERS_MAX}`,
  });

/** Jobs in hand that name their owner. */
export const heldJobs = (of: TableQueryInput, running: Sql, { held }: PlainOwners, ask: RunQuery) =>
  rows(ask, HeldRow, {
    name: "held",
    text: `
SELECT ${held.by} AS owner, ${held.id} AS id, ${held.type} AS type, ${ms(held.startedAt)} AS started_ms,
       (${held.attempts})::float8 AS attempts
FROM ${jobsOf(of)} j WHERE ${running} AND ${held.by} IS NOT NULL LIMIT ${HELD_MAX}`,
    rests: true,
  });
