import { done, type Result } from "@/lib/base/errors/failure";
import { MINUTE, SECOND } from "@/lib/base/time/duration";
import {
  type BitmagnetCountRow,
  type BitmagnetErrorRow,
  type BitmagnetSampleRow,
  COUNT_CAP,
  cappedCounts,
  deleted,
  errorTexts,
  exactCounts,
  oldestPending,
  type RunningRow,
  retrySplit,
  running,
  sampledRows,
  twins,
} from "@/lib/sources/adapters/bitmagnet/queries";
import { type ProbedTable, probe, sampled } from "@/lib/sources/adapters/probe";
import type { Adapter, ReadContext, RunQuery, TableReading } from "@/lib/sources/jobs/adapter";
import { groupErrors } from "@/lib/sources/jobs/error-groups";
import type { JobQueue } from "@/lib/sources/jobs/job";
import { withinBudget } from "@/lib/sources/jobs/query-budget";
import { clockAhead, perMinute, toOurClock, withEmptyQueues } from "@/lib/sources/jobs/reading";

const COLUMNS = ["queue", "status", "fingerprint", "run_after", "ran_at", "error"];
// Bitmagnet's own queue: an empty table still has it, and a row of zeros says that it was read.
const MAIN_QUEUE = "process_torrent";
// Above this many rows a status is not read row by row without the optional index: 200,000 rows take about 0.3 s.
const EXACT_ROWS_MAX = 200_000;
// A count that ran out of its budget would do so again a poll later, and cost the database its budget each time.
const EXACT_PAUSE_MS = 10 * MINUTE;

/**
 * Bitmagnet's `queue_jobs`, v0.8 to v0.10 (columns and indexes as its own migrations 00012, 00015 and 00019 make them).
 * Reads no payload. `counts.running` is known only where there is one queue: row locks do not say whose they are.
 */
export const bitmagnet: Adapter<"bitmagnet"> = {
  kind: "bitmagnet",
  versions: "0.8 to 0.10",
  capabilities: {
    counts: "exact",
    oldestDue: "exact",
    retry: "exact",
    errorGroups: "estimated",
    running: "exact",
    owners: "unsupported",
    throughput: "exact",
  },
  cost: "bounded",
  minIntervalMs: SECOND,
  schema: null,
  requiredTables: [{ table: "queue_jobs", columns: COLUMNS }],
  read,
};

async function read(runQuery: RunQuery, context: ReadContext): Promise<Result<TableReading>> {
  const probed = await probe(runQuery, "queue_jobs", COLUMNS);
  if (!probed.ok) return probed;
  const table = probed.value;
  const counted = await count(runQuery, table, context);
  const names = [...new Set([...counted.rows.map((row) => row.queue), MAIN_QUEUE])];
  const facts = await askRest(runQuery, table, counted, names);
  const clockAheadMs = clockAhead(context.previous, table.nowMs, context.nowMs);
  const finishedTotal = finished(counted, facts.deleted);
  const queues = names.map((queue) =>
    toQueue({ queue, names, counted, facts, table, clockAheadMs, finishedTotal }, context),
  );
  return done({
    queues: withEmptyQueues(context.previous, queues, counted.exact),
    runners: null,
    finishedTotal,
    generation: generation(table),
    atMs: context.nowMs,
    clockAheadMs,
    exactAgainMs: counted.exactAgainMs,
  });
}

interface Counted {
  readonly rows: readonly BitmagnetCountRow[];
  readonly exact: boolean;
  readonly exactAgainMs: number | null;
  readonly sample: readonly BitmagnetSampleRow[] | null;
}

async function count(runQuery: RunQuery, table: ProbedTable, context: ReadContext): Promise<Counted> {
  const pausedUntilMs = context.previous?.exactAgainMs ?? null;
  const paused = pausedUntilMs !== null && context.nowMs < pausedUntilMs;
  const rows = paused ? null : await withinBudget(exactCounts(runQuery));
  if (rows !== null) return { rows, exact: true, exactAgainMs: null, sample: null };
  const exactAgainMs = paused ? pausedUntilMs : context.nowMs + EXACT_PAUSE_MS;
  const capped = await cappedCounts(runQuery);
  const sample = await sampled(sampledRows(runQuery, table.samplePercent));
  return { rows: capped.map((row) => scaled(row, sample, table)), exact: false, exactAgainMs, sample };
}

