import { MINUTE } from "@/lib/base/time/duration";
import {
  CLOSED_STATES,
  COUNT_CAP,
  cappedCounts,
  closedCounts,
  counters,
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
  overdue,
  owners,
  queueNames,
  sampledCounts,
  type TableErrorRow,
} from "@/lib/sources/adapters/generic-table/queries";
import type { PlainTable } from "@/lib/sources/adapters/generic-table/table";
import { sampled, type Table } from "@/lib/sources/adapters/table";
import type { JobState } from "@/lib/sources/jobs/job";
import { clockAhead, outOfBudget, type ReadContext, type RunQuery, withinBudget } from "@/lib/sources/jobs/source";

/** Longer ago than this a finished job says nothing about the rate of today's polls. */
export const RATE_WINDOW_MAX_MS = 10 * MINUTE;

/** All answers of one poll. null: out of budget, or nothing this kind of table can tell. */
export interface TableAnswers {
  readonly open: CountedJobs;
  readonly closed: CountedJobs;
  readonly names: readonly string[];
  readonly overdue: readonly OverdueRow[] | null;
  readonly errors: readonly TableErrorRow[];
  readonly finished: { readonly rows: readonly FinishedRow[]; readonly spanMs: number } | null;
  /** All that ever finished, or were deleted. */
  readonly total: number | null;
  readonly owners: readonly OwnerRow[] | null;
  readonly held: readonly HeldRow[];
  readonly clockAheadMs: number;
}

/** `sampled`: a group that is not there may still exist. */
export interface CountedJobs {
  readonly rows: readonly GroupRow[];
  readonly exact: boolean;
  readonly sampled: boolean;
}

type TableInput = PlainTable<string>;
interface TablePosition {
  readonly jobs: Table;
  readonly context: ReadContext;
}

/** Asks one by one, the cheap ones first: what does not fit the poll's budget is not measured, the rest still stands. */
export async function gather(of: TableInput, ask: RunQuery, at: TablePosition): Promise<TableAnswers> {
  const clockAheadMs = clockAhead(at.context.previous, at.jobs.nowMs, at.context.nowMs);
  const running = of.states.running;
  const names = of.queueNames === null ? [] : await queueNames(of.queueNames, ask);
  const listed = of.owners === null ? null : await owners(of.owners, ask);
  const held =
    of.owners === null || running === undefined ? [] : await withinBudget(heldJobs(of, running, of.owners, ask));
  const total = await withinBudget(totalOf(of, ask));
  const counted = await count(of, ask, at.jobs);
  return {
    ...counted,
    names: names.map((row) => row.queue),
    overdue:
      running === undefined || of.overdue === null ? null : await withinBudget(overdue(of, running, of.overdue, ask)),
    errors: (of.errors === null ? null : await withinBudget(errorTexts(of, of.errors, ask))) ?? [],
    finished: await finished(of, ask, { ...at, clockAheadMs }),
    total: total?.[0]?.total ?? null,
    owners: listed,
    held: held ?? [],
    clockAheadMs,
  };
}

async function totalOf({ finished }: TableInput, ask: RunQuery) {
  if (finished.is === "deleted") return deletedRows(finished.table, ask);
  return finished.is === "counted" ? finishedTotal(finished.total, ask) : [];
}

// 2,000 pages sampled are a tenth of 160 MB: beyond that a system's own counters are cheaper than counting.
const COUNTERS_BELOW_PERCENT = 10;

async function count(of: TableInput, ask: RunQuery, jobs: Table): Promise<Pick<TableAnswers, "open" | "closed">> {
  const large = jobs.samplePercent < COUNTERS_BELOW_PERCENT;
  const own = of.counters !== undefined && large ? await withinBudget(counters(of.counters, ask)) : null;
  if (own !== null && own.length > 0) return fromCounters(own, (await sampleOf(of, ask, jobs)) ?? []);
  const open = await withinBudget(openCounts(of, ask));
  const closed = of.closed === null ? [] : await withinBudget(closedCounts(of, of.closed, ask));
  if (open !== null && closed !== null) return { open: exactly(open), closed: exactly(closed) };
  if (of.from !== undefined) return expectedBoth(of, ask, { open, closed });
  const sample = await sampleOf(of, ask, jobs);
  return {
    open: open === null ? await estimatedOpen(of, ask, sample) : exactly(open),
    closed: closed === null ? estimated(only(sample ?? [], isClosed)) : exactly(closed),
  };
}

interface Exact {
  readonly open: readonly GroupRow[] | null;
  readonly closed: readonly GroupRow[] | null;
}

/** What could not be counted of tables put together is estimated. */
async function expectedBoth(
  of: TableInput,
  ask: RunQuery,
  { open, closed }: Exact,
): Promise<Pick<TableAnswers, "open" | "closed">> {
  const openRows = open ?? (await expected(of, OPEN_STATES, ask));
  if (openRows === null) throw outOfBudget("nothing could be counted");
  const closedRows = closed ?? (await expected(of, CLOSED_STATES, ask));
  return {
    open: { rows: openRows, exact: open !== null, sampled: false },
    closed: { rows: closedRows ?? [], exact: closed !== null, sampled: closedRows === null },
  };
}

/** Tables put together have no pages to sample: the first rows of each state, and of more as many as are expected. */
async function expected(
  of: TableInput,
  states: readonly JobState[],
  ask: RunQuery,
): Promise<readonly GroupRow[] | null> {
  const first = await withinBudget(cappedCounts(of, states, ask));
  return first === null ? null : scaled(of, first, ask, (state) => totalIn(first, state) > COUNT_CAP);
}

