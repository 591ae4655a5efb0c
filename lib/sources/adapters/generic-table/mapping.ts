import { MINUTE, SECOND } from "@/lib/base/time/duration";
import type { CountedJobs, TableAnswers } from "@/lib/sources/adapters/generic-table/answers";
import { GROUPS_MAX, type GroupRow } from "@/lib/sources/adapters/generic-table/queries";
import type { PlainTable } from "@/lib/sources/adapters/generic-table/table";
import type { Table } from "@/lib/sources/adapters/table";
import { groupErrors } from "@/lib/sources/jobs/errors";
import { countsOf, type HeldJob, type JobQueue, type JobState, type RunnerContact } from "@/lib/sources/jobs/job";
import { ours, perMinute, type ReadContext, type TableReading, withEmptied } from "@/lib/sources/jobs/source";

type MappingInput = PlainTable<string>;

interface Gathered {
  readonly jobs: Table;
  readonly answers: TableAnswers;
  readonly context: ReadContext;
}

/** The answers of one poll as a reading. */
export function toReading(of: MappingInput, gathered: Gathered): TableReading {
  const { answers, context, jobs } = gathered;
  const rows = [...answers.open.rows, ...answers.closed.rows];
  const names = [...new Set([...answers.names, ...rows.map((row) => row.queue)])];
  const isCut = [answers.open, answers.closed].some((counted) => counted.rows.length >= GROUPS_MAX);
  const own = byQueue(answers);
  const queues = names.map((queue) =>
    toQueue(of, { ...gathered, answers: own(queue), queue, only: names.length === 1 }),
  );
  return {
    queues: withEmptied(context.previous, queues, answers.open.exact && answers.closed.exact && !isCut),
    runners: of.owners === null ? null : contacts(of.owners.deadAfterSeconds, answers),
    finishedTotal: answers.total,
    generation: of.generation(jobs.columns),
    atMs: context.nowMs,
    clockAheadMs: answers.clockAheadMs,
    exactAgainMs: null,
    ...(isCut ? { cut: true } : {}),
  };
}

/** The answers with one queue's rows alone: looking through all rows for each of a thousand queues takes its time. */
function byQueue(answers: TableAnswers): (queue: string) => TableAnswers {
  const rows = <T extends { readonly queue: string }>(all: readonly T[]) => {
    const groups = Map.groupBy(all, (row) => row.queue);
    return (queue: string): readonly T[] => groups.get(queue) ?? [];
  };
  const [open, closed, errors] = [rows(answers.open.rows), rows(answers.closed.rows), rows(answers.errors)];
  return (queue) => ({
    ...answers,
    open: { ...answers.open, rows: open(queue) },
    closed: { ...answers.closed, rows: closed(queue) },
    errors: errors(queue),
  });
}

interface OneQueue extends Gathered {
  /** This queue's rows; owners and totals are the table's. */
  readonly queue: string;
  /** Whether it is the source's only one, so that numbers of the whole table are its own. */
  readonly only: boolean;
}

function toQueue(of: MappingInput, at: OneQueue): JobQueue {
  const { queue, answers, context, jobs } = at;
  const oldestMs = answers.open.rows
    .filter((row) => row.due && row.state !== "running")
    .flatMap((row) => row.oldest_ms ?? []);
  return {
    source: context.source,
    kind: of.kind,
    queue,
    counts: countsOf((state) => total(of, at, state)),
    countsAre: answers.open.exact && answers.closed.exact ? "exact" : "estimated",
    retry: {
      due: total(of, at, "retry", (row) => row.due),
      later: total(of, at, "retry", (row) => !row.due),
    },
    oldestDueSeconds: oldestMs.length === 0 ? null : Math.max(0, (jobs.nowMs - Math.min(...oldestMs)) / SECOND),
    throughputPerMinute: throughput(at),
    errors: groupErrors(
      answers.errors.map((row) => ({ ...row, lastSeenMs: ours(row.last_seen_ms, answers.clockAheadMs) })),
    ),
    stuck: answers.overdue === null ? null : (answers.overdue.find((row) => row.queue === queue)?.overdue ?? 0),
    conflicts: null,
  };
}

/** Rows of a state; null where the table has no such state, and where a sample showed none of a state that may exist. */
function total(
  of: MappingInput,
  at: OneQueue,
  state: JobState,
  which: (row: GroupRow) => boolean = () => true,
): number | null {
  if (of.states[state] === undefined) return null;
  const counted: CountedJobs = state === "failed" || state === "done" ? at.answers.closed : at.answers.open;
  const rows = counted.rows.filter((row) => row.state === state);
  if (rows.length === 0) return counted.sampled ? null : 0;
  return rows.filter(which).reduce((sum, row) => sum + row.count, 0);
}

// Two polls closer than this say nothing about a rate.
const SPAN_MIN_MS = SECOND;

function throughput({ queue, only, answers, context }: OneQueue): number | null {
  const { finished, total } = answers;
  const { previous, nowMs } = context;
  if (finished !== null && finished.spanMs >= SPAN_MIN_MS) {
    const count = finished.rows.find((row) => row.queue === queue)?.count ?? 0;
    return (count * MINUTE) / finished.spanMs;
  }
  if (!only || previous === null || total === null) return null;
  return perMinute({ atMs: previous.atMs, total: previous.finishedTotal }, { atMs: nowMs, total });
}

function contacts(deadAfterSeconds: number, answers: TableAnswers): readonly RunnerContact[] {
  const held = Map.groupBy(answers.held, (row) => row.owner);
  return (answers.owners ?? []).map((owner) => ({
    name: owner.name,
    lastContactMs: ours(owner.last_contact_ms, answers.clockAheadMs),
    holding: (held.get(owner.id) ?? []).map(
      (row): HeldJob => ({
        id: row.id,
        type: row.type,
        startedMs: ours(row.started_ms, answers.clockAheadMs),
        // These systems' owners beat for themselves, not for each job.
        updatedMs: null,
        progress: null,
        phase: "processing",
        failures: row.attempts,
      }),
    ),
    // The heartbeat says whether an owner lives; work that waits is the queue's matter.
    oldestPendingMs: null,
    deadAfterSeconds,
  }));
}
