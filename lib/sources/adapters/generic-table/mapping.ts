import { MINUTE, SECOND } from "@/lib/base/time/duration";
import type { GenericTable } from "@/lib/sources/adapters/generic-table/definition";
import { GROUPS_MAX, type GroupRow } from "@/lib/sources/adapters/generic-table/queries";
import type { CountedJobs, TableRows } from "@/lib/sources/adapters/generic-table/rows";
import type { ProbedTable } from "@/lib/sources/adapters/probe";
import type { ReadContext, TableReading } from "@/lib/sources/jobs/adapter";
import { groupErrors } from "@/lib/sources/jobs/error-groups";
import { countsOf, type HeldJob, type JobQueue, type JobState, type RunnerContact } from "@/lib/sources/jobs/job";
import { perMinute, toOurClock, withEmptyQueues } from "@/lib/sources/jobs/reading";

interface PollResult {
  readonly jobs: ProbedTable;
  readonly rows: TableRows;
  readonly context: ReadContext;
}

/** Maps the rows of one poll to a reading. */
export function toReading(table: GenericTable, result: PollResult): TableReading {
  const { rows, context, jobs } = result;
  const counted = [...rows.open.rows, ...rows.closed.rows];
  const names = [...new Set([...rows.names, ...counted.map((row) => row.queue)])];
  const isTruncated = [rows.open, rows.closed].some((part) => part.rows.length >= GROUPS_MAX);
  const rowsOf = byQueue(rows);
  const queues = names.map((queue) =>
    toQueue(table, { ...result, rows: rowsOf(queue), queue, isOnly: names.length === 1 }),
  );
  return {
    queues: withEmptyQueues(context.previous, queues, rows.open.exact && rows.closed.exact && !isTruncated),
    runners: table.owners === null ? null : contacts(table.owners.deadAfterSeconds, rows),
    finishedTotal: rows.total,
    generation: table.generation(jobs.columns),
    omits: table.omits,
    atMs: context.nowMs,
    clockAheadMs: rows.clockAheadMs,
    exactAgainMs: null,
    ...(isTruncated ? { cut: true } : {}),
  };
}

/** Only one queue's rows. Grouped once: filtering all rows for each of a thousand queues is slow. */
function byQueue(rows: TableRows): (queue: string) => TableRows {
  const grouped = <T extends { readonly queue: string }>(all: readonly T[]) => {
    const groups = Map.groupBy(all, (row) => row.queue);
    return (queue: string): readonly T[] => groups.get(queue) ?? [];
  };
  const open = grouped(rows.open.rows);
  const closed = grouped(rows.closed.rows);
  const errors = grouped(rows.errors);
  return (queue) => ({
    ...rows,
    open: { ...rows.open, rows: open(queue) },
    closed: { ...rows.closed, rows: closed(queue) },
    errors: errors(queue),
  });
}

/** `rows` are this queue's; owners and totals are the table's. */
interface QueueResult extends PollResult {
  readonly queue: string;
  /** Whether it is the source's only queue, so that numbers of the whole table are the queue's. */
  readonly isOnly: boolean;
}

function toQueue(table: GenericTable, result: QueueResult): JobQueue {
  const { queue, rows, context, jobs } = result;
  const oldestMs = rows.open.rows
    .filter((row) => row.due && row.state !== "running")
    .flatMap((row) => row.oldest_ms ?? []);
  return {
    source: context.source,
    kind: table.kind,
    queue,
    counts: countsOf((state) => countOf(table, result, state)),
    countsAre: rows.open.exact && rows.closed.exact ? "exact" : "estimated",
    retry: {
      due: total(table, result, "retry", (row) => row.due),
      later: total(table, result, "retry", (row) => !row.due),
    },
    oldestDueSeconds: oldestMs.length === 0 ? null : Math.max(0, (jobs.nowMs - Math.min(...oldestMs)) / SECOND),
    throughputPerMinute: throughput(result),
    errors: groupErrors(
      rows.errors.map((row) => ({ ...row, lastSeenMs: toOurClock(row.last_seen_ms, rows.clockAheadMs) })),
    ),
    stuck: rows.overdue === null ? null : (rows.overdue.find((row) => row.queue === queue)?.overdue ?? 0),
    conflicts: null,
  };
}

function countOf(table: GenericTable, result: QueueResult, state: JobState): number | null {
  if (state === "scheduled") return total(table, result, "queued", (row) => row.later);
  return state === "queued" ? total(table, result, state, (row) => !row.later) : total(table, result, state);
}

/** Rows of a state; null if the table has no such state, or if a sample contains none of a state that may still exist. */
function total(
  table: GenericTable,
  { rows }: QueueResult,
  state: keyof GenericTable["states"],
  which: (row: GroupRow) => boolean = () => true,
): number | null {
  if (table.states[state] === undefined) return null;
  const counted: CountedJobs = state === "failed" || state === "done" ? rows.closed : rows.open;
  const inState = counted.rows.filter((row) => row.state === state);
  if (inState.length === 0) return counted.sampled ? null : 0;
  return inState.filter(which).reduce((sum, row) => sum + row.count, 0);
}

// Two polls closer than this give no rate.
const SPAN_MIN_MS = SECOND;

function throughput({ queue, isOnly, rows, context }: QueueResult): number | null {
  const { finished, total } = rows;
  const { previous, nowMs } = context;
  if (finished !== null && finished.spanMs >= SPAN_MIN_MS) {
    const count = finished.rows.find((row) => row.queue === queue)?.count ?? 0;
    return (count * MINUTE) / finished.spanMs;
  }
  if (!isOnly || previous === null || total === null) return null;
  return perMinute({ atMs: previous.atMs, total: previous.finishedTotal }, { atMs: nowMs, total });
}

function contacts(deadAfterSeconds: number, rows: TableRows): readonly RunnerContact[] {
  const held = Map.groupBy(rows.held, (row) => row.owner);
  return (rows.owners ?? []).map((owner) => ({
    name: owner.name,
    lastContactMs: toOurClock(owner.last_contact_ms, rows.clockAheadMs),
    holding: (held.get(owner.id) ?? []).map(
      (row): HeldJob => ({
        id: row.id,
        type: row.type,
        startedMs: toOurClock(row.started_ms, rows.clockAheadMs),
        // The workers of these systems send one heartbeat each, not one for each job.
        updatedMs: null,
        progress: null,
        phase: "processing",
        failures: row.attempts,
      }),
    ),
    // Whether a worker is alive is judged by its heartbeat; pending work is reported by the queue.
    overduePendingMs: null,
    deadAfterSeconds,
  }));
}
