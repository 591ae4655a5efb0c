import { done, type Outcome } from "@/lib/errors/failure";
import {
  type ActiveRow,
  active,
  COMPLETED,
  COMPLETING,
  type CountRow,
  ERRORED,
  type ErrorRow,
  errorTexts,
  exactCounts,
  PENDING,
  PROCESSING,
  type RunnerRow,
  runners,
  sampledCounts,
  type WaitingRow,
  waiting,
} from "@/lib/jobs/adapters/peertube-questions";
import { probe, sampled, type Table } from "@/lib/jobs/adapters/table";
import { groupErrors } from "@/lib/jobs/errors";
import type { HeldJob, JobQueue, RunnerContact } from "@/lib/jobs/job";
import {
  type Adapter,
  type Ask,
  affordable,
  clockAhead,
  ours,
  perMinute,
  type ReadContext,
  type TableReading,
  withEmptied,
} from "@/lib/jobs/source";
import { MINUTE, SECOND } from "@/lib/time/duration";

const RUNNER_COLUMNS = ["id", "name", "lastContact"];
const JOB_COLUMNS = [
  ...["uuid", "type", "state", "progress", "failures", "error"],
  ...["runnerId", "startedAt", "updatedAt", "finishedAt"],
];
// A count that ran out of its budget would do so again a poll later, and cost the database its budget each time.
const EXACT_PAUSE_MS = 10 * MINUTE;
// PeerTube's watchdog gives a job without progress back after 30 s (live) or 2 min; a minute later it should have run.
const STALLED_LIVE_MS = 90 * SECOND;
const STALLED_MS = 3 * MINUTE;
const COMPLETING_MS = 30 * MINUTE;

/**
 * PeerTube's remote runners (tables as of v5.2 to 8.x): who was in contact when, what each holds, what waits; one queue
 * per job type. There is no retry state: a job given back is pending again.
 */
export const peertube: Adapter<"peertube"> = {
  kind: "peertube",
  versions: "5.2 to 8",
  tells: {
    ...{ counts: "exact", oldestDue: "exact", retry: "unsupported", errorGroups: "estimated" },
    ...{ running: "exact", owners: "exact", throughput: "exact" },
  },
  cost: "bounded",
  leastIntervalMs: SECOND,
  schema: null,
  needs: [
    { table: "runner", columns: RUNNER_COLUMNS },
    { table: "runnerJob", columns: JOB_COLUMNS },
  ],
  read,
};

async function read(ask: Ask, context: ReadContext): Promise<Outcome<TableReading>> {
  const runnerTable = await probe(ask, "runner", RUNNER_COLUMNS);
  if (!runnerTable.ok) return runnerTable;
  const jobTable = await probe(ask, "runnerJob", JOB_COLUMNS);
  if (!jobTable.ok) return jobTable;
  const clockAheadMs = clockAhead(context.previous, runnerTable.value.nowMs, context.nowMs);
  const counted = await count(ask, jobTable.value, context);
  const facts: Facts = {
    counted,
    clockAheadMs,
    waiting: await waiting(ask),
    active: await active(ask),
    errors: (await affordable(errorTexts(ask))) ?? [],
  };
  const types = [...new Set([...counted.rows, ...facts.waiting, ...facts.active].map((row) => row.type))];
  return done({
    queues: withEmptied(
      context.previous,
      types.map((type) => toQueue(type, facts, context)),
      counted.exact,
    ),
    runners: contacts(await runners(ask), facts),
    finishedTotal: counted.exact ? finished(counted.rows) : null,
    generation: runnerTable.value.columns.has("version") ? "8" : "5.2-7",
    atMs: context.nowMs,
    clockAheadMs,
    exactAgainMs: counted.exactAgainMs,
  });
}

interface Counted {
  readonly rows: readonly CountRow[];
  readonly exact: boolean;
  readonly exactAgainMs: number | null;
}

interface Facts {
  readonly counted: Counted;
  readonly clockAheadMs: number;
  readonly waiting: readonly WaitingRow[];
  readonly active: readonly ActiveRow[];
  readonly errors: readonly ErrorRow[];
}