/** Of a view: its first rows, and of more as many as are expected. */
async function firstOf(of: TableInput, ask: RunQuery): Promise<readonly GroupRow[] | null> {
  const first = await withinBudget(firstCounts(of, ask));
  const isCut = (first ?? []).reduce((sum, { count }) => sum + count, 0) >= COUNT_CAP;
  return first === null ? null : scaled(of, first, ask, () => isCut);
}

/** As many rows of each state that is cut off as the planner expects, shared out among its groups as the first ones are. */
async function scaled(
  of: TableInput,
  first: readonly GroupRow[],
  ask: RunQuery,
  isCut: (state: GroupRow["state"]) => boolean,
): Promise<readonly GroupRow[]> {
  const scales = new Map<GroupRow["state"], number>();
  for (const state of new Set(first.map((row) => row.state))) {
    const where = state === null ? undefined : of.states[state];
    if (where === undefined || !isCut(state)) continue;
    const rows = (await withinBudget(expectedRows(of, where, ask))) ?? 0;
    scales.set(state, Math.max(1, rows / totalIn(first, state)));
  }
  return first.map((row) => ({ ...row, count: Math.round(row.count * (scales.get(row.state) ?? 1)) }));
}

const totalIn = (rows: readonly GroupRow[], state: GroupRow["state"]): number =>
  rows.reduce((sum, row) => sum + (row.state === state ? row.count : 0), 0);

/** Counters know no retries: those of the sample are taken out of the queued ones, and the oldest is the sample's. */
function fromCounters(own: readonly GroupRow[], sample: readonly GroupRow[]): Pick<TableAnswers, "open" | "closed"> {
  const retries = only(sample, (state) => state === "retry");
  const open = only(own, (state) => !isClosed(state)).map((row) => {
    if (row.state !== "queued") return row;
    const seen = sample.find((one) => sameGroup(one, row));
    const retry = retries.find((one) => one.queue === row.queue && one.due === row.due)?.count ?? 0;
    return { ...row, count: Math.max(0, row.count - retry), oldest_ms: seen?.oldest_ms ?? null };
  });
  const done = only(sample, (state) => state === "done");
  return {
    open: estimated([...open, ...retries]),
    closed: estimated([...only(own, (state) => state === "failed"), ...done]),
  };
}

const exactly = (rows: readonly GroupRow[]): CountedJobs => ({ rows, exact: true, sampled: false });
const estimated = (rows: readonly GroupRow[]): CountedJobs => ({ rows, exact: false, sampled: true });
const isClosed = (state: JobState): boolean => state === "failed" || state === "done";
const only = (rows: readonly GroupRow[], which: (state: JobState) => boolean) =>
  rows.filter((row) => row.state !== null && which(row.state));

/** Scaled to the whole table; a view has no pages to sample, several tables neither. */
async function sampleOf(of: TableInput, ask: RunQuery, jobs: Table): Promise<readonly GroupRow[] | null> {
  if (of.from !== undefined) return null;
  const rows = await sampled(sampledCounts(of, ask, jobs.samplePercent));
  if (rows === null) return await firstOf(of, ask);
  return rows.map((row) => ({ ...row, count: Math.round((row.count * 100) / jobs.samplePercent) }));
}

/** Exact below the cap and the sample above it, where an index allows that; else the sample alone. */
async function estimatedOpen(of: TableInput, ask: RunQuery, sample: readonly GroupRow[] | null): Promise<CountedJobs> {
  const fromSample = only(sample ?? [], (state) => !isClosed(state));
  const capped = of.statesIndexed ? await withinBudget(cappedCounts(of, OPEN_STATES, ask)) : null;
  if (capped === null && sample === null) throw outOfBudget("nothing could be counted");
  if (capped === null) return estimated(fromSample);
  const full = (state: GroupRow["state"]) => totalIn(capped, state) > COUNT_CAP;
  const below = capped.filter((row) => !full(row.state));
  const above = capped.filter((row) => full(row.state)).map((row) => larger(row, fromSample));
  // A queue whose rows lie behind the cap is seen by the sample alone.
  const unseen = fromSample.filter((row) => full(row.state) && !capped.some((one) => sameGroup(one, row)));
  return { rows: [...below, ...above, ...unseen], exact: false, sampled: false };
}

const sameGroup = (a: GroupRow, b: GroupRow): boolean => a.queue === b.queue && a.state === b.state && a.due === b.due;

function larger(row: GroupRow, sample: readonly GroupRow[]): GroupRow {
  const seen = sample.find((one) => sameGroup(one, row));
  return { ...row, count: Math.max(row.count, seen?.count ?? 0) };
}

async function finished(
  of: TableInput,
  ask: RunQuery,
  at: TablePosition & { readonly clockAheadMs: number },
): Promise<TableAnswers["finished"]> {
  const { previous, nowMs } = at.context;
  if (of.finished.is !== "kept" || previous === null) return null;
  const spanMs = Math.min(nowMs - previous.atMs, RATE_WINDOW_MAX_MS);
  if (spanMs <= 0) return null;
  const found = await withinBudget(finishedSince(of, of.finished.since, nowMs - spanMs + at.clockAheadMs, ask));
  return found === null ? null : { rows: found, spanMs };
}
