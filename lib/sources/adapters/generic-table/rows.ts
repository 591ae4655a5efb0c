import { MINUTE } from "@/lib/base/time/duration";
import type { GenericTable } from "@/lib/sources/adapters/generic-table/definition";
import {
  CLOSED_STATES,
  COUNT_CAP,
  cappedCounts,
  closedCounts,
  counterRows,
  deletedRows,
  errorTexts,
  expectedRows,
  type FinishedRow,
  finishedSince,
  finishedTotal,
  firstCounts,
  type GroupRow,
  type HeldRow,
  heldJobs,
  OPEN_STATES,
  type OverdueRow,
  type OwnerRow,
  openCounts,
  overdueJobs,
  ownerRows,
  queueNames,
  sampledCounts,
  type TableErrorRow,
  type TableState,
} from "@/lib/sources/adapters/generic-table/queries";
import { type ProbedTable, sampled } from "@/lib/sources/adapters/probe";
import type { ReadContext, RunQuery } from "@/lib/sources/jobs/adapter";
import { timeoutError, withinBudget } from "@/lib/sources/jobs/query-budget";
import { clockAhead } from "@/lib/sources/jobs/reading";

/** A job that finished longer ago than this is not counted for the current rate. */
export const RATE_WINDOW_MAX_MS = 10 * MINUTE;

/** All rows of one poll. null: out of budget, or not supported by this kind of table. */
export interface TableRows {
  readonly open: CountedJobs;
  readonly closed: CountedJobs;
  readonly names: readonly string[];
  readonly overdue: readonly OverdueRow[] | null;
  readonly errors: readonly TableErrorRow[];
  readonly finished: { readonly rows: readonly FinishedRow[]; readonly spanMs: number } | null;
  /** All jobs that ever finished, or were deleted. */
  readonly total: number | null;
  readonly owners: readonly OwnerRow[] | null;
  readonly held: readonly HeldRow[];
  readonly clockAheadMs: number;
}

/** `sampled`: a group that is missing may still exist. */
export interface CountedJobs {
  readonly rows: readonly GroupRow[];
  readonly exact: boolean;
  readonly sampled: boolean;
}

/** What one poll starts with. */
interface Poll {
  readonly jobs: ProbedTable;
  readonly context: ReadContext;
}

/**
 * Runs the statements one by one, the cheap ones first. What does not fit the poll's budget is not measured; the rest
 * is.
 */
export async function readRows(table: GenericTable, runQuery: RunQuery, poll: Poll): Promise<TableRows> {
  const clockAheadMs = clockAhead(poll.context.previous, poll.jobs.nowMs, poll.context.nowMs);
  const running = table.states.running;
  const names = table.queueNames === null ? [] : await queueNames(table.queueNames, runQuery);
  const owners = table.owners === null ? null : await ownerRows(table.owners, runQuery);
  const held =
    table.owners === null || running === undefined
      ? []
      : await withinBudget(heldJobs(table, running, table.owners, runQuery));
  const total = await withinBudget(finishedTotalOf(table, runQuery));
  const counts = await count(table, runQuery, poll.jobs);
  return {
    ...counts,
    names: names.map((row) => row.queue),
    overdue:
      running === undefined || table.overdue === null
        ? null
        : await withinBudget(overdueJobs(table, running, table.overdue, runQuery)),
    errors: (table.errors === null ? null : await withinBudget(errorTexts(table, table.errors, runQuery))) ?? [],
    finished: await finished(table, runQuery, { ...poll, clockAheadMs }),
    total: total?.[0]?.total ?? null,
    owners,
    held: held ?? [],
    clockAheadMs,
  };
}

async function finishedTotalOf({ finished }: GenericTable, runQuery: RunQuery) {
  if (finished.is === "deleted") return deletedRows(finished.table, runQuery);
  return finished.is === "counted" ? finishedTotal(finished.total, runQuery) : [];
}

// The 2,000 sampled pages are a tenth of 160 MB: for larger tables the system's own counters are cheaper than counting.
const COUNTERS_BELOW_PERCENT = 10;

