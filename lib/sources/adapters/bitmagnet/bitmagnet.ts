import { done, type Result } from "@/lib/base/errors/failure";
import { MINUTE, SECOND } from "@/lib/base/time/duration";
import {
  type BitmagnetCounts,
  type BitmagnetFacts,
  generationOf,
  isFinished,
  rowOf,
  toQueue,
} from "@/lib/sources/adapters/bitmagnet/mapping";
import {
  type BitmagnetCountRow,
  type BitmagnetSampleRow,
  COUNT_CAP,
  cappedCounts,
  deleted,
  errorTexts,
  exactCounts,
  oldestPending,
  retrySplit,
  running,
  sampledRows,
  twins,
} from "@/lib/sources/adapters/bitmagnet/queries";
import { type ProbedTable, probe, sampled } from "@/lib/sources/adapters/probe";
import type { Adapter, ReadContext, RunQuery, TableReading } from "@/lib/sources/jobs/adapter";
import { withinBudget } from "@/lib/sources/jobs/query-budget";
import { clockAhead, withEmptyQueues } from "@/lib/sources/jobs/reading";

const VERSIONS = "0.8–0.10";

const COLUMNS = ["queue", "status", "fingerprint", "run_after", "ran_at", "error"];
// Bitmagnet's own queue: for an empty table, a row of zeros for it shows that the table was read.
const MAIN_QUEUE = "process_torrent";
// With more rows of a status than this, and without the optional index, they are not read one by one: 200,000 rows take
// about 0.3 s.
const EXACT_ROWS_MAX = 200_000;
// A count that ran out of its budget would do so at every poll, and cost the database the whole budget each time.
const EXACT_PAUSE_MS = 10 * MINUTE;

/**
 * Bitmagnet's `queue_jobs`, v0.8 to v0.10 (columns and indexes as created by its migrations 00012, 00015 and 00019).
 * Payloads are not read. `counts.running` is known only if there is one queue: row locks do not show which queue they
 * belong to.
 */
export const bitmagnet: Adapter<"bitmagnet"> = {
  kind: "bitmagnet",
  versions: VERSIONS,
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
  const probed = await probe(runQuery, "queue_jobs", { required: COLUMNS, versions: VERSIONS });
  if (!probed.ok) return probed;
  const table = probed.value;
  const counted = await count(runQuery, table, context);
  const names = [...new Set([...counted.rows.map((row) => row.queue), MAIN_QUEUE])];
  const facts = await readFacts(runQuery, table, counted, names);
  const clockAheadMs = clockAhead(context.previous, table.nowMs, context.nowMs);
  const finishedTotal = finishedTotalOf(counted, facts.deleted);
  const queues = names.map((queue) =>
    toQueue({ queue, names, counted, facts, table, clockAheadMs, finishedTotal }, context),
  );
  return done({
    queues: withEmptyQueues(context.previous, queues, counted.exact),
    runners: null,
    finishedTotal,
    generation: generationOf(table),
    atMs: context.nowMs,
    clockAheadMs,
    exactAgainMs: counted.exactAgainMs,
  });
}

async function count(runQuery: RunQuery, table: ProbedTable, context: ReadContext): Promise<BitmagnetCounts> {
  const pausedUntilMs = context.previous?.exactAgainMs ?? null;
  const paused = pausedUntilMs !== null && context.nowMs < pausedUntilMs;
  const rows = paused ? null : await withinBudget(exactCounts(runQuery));
  if (rows !== null) return { rows, exact: true, exactAgainMs: null, sample: null };
  const exactAgainMs = paused ? pausedUntilMs : context.nowMs + EXACT_PAUSE_MS;
  const capped = await cappedCounts(runQuery);
  const sample = await sampled(sampledRows(runQuery, table.samplePercent));
  return { rows: capped.map((row) => scaled(row, sample, table)), exact: false, exactAgainMs, sample };
}

/** A capped count is exact below the cap; at the cap, the sample estimates the count above it. */
function scaled(
  row: BitmagnetCountRow,
  sample: readonly BitmagnetSampleRow[] | null,
  table: ProbedTable,
): BitmagnetCountRow {
  if (row.count <= COUNT_CAP) return row;
  const sampledCount = rowOf(sample ?? [], row.queue, row.status)?.count ?? 0;
  return { ...row, count: Math.max(row.count, Math.round((sampledCount * 100) / table.samplePercent)) };
}

/** Reads the rest one by one: what does not fit its budget is "not measured", and the counts are still valid. */
async function readFacts(
  runQuery: RunQuery,
  table: ProbedTable,
  counted: BitmagnetCounts,
  names: readonly string[],
): Promise<BitmagnetFacts> {
  const isSmall = (status: string) =>
    hasSortedIndex(table) || counted.rows.every((row) => row.status !== status || row.count <= EXACT_ROWS_MAX);
  const splits = isSmall("retry") ? await withinBudget(retrySplit(runQuery, names)) : null;
  const oldest = isSmall("pending") ? await withinBudget(oldestPending(runQuery, names)) : null;
  const sampleNeeded = counted.sample === null && (splits === null || oldest === null);
  return {
    sample: sampleNeeded ? await sampled(sampledRows(runQuery, table.samplePercent)) : counted.sample,
    splits,
    oldest,
    errors: (await withinBudget(errorTexts(runQuery, names))) ?? [],
    twins: generationOf(table) === "0.9" ? await withinBudget(twins(runQuery, names)) : null,
    running: (await withinBudget(running(runQuery)))?.[0] ?? null,
    deleted: (await withinBudget(deleted(runQuery)))?.[0]?.deleted ?? null,
  };
}

const hasSortedIndex = (table: ProbedTable): boolean =>
  table.indexes.some((index) => /\(queue, status, run_after/.test(index));

/** Finished rows still in the table plus rows deleted so far: Bitmagnet itself deletes only finished rows. */
function finishedTotalOf(counted: BitmagnetCounts, deletedRows: number | null): number | null {
  if (!counted.exact || deletedRows === null) return null;
  return counted.rows.filter(isFinished).reduce((sum, row) => sum + row.count, deletedRows);
}
