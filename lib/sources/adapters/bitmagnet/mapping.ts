import { SECOND } from "@/lib/base/time/duration";
import type {
  BitmagnetCountRow,
  BitmagnetErrorRow,
  BitmagnetSampleRow,
  oldestPending,
  RunningRow,
  retrySplit,
  twins,
} from "@/lib/sources/adapters/bitmagnet/queries";
import type { ProbedTable } from "@/lib/sources/adapters/probe";
import type { ReadContext } from "@/lib/sources/jobs/adapter";
import { groupErrors } from "@/lib/sources/jobs/error-groups";
import type { JobQueue } from "@/lib/sources/jobs/job";
import { perMinute, toOurClock } from "@/lib/sources/jobs/reading";

export interface BitmagnetCounts {
  readonly rows: readonly BitmagnetCountRow[];
  readonly exact: boolean;
  readonly exactAgainMs: number | null;
  readonly sample: readonly BitmagnetSampleRow[] | null;
}

export interface BitmagnetFacts {
  readonly sample: readonly BitmagnetSampleRow[] | null;
  readonly splits: Awaited<ReturnType<typeof retrySplit>> | null;
  readonly oldest: Awaited<ReturnType<typeof oldestPending>> | null;
  readonly errors: readonly BitmagnetErrorRow[];
  readonly twins: Awaited<ReturnType<typeof twins>> | null;
  readonly running: RunningRow | null;
  readonly deleted: number | null;
}

interface QueueInput {
  readonly queue: string;
  readonly names: readonly string[];
  readonly counted: BitmagnetCounts;
  readonly facts: BitmagnetFacts;
  readonly table: ProbedTable;
  readonly clockAheadMs: number;
  readonly finishedTotal: number | null;
}

export function toQueue(input: QueueInput, context: ReadContext): JobQueue {
  const { queue, names, counted, facts, table, clockAheadMs } = input;
  const countOf = (status: string) => rowOf(counted.rows, queue, status)?.count ?? 0;
  const retry = retryOf(input, countOf("retry"));
  const oldestMs = oldestDueMs(input);
  const errors = facts.errors.filter((row) => row.queue === queue);
  return {
    source: context.source,
    kind: "bitmagnet",
    queue,
    counts: {
      ...pendingOf(input, countOf("pending")),
      running: names.length === 1 ? (facts.running?.running ?? null) : null,
      retry: countOf("retry"),
      failed: countOf("failed"),
      done: countOf("processed"),
    },
    countsAre: counted.exact && facts.splits !== null && facts.oldest !== null ? "exact" : "estimated",
    retry,
    oldestDueSeconds: oldestMs === null ? null : Math.max(0, (table.nowMs - oldestMs) / SECOND),
    throughputPerMinute: throughput(input, context),
    errors: groupErrors(errors.map((row) => ({ ...row, lastSeenMs: toOurClock(row.last_seen_ms, clockAheadMs) }))),
    stuck: names.length === 1 && facts.running?.visible === true ? facts.running.overdue : null,
    conflicts: conflictsOf(input),
  };
}

/** Pending jobs whose time has come, and those whose time has not; without a split all of them may be due. */
function pendingOf({ queue, facts }: QueueInput, total: number): Pick<JobQueue["counts"], "queued" | "scheduled"> {
  const later = facts.oldest?.find((row) => row.queue === queue)?.later;
  if (later !== undefined) return { queued: Math.max(0, total - later), scheduled: later };
  const sampledRow = rowOf(facts.sample ?? [], queue, "pending");
  if (total === 0) return { queued: 0, scheduled: 0 };
  if (sampledRow === undefined) return { queued: total, scheduled: null };
  const due = Math.round((total * sampledRow.due) / sampledRow.count);
  return { queued: due, scheduled: total - due };
}

function retryOf({ queue, facts }: QueueInput, total: number): JobQueue["retry"] {
  if (facts.splits !== null) {
    const split = facts.splits.find((row) => row.queue === queue);
    return { due: split?.due ?? 0, later: split?.later ?? 0 };
  }
  const sampledRow = rowOf(facts.sample ?? [], queue, "retry");
  if (total === 0) return { due: 0, later: 0 };
  if (sampledRow === undefined) return { due: null, later: null };
  const due = Math.round((total * sampledRow.due) / sampledRow.count);
  return { due, later: total - due };
}

/** When the oldest due row, pending or retry, became due; from a sample it is "at least this old". Null if none is due. */
function oldestDueMs({ queue, facts }: QueueInput): number | null {
  const fromSample = (status: string) => rowOf(facts.sample ?? [], queue, status)?.oldest_ms ?? null;
  const ofQueue = (rows: readonly { queue: string; oldest_ms: number | null }[]) =>
    rows.find((row) => row.queue === queue)?.oldest_ms ?? null;
  const retry = facts.splits === null ? fromSample("retry") : ofQueue(facts.splits);
  const pending = facts.oldest === null ? fromSample("pending") : ofQueue(facts.oldest);
  if (retry === null || pending === null) return retry ?? pending;
  return Math.min(retry, pending);
}

/** Under the newer key there can be none; under the older one they are counted among a bounded number of retry rows. */
function conflictsOf({ queue, facts, table }: QueueInput): number | null {
  if (generationOf(table) === "0.10") return 0;
  return facts.twins?.find((row) => row.queue === queue)?.twins ?? null;
}

/**
 * Jobs finished per minute. Deletions are counted for the whole table, so with several queues a poll in which rows were
 * deleted has no rate; the clean-up runs every ten minutes.
 */
function throughput({ queue, names, counted, finishedTotal }: QueueInput, context: ReadContext): number | null {
  const before = context.previous;
  if (before === null || finishedTotal === null || before.finishedTotal === null) return null;
  const now = { atMs: context.nowMs, total: finishedTotal };
  if (names.length === 1) return perMinute({ atMs: before.atMs, total: before.finishedTotal }, now);
  const sumOf = (rows: readonly number[]) => rows.reduce((sum, value) => sum + value, 0);
  const deletedBefore = before.finishedTotal - sumOf(before.queues.map(finishedIn));
  const deletedNow = finishedTotal - sumOf(counted.rows.filter(isFinished).map((row) => row.count));
  const previous = before.queues.find((other) => other.queue === queue);
  if (deletedBefore !== deletedNow || previous === undefined) return null;
  const total = sumOf(counted.rows.filter((row) => row.queue === queue && isFinished(row)).map((row) => row.count));
  return perMinute({ atMs: before.atMs, total: finishedIn(previous) }, { atMs: context.nowMs, total });
}

const finishedIn = (queue: JobQueue): number => (queue.counts.done ?? 0) + (queue.counts.failed ?? 0);

/**
 * Which of Bitmagnet's unique keys applies to unfinished rows. Under (fingerprint, status), up to v0.10.0-beta.3, a pending
 * and a retry row can be twins; the pending one can then never become a retry: each attempt fails with 23505.
 */
export function generationOf(table: ProbedTable): "0.9" | "0.10" | "unknown" {
  const unique = table.indexes.filter((index) => index.startsWith("CREATE UNIQUE INDEX"));
  if (unique.some((index) => /\(fingerprint\)/.test(index))) return "0.10";
  return unique.some((index) => /\(fingerprint, status\)/.test(index)) ? "0.9" : "unknown";
}

export const isFinished = (row: BitmagnetCountRow): boolean => row.status === "processed" || row.status === "failed";

export const rowOf = <T extends BitmagnetCountRow>(rows: readonly T[], queue: string, status: string): T | undefined =>
  rows.find((row) => row.queue === queue && row.status === status);
