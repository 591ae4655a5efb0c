import { byName } from "@/lib/base/signals/by-name";
import { SECOND } from "@/lib/base/time/duration";
import type { QueryCountRow, SqlRows } from "@/lib/sources/adapters/sql/rows";
import { ROWS_MAX } from "@/lib/sources/adapters/sql/rows";
import type { ReadContext, TableReading } from "@/lib/sources/jobs/adapter";
import { groupErrors } from "@/lib/sources/jobs/error-groups";
import { countsOf, JOB_STATES, type JobQueue, type JobState, type RunnerContact } from "@/lib/sources/jobs/job";
import { withEmptyQueues } from "@/lib/sources/jobs/reading";

export function toReading(rows: SqlRows, context: ReadContext): TableReading {
  const names = [
    ...new Set([rows.counts, rows.oldest, rows.retry].flatMap((answer) => (answer ?? []).map((row) => row.queue))),
  ];
  const isTruncated = rows.counts.length >= ROWS_MAX;
  const byQueue = groupByQueue(rows, context);
  const queues = names.map((queue) => toQueue(queue, rows, byQueue, context));
  return {
    queues: withEmptyQueues(context.previous, queues, !isTruncated),
    runners: rows.hasOwners ? contacts(rows, context) : null,
    finishedTotal: null,
    generation: "sql",
    atMs: context.nowMs,
    clockAheadMs: 0,
    exactAgainMs: null,
    ...(isTruncated ? { cut: true } : {}),
  };
}

/** Rows grouped by queue. A statement may return tens of thousands of queues; filtering all rows for each takes minutes. */
interface RowsByQueue {
  readonly counts: ReadonlyMap<string, readonly QueryCountRow[]>;
  /**
   * A GROUP BY returns no row for a count of 0. A state counts as 0 in a queue if another queue has it now, or any queue
   * had it at the previous poll; it is unknown if it was never returned.
   */
  readonly countedStates: ReadonlySet<JobState>;
  readonly errors: ReadonlyMap<string, readonly NonNullable<SqlRows["errors"]>[number][]>;
}

function groupByQueue(rows: SqlRows, { previous }: ReadContext): RowsByQueue {
  const before = JOB_STATES.filter((state) => previous?.queues.some(({ counts }) => counts[state] !== null));
  return {
    counts: Map.groupBy(rows.counts, (row) => row.queue),
    countedStates: new Set([...before, ...rows.counts.flatMap(({ state }) => (state === null ? [] : [state]))]),
    errors: Map.groupBy(rows.errors ?? [], (row) => row.queue),
  };
}

const findOldest = byName<NonNullable<SqlRows["oldest"]>[number]>((row) => row.queue);
const findRetry = byName<NonNullable<SqlRows["retry"]>[number]>((row) => row.queue);

function toQueue(queue: string, answers: SqlRows, byQueue: RowsByQueue, context: ReadContext): JobQueue {
  const rows = Map.groupBy(byQueue.counts.get(queue) ?? [], (row) => row.state);
  const count = (state: JobState) =>
    rows.get(state)?.reduce((sum, row) => sum + row.count, 0) ?? (byQueue.countedStates.has(state) ? 0 : null);
  const none = answers.retry === null ? null : 0;
  const { due, later } = findRetry(answers.retry ?? [], queue) ?? { due: none, later: none };
  const errors = byQueue.errors.get(queue) ?? [];
  return {
    source: context.source,
    kind: "sql",
    queue,
    counts: countsOf(count),
    countsAre: "exact",
    retry: { due, later },
    oldestDueSeconds: findOldest(answers.oldest ?? [], queue)?.seconds ?? null,
    throughputPerMinute: null,
    errors: groupErrors(errors.map((row) => ({ text: row.error ?? "", count: row.count, lastSeenMs: null }))),
    stuck: null,
    conflicts: null,
  };
}

const contacts = ({ owners }: SqlRows, { nowMs }: ReadContext): readonly RunnerContact[] =>
  (owners ?? []).map((row) => ({
    name: row.name,
    lastContactMs: row.silent_seconds === null ? null : Math.round(nowMs - row.silent_seconds * SECOND),
    holding: [],
    overduePendingMs: null,
    deadAfterSeconds: row.limit_seconds,
  }));