/** A capped count is exact below the cap; at the cap the sample says how far above it the truth lies. */
function scaled(
  row: BitmagnetCountRow,
  sample: readonly BitmagnetSampleRow[] | null,
  table: ProbedTable,
): BitmagnetCountRow {
  if (row.count <= COUNT_CAP) return row;
  const seen = rowOf(sample ?? [], row.queue, row.status)?.count ?? 0;
  return { ...row, count: Math.max(row.count, Math.round((seen * 100) / table.samplePercent)) };
}

const rowOf = <T extends BitmagnetCountRow>(rows: readonly T[], queue: string, status: string): T | undefined =>
  rows.find((row) => row.queue === queue && row.status === status);

interface Facts {
  readonly sample: readonly BitmagnetSampleRow[] | null;
  readonly splits: Awaited<ReturnType<typeof retrySplit>> | null;
  readonly oldest: Awaited<ReturnType<typeof oldestPending>> | null;
  readonly errors: readonly BitmagnetErrorRow[];
  readonly twins: Awaited<ReturnType<typeof twins>> | null;
  readonly running: RunningRow | null;
  readonly deleted: number | null;
}

/** The rest is asked one by one, and what does not fit its budget is "not measured" while the counts still stand. */
async function askRest(
  runQuery: RunQuery,
  table: ProbedTable,
  counted: Counted,
  names: readonly string[],
): Promise<Facts> {
  const small = (status: string) =>
    sortedIndex(table) || counted.rows.every((row) => row.status !== status || row.count <= EXACT_ROWS_MAX);
  const splits = small("retry") ? await withinBudget(retrySplit(runQuery, names)) : null;
  const oldest = small("pending") ? await withinBudget(oldestPending(runQuery, names)) : null;
  const sampleNeeded = counted.sample === null && (splits === null || oldest === null);
  return {
    sample: sampleNeeded ? await sampled(sampledRows(runQuery, table.samplePercent)) : counted.sample,
    splits,
    oldest,
    errors: (await withinBudget(errorTexts(runQuery, names))) ?? [],
    twins: generation(table) === "0.9" ? await withinBudget(twins(runQuery, names)) : null,
    running: (await withinBudget(running(runQuery)))?.[0] ?? null,
    deleted: (await withinBudget(deleted(runQuery)))?.[0]?.deleted ?? null,
  };
}