async function count(
  table: GenericTable,
  runQuery: RunQuery,
  jobs: ProbedTable,
): Promise<Pick<TableRows, "open" | "closed">> {
  const large = jobs.samplePercent < COUNTERS_BELOW_PERCENT;
  const counted =
    table.counters !== undefined && large ? await withinBudget(counterRows(table.counters, runQuery)) : null;
  if (counted !== null && counted.length > 0)
    return fromCounters(counted, (await sampleOf(table, runQuery, jobs)) ?? []);
  const open = await withinBudget(openCounts(table, runQuery));
  const closed = table.closed === null ? [] : await withinBudget(closedCounts(table, table.closed, runQuery));
  if (open !== null && closed !== null) return { open: exactly(open), closed: exactly(closed) };
  if (table.from !== undefined) return estimatedUnion(table, runQuery, { open, closed });
  const sample = await sampleOf(table, runQuery, jobs);
  return {
    open: open === null ? await estimatedOpen(table, runQuery, sample) : exactly(open),
    closed: closed === null ? estimated(only(sample ?? [], isClosed)) : exactly(closed),
  };
}

interface ExactRows {
  readonly open: readonly GroupRow[] | null;
  readonly closed: readonly GroupRow[] | null;
}

/** Estimates what could not be counted, for jobs that are spread over several tables. */
async function estimatedUnion(
  table: GenericTable,
  runQuery: RunQuery,
  { open, closed }: ExactRows,
): Promise<Pick<TableRows, "open" | "closed">> {
  const openRows = open ?? (await cappedAndScaled(table, OPEN_STATES, runQuery));
  if (openRows === null) throw timeoutError("no count fits the budget");
  const closedRows = closed ?? (await cappedAndScaled(table, CLOSED_STATES, runQuery));
  return {
    open: { rows: openRows, exact: open !== null, sampled: false },
    closed: { rows: closedRows ?? [], exact: closed !== null, sampled: closedRows === null },
  };
}

/**
 * A union of tables has no pages to sample: counts the first rows of each state, and scales larger states to the
 * planner's estimate.
 */
async function cappedAndScaled(
  table: GenericTable,
  states: readonly TableState[],
  runQuery: RunQuery,
): Promise<readonly GroupRow[] | null> {
  const first = await withinBudget(cappedCounts(table, states, runQuery));
  return first === null ? null : scaled(table, first, runQuery, (state) => totalIn(first, state) > COUNT_CAP);
}

/** For a view: counts its first rows, and scales them to the planner's estimate if there are more. */
async function firstAndScaled(table: GenericTable, runQuery: RunQuery): Promise<readonly GroupRow[] | null> {
  const first = await withinBudget(firstCounts(table, runQuery));
  const isCut = (first ?? []).reduce((sum, { count }) => sum + count, 0) >= COUNT_CAP;
  return first === null ? null : scaled(table, first, runQuery, () => isCut);
}

/** Scales each truncated state to the number of rows the planner expects; its groups retain their shares. */
async function scaled(
  table: GenericTable,
  first: readonly GroupRow[],
  runQuery: RunQuery,
  isCut: (state: GroupRow["state"]) => boolean,
): Promise<readonly GroupRow[]> {
  const scales = new Map<GroupRow["state"], number>();
  for (const state of new Set(first.map((row) => row.state))) {
    const where = state === null ? undefined : table.states[state];
    if (where === undefined || !isCut(state)) continue;
    const rows = (await withinBudget(expectedRows(table, where, runQuery))) ?? 0;
    scales.set(state, Math.max(1, rows / totalIn(first, state)));
  }
  return first.map((row) => ({ ...row, count: Math.round(row.count * (scales.get(row.state) ?? 1)) }));
}

const totalIn = (rows: readonly GroupRow[], state: GroupRow["state"]): number =>
  rows.reduce((sum, row) => sum + (row.state === state ? row.count : 0), 0);

/**
 * Counters do not include retries: those of the sample are subtracted from the queued ones, and the oldest is the
 * sample's.
 */