async function count(ask: Ask, table: Table, context: ReadContext): Promise<Counted> {
  const pausedUntilMs = context.previous?.exactAgainMs ?? null;
  const paused = pausedUntilMs !== null && context.nowMs < pausedUntilMs;
  const rows = paused ? null : await affordable(exactCounts(ask));
  if (rows !== null) return { rows, exact: true, exactAgainMs: null };
  const exactAgainMs = paused ? pausedUntilMs : context.nowMs + EXACT_PAUSE_MS;
  const sample = (await sampled(sampledCounts(ask, table.samplePercent))) ?? [];
  const scale = 100 / table.samplePercent;
  return { rows: sample.map((row) => ({ ...row, count: Math.round(row.count * scale) })), exact: false, exactAgainMs };
}

function toQueue(type: string, facts: Facts, context: ReadContext): JobQueue {
  const { counted, clockAheadMs } = facts;
  const held = facts.active.filter((row) => row.type === type);
  const wait = facts.waiting.find((row) => row.type === type);
  const errors = facts.errors.filter((row) => row.type === type);
  return {
    source: context.source,
    kind: "peertube",
    queue: type,
    counts: {
      queued: wait?.count ?? 0,
      running: held.length,
      retry: null,
      failed: counts(counted, type, ERRORED),
      done: counts(counted, type, COMPLETED),
    },
    countsAre: counted.exact ? "exact" : "estimated",
    retry: { due: null, later: null },
    oldestDueSeconds: age(wait?.oldest_ms ?? null, facts, context.nowMs),
    throughputPerMinute: throughput(type, counted, context),
    errors: groupErrors(errors.map((row) => ({ ...row, lastSeenMs: ours(row.last_seen_ms, clockAheadMs) }))),
    stuck: held.filter((row) => isStuck(row, facts, context.nowMs)).length,
    conflicts: null,
  };
}

/** A state no sampled page showed is not known to be empty. */
function counts(counted: Counted, type: string, state: number): number | null {
  const row = counted.rows.find((one) => one.type === type && one.state === state);
  return row?.count ?? (counted.exact ? 0 : null);
}

function age(theirsMs: number | null, facts: Facts, nowMs: number): number | null {
  const sinceMs = ours(theirsMs, facts.clockAheadMs);
  return sinceMs === null ? null : Math.max(0, (nowMs - sinceMs) / SECOND);
}

function isStuck(row: ActiveRow, facts: Facts, nowMs: number): boolean {
  const seconds = age(row.updated_ms, facts, nowMs);
  if (seconds === null) return false;
  const stalledMs = row.type.startsWith("live-") ? STALLED_LIVE_MS : STALLED_MS;
  return seconds * SECOND > (row.state === COMPLETING ? COMPLETING_MS : stalledMs);
}

const UNFINISHED = new Set([PENDING, PROCESSING, COMPLETING, 5]);

const finished = (rows: readonly CountRow[]): number =>
  rows.filter((row) => !UNFINISHED.has(row.state)).reduce((sum, row) => sum + row.count, 0);

/** Completed and errored jobs of this type per minute; rows stay in the table, so a fall means somebody removed some. */
function throughput(type: string, counted: Counted, { previous, nowMs }: ReadContext): number | null {
  const before = previous?.queues.find((queue) => queue.queue === type);
  if (previous === null || before === undefined || before.countsAre !== "exact" || !counted.exact) return null;
  const total = (counts(counted, type, COMPLETED) ?? 0) + (counts(counted, type, ERRORED) ?? 0);
  const totalBefore = (before.counts.done ?? 0) + (before.counts.failed ?? 0);
  return perMinute({ atMs: previous.atMs, total: totalBefore }, { atMs: nowMs, total });
}

function contacts(rows: readonly RunnerRow[], facts: Facts): readonly RunnerContact[] {
  const oldest = facts.waiting.map((row) => row.oldest_ms).filter((ms) => ms !== null);
  const oldestPendingMs = oldest.length === 0 ? null : Math.min(...oldest) - facts.clockAheadMs;
  const held = Map.groupBy(facts.active, (row) => row.runner_id);
  return rows.map((row) => ({
    name: row.name,
    lastContactMs: ours(row.last_contact_ms, facts.clockAheadMs),
    holding: (held.get(row.id) ?? []).map((job) => toHeld(job, facts.clockAheadMs)),
    oldestPendingMs,
  }));
}

function toHeld(row: ActiveRow, clockAheadMs: number): HeldJob {
  return {
    id: row.uuid,
    type: row.type,
    startedMs: ours(row.started_ms, clockAheadMs),
    updatedMs: ours(row.updated_ms, clockAheadMs),
    progress: row.progress,
    phase: row.state === COMPLETING ? "completing" : "processing",
    failures: row.failures,
  };
}