const sortedIndex = (table: ProbedTable): boolean =>
  table.indexes.some((index) => /\(queue, status, run_after/.test(index));

/**
 * Which of upstream's unique keys guards unfinished rows. Under (fingerprint, status), up to v0.10.0-beta.3, a pending
 * and a retry row may be twins, and the pending one can then never become a retry: 23505 on each attempt.
 */
function generation(table: ProbedTable): "0.9" | "0.10" | "unknown" {
  const unique = table.indexes.filter((index) => index.startsWith("CREATE UNIQUE INDEX"));
  if (unique.some((index) => /\(fingerprint\)/.test(index))) return "0.10";
  return unique.some((index) => /\(fingerprint, status\)/.test(index)) ? "0.9" : "unknown";
}

const isFinished = (row: BitmagnetCountRow): boolean => row.status === "processed" || row.status === "failed";

/** Finished rows still there and rows removed since: Bitmagnet deletes only finished ones by itself. */
function finished(counted: Counted, deletedRows: number | null): number | null {
  if (!counted.exact || deletedRows === null) return null;
  return counted.rows.filter(isFinished).reduce((sum, row) => sum + row.count, deletedRows);
}

interface Gathered {
  readonly queue: string;
  readonly names: readonly string[];
  readonly counted: Counted;
  readonly facts: Facts;
  readonly table: ProbedTable;
  readonly clockAheadMs: number;
  readonly finishedTotal: number | null;
}

function toQueue(gathered: Gathered, context: ReadContext): JobQueue {
  const { queue, names, counted, facts, table, clockAheadMs } = gathered;
  const of = (status: string) => rowOf(counted.rows, queue, status)?.count ?? 0;
  const retry = retryOf(gathered, of("retry"));
  const oldestMs = oldestDue(gathered);
  const errors = facts.errors.filter((row) => row.queue === queue);
  return {
    source: context.source,
    kind: "bitmagnet",
    queue,
    counts: {
      queued: of("pending"),
      running: names.length === 1 ? (facts.running?.running ?? null) : null,
      retry: of("retry"),
      failed: of("failed"),
      done: of("processed"),
    },
    countsAre: counted.exact && facts.splits !== null && facts.oldest !== null ? "exact" : "estimated",
    retry,
    oldestDueSeconds: oldestMs === null ? null : Math.max(0, (table.nowMs - oldestMs) / SECOND),
    throughputPerMinute: throughput(gathered, context),
    errors: groupErrors(errors.map((row) => ({ ...row, lastSeenMs: toOurClock(row.last_seen_ms, clockAheadMs) }))),
    stuck: names.length === 1 && facts.running?.visible === true ? facts.running.overdue : null,
    conflicts: conflictsOf(gathered),
  };
}

function retryOf({ queue, facts }: Gathered, total: number): JobQueue["retry"] {
  if (facts.splits !== null) {
    const split = facts.splits.find((row) => row.queue === queue);
    return { due: split?.due ?? 0, later: split?.later ?? 0 };
  }
  const seen = rowOf(facts.sample ?? [], queue, "retry");
  if (total === 0) return { due: 0, later: 0 };
  if (seen === undefined) return { due: null, later: null };
  const due = Math.round((total * seen.due) / seen.count);
  return { due, later: total - due };
}

/** The oldest due row, pending or retry; from a sample it is "at least this old". Null when nothing is due. */
function oldestDue({ queue, facts }: Gathered): number | null {
  const sampled = (status: string) => rowOf(facts.sample ?? [], queue, status)?.oldest_ms ?? null;
  const pick = (rows: readonly { queue: string; oldest_ms: number | null }[]) =>
    rows.find((row) => row.queue === queue)?.oldest_ms ?? null;
  const retry = facts.splits === null ? sampled("retry") : pick(facts.splits);
  const pending = facts.oldest === null ? sampled("pending") : pick(facts.oldest);
  if (retry === null || pending === null) return retry ?? pending;
  return Math.min(retry, pending);
}

/** None can exist under the newer key; under the older one, counted among a bounded number of retry rows. */
function conflictsOf({ queue, facts, table }: Gathered): number | null {
  if (generation(table) === "0.10") return 0;
  return facts.twins?.find((row) => row.queue === queue)?.twins ?? null;
}

/**
 * Jobs finished per minute. Deletions are counted per table, so with several queues a poll in which rows were removed
 * has no rate; the clean-up runs every ten minutes.
 */
function throughput({ queue, names, counted, finishedTotal }: Gathered, context: ReadContext): number | null {
  const before = context.previous;
  if (before === null || finishedTotal === null || before.finishedTotal === null) return null;
  const now = { atMs: context.nowMs, total: finishedTotal };
  if (names.length === 1) return perMinute({ atMs: before.atMs, total: before.finishedTotal }, now);
  const left = (rows: readonly number[]) => rows.reduce((sum, value) => sum + value, 0);
  const deletedBefore = before.finishedTotal - left(before.queues.map(finishedIn));
  const deletedNow = finishedTotal - left(counted.rows.filter(isFinished).map((row) => row.count));
  const previous = before.queues.find((one) => one.queue === queue);
  if (deletedBefore !== deletedNow || previous === undefined) return null;
  const total = left(counted.rows.filter((row) => row.queue === queue && isFinished(row)).map((row) => row.count));
  return perMinute({ atMs: before.atMs, total: finishedIn(previous) }, { atMs: context.nowMs, total });
}

const finishedIn = (queue: JobQueue): number => (queue.counts.done ?? 0) + (queue.counts.failed ?? 0);