function fromCounters(counted: readonly GroupRow[], sample: readonly GroupRow[]): Pick<TableRows, "open" | "closed"> {
  const retries = only(sample, (state) => state === "retry");
  const open = only(counted, (state) => !isClosed(state)).map((row) => {
    if (row.state !== "queued") return row;
    const sampledRow = sample.find((other) => sameGroup(other, row));
    const same = retries.filter((other) => other.queue === row.queue && other.due === row.due);
    const retry = same.reduce((sum, { count }) => sum + count, 0);
    return { ...row, count: Math.max(0, row.count - retry), oldest_ms: sampledRow?.oldest_ms ?? null };
  });
  const done = only(sample, (state) => state === "done");
  return {
    open: estimated([...open, ...retries]),
    closed: estimated([...only(counted, (state) => state === "failed"), ...done]),
  };
}

const exactly = (rows: readonly GroupRow[]): CountedJobs => ({ rows, exact: true, sampled: false });
const estimated = (rows: readonly GroupRow[]): CountedJobs => ({ rows, exact: false, sampled: true });
const isClosed = (state: TableState): boolean => state === "failed" || state === "done";
const only = (rows: readonly GroupRow[], which: (state: TableState) => boolean) =>
  rows.filter((row) => row.state !== null && which(row.state));

/** A sample scaled to the whole table. A view has no pages to sample, and neither has a union of tables. */
async function sampleOf(
  table: GenericTable,
  runQuery: RunQuery,
  jobs: ProbedTable,
): Promise<readonly GroupRow[] | null> {
  if (table.from !== undefined) return null;
  const rows = await sampled(sampledCounts(table, runQuery, jobs.samplePercent));
  if (rows === null) return await firstAndScaled(table, runQuery);
  return rows.map((row) => ({ ...row, count: Math.round((row.count * 100) / jobs.samplePercent) }));
}

/** If an index serves the states: exact below the cap, and the sample above it. Otherwise the sample alone. */
async function estimatedOpen(
  table: GenericTable,
  runQuery: RunQuery,
  sample: readonly GroupRow[] | null,
): Promise<CountedJobs> {
  const fromSample = only(sample ?? [], (state) => !isClosed(state));
  const capped = table.statesIndexed ? await withinBudget(cappedCounts(table, OPEN_STATES, runQuery)) : null;
  if (capped === null && sample === null) throw timeoutError("no count fits the budget");
  if (capped === null) return estimated(fromSample);
  const isFull = (state: GroupRow["state"]) => totalIn(capped, state) > COUNT_CAP;
  const below = capped.filter((row) => !isFull(row.state));
  const above = capped.filter((row) => isFull(row.state)).map((row) => larger(row, fromSample));
  // A queue whose rows come after the cap is only in the sample.
  const sampledOnly = fromSample.filter((row) => isFull(row.state) && !capped.some((other) => sameGroup(other, row)));
  return { rows: [...below, ...above, ...sampledOnly], exact: false, sampled: false };
}

const sameGroup = (a: GroupRow, b: GroupRow): boolean =>
  a.queue === b.queue && a.state === b.state && a.due === b.due && a.later === b.later;

function larger(row: GroupRow, sample: readonly GroupRow[]): GroupRow {
  const sampledRow = sample.find((other) => sameGroup(other, row));
  return { ...row, count: Math.max(row.count, sampledRow?.count ?? 0) };
}

async function finished(
  table: GenericTable,
  runQuery: RunQuery,
  poll: Poll & { readonly clockAheadMs: number },
): Promise<TableRows["finished"]> {
  const { previous, nowMs } = poll.context;
  if (table.finished.is !== "retained" || previous === null) return null;
  const spanMs = Math.min(nowMs - previous.atMs, RATE_WINDOW_MAX_MS);
  if (spanMs <= 0) return null;
  const rows = await withinBudget(
    finishedSince(table, table.finished.since, nowMs - spanMs + poll.clockAheadMs, runQuery),
  );
  return rows === null ? null : { rows, spanMs };
}
