import { reason } from "@/lib/base/messages/reason";
import { MINUTE, SECOND } from "@/lib/base/time/duration";
import {
  type ActiveRow,
  COMPLETED,
  COMPLETING,
  ERRORED,
  type OrphanRow,
  type PeertubeCountRow,
  type PeertubeErrorRow,
  type ReleasedRow,
  type RunnerRow,
  type WaitingRow,
} from "@/lib/sources/adapters/peertube/queries";
import type { ReadContext, TableReading } from "@/lib/sources/jobs/adapter";
import { groupErrors } from "@/lib/sources/jobs/error-groups";
import type { HeldJob, JobQueue, ReclaimedJob, RunnerContact, SourceReading } from "@/lib/sources/jobs/job";
import { perMinute, toOurClock, withEmptyQueues } from "@/lib/sources/jobs/reading";

// PeerTube's watchdog reclaims a job without progress after 30 s (live) or 2 min; a minute later it must have done so.
const STALLED_LIVE_MS = 90 * SECOND;
const STALLED_MS = 3 * MINUTE;
const COMPLETING_MS = 30 * MINUTE;

export interface PeertubeCounts {
  readonly rows: readonly PeertubeCountRow[];
  readonly exact: boolean;
  readonly exactAgainMs: number | null;
}

/** The facts of one poll, from the tables or from the REST API. Instants are in the source's clock. */
export interface PeertubeFacts {
  readonly counted: PeertubeCounts;
  readonly clockAheadMs: number;
  readonly runners: readonly RunnerRow[];
  readonly waiting: readonly WaitingRow[];
  readonly active: readonly ActiveRow[];
  /** Jobs that ran at the reading before, and that are pending again or have failed since. */
  readonly released: readonly ReleasedRow[];
  /** null: out of budget. */
  readonly orphans: readonly OrphanRow[] | null;
  readonly errors: readonly PeertubeErrorRow[];
  readonly generation: string;
}

/** One queue for each job type, and every runner with its running jobs. */
export function toReading(facts: PeertubeFacts, context: ReadContext): TableReading {
  const { counted } = facts;
  const types = [
    ...new Set([...counted.rows, ...facts.waiting, ...facts.active, ...(facts.orphans ?? [])].map((row) => row.type)),
  ];
  const queues = types.map((type) => toQueue(type, facts, context));
  return {
    queues: withEmptyQueues(context.previous, queues, counted.exact),
    runners: contacts(facts, context.previous),
    finishedTotal: counted.exact ? finished(counted.rows) : null,
    generation: facts.generation,
    omits: reason("omitsPeertube", {}),
    atMs: context.nowMs,
    clockAheadMs: facts.clockAheadMs,
    exactAgainMs: counted.exactAgainMs,
  };
}

function toQueue(type: string, facts: PeertubeFacts, context: ReadContext): JobQueue {
  const { counted, clockAheadMs } = facts;
  const active = facts.active.filter((row) => row.type === type);
  const pending = facts.waiting.find((row) => row.type === type);
  const errors = facts.errors.filter((row) => row.type === type);
  return {
    source: context.source,
    kind: "peertube",
    queue: type,
    counts: {
      queued: pending?.count ?? 0,
      running: active.length,
      retry: null,
      failed: countOf(counted, type, ERRORED),
      done: countOf(counted, type, COMPLETED),
      scheduled: null,
    },
    countsAre: counted.exact ? "exact" : "estimated",
    retry: { due: null, later: null },
    oldestDueSeconds: ageSeconds(pending?.oldest_ms ?? null, facts, context.nowMs),
    throughputPerMinute: throughput(type, counted, context),
    errors: groupErrors(errors.map((row) => ({ ...row, lastSeenMs: toOurClock(row.last_seen_ms, clockAheadMs) }))),
    stuck: active.filter((row) => isStuck(row, facts, context.nowMs)).length,
    conflicts: null,
    orphans: facts.orphans && (facts.orphans.find((row) => row.type === type)?.count ?? 0),
  };
}

/** A state that is missing from a sample is not known to be empty. */
function countOf(counted: PeertubeCounts, type: string, state: number): number | null {
  const row = counted.rows.find((candidate) => candidate.type === type && candidate.state === state);
  return row?.count ?? (counted.exact ? 0 : null);
}

function ageSeconds(sourceMs: number | null, facts: PeertubeFacts, nowMs: number): number | null {
  const sinceMs = toOurClock(sourceMs, facts.clockAheadMs);
  return sinceMs === null ? null : Math.max(0, (nowMs - sinceMs) / SECOND);
}

function isStuck(row: ActiveRow, facts: PeertubeFacts, nowMs: number): boolean {
  const seconds = ageSeconds(row.updated_ms, facts, nowMs);
  if (seconds === null) return false;
  const stalledMs = row.type.startsWith("live-") ? STALLED_LIVE_MS : STALLED_MS;
  return seconds * SECOND > (row.state === COMPLETING ? COMPLETING_MS : stalledMs);
}

const finished = (rows: readonly PeertubeCountRow[]): number =>
  rows.filter((row) => row.state === COMPLETED || row.state === ERRORED).reduce((sum, row) => sum + row.count, 0);

/**
 * Completed and errored jobs of this type per minute. Rows stay in the table, so a decrease means that some were
 * deleted.
 */
function throughput(type: string, counted: PeertubeCounts, { previous, nowMs }: ReadContext): number | null {
  const before = previous?.queues.find((queue) => queue.queue === type);
  if (previous === null || before === undefined || before.countsAre !== "exact" || !counted.exact) return null;
  const total = (countOf(counted, type, COMPLETED) ?? 0) + (countOf(counted, type, ERRORED) ?? 0);
  const totalBefore = (before.counts.done ?? 0) + (before.counts.failed ?? 0);
  return perMinute({ atMs: previous.atMs, total: totalBefore }, { atMs: nowMs, total });
}

type Contacts = SourceReading["runners"];

/** The jobs that ran at the reading before and do not run any more. */
export function noLongerRunning(
  previous: Pick<SourceReading, "runners"> | null,
  active: readonly Pick<ActiveRow, "uuid">[],
): readonly string[] {
  const running = new Set(active.map(({ uuid }) => uuid));
  const before = (previous?.runners ?? []).flatMap(({ holding }) => holding.map(({ id }) => id));
  return before.filter((id) => !running.has(id));
}

function contacts(facts: PeertubeFacts, previous: { readonly runners: Contacts } | null): readonly RunnerContact[] {
  const overdue = facts.waiting.map((row) => row.overdue_ms).filter((ms) => ms !== null);
  const overduePendingMs = overdue.length === 0 ? null : Math.max(...overdue) - facts.clockAheadMs;
  const held = Map.groupBy(facts.active, (row) => row.runner_id);
  return facts.runners.map((row) => {
    const lastContactMs = toOurClock(row.last_contact_ms, facts.clockAheadMs);
    const holding = (held.get(row.id) ?? []).map((job) => toHeld(job, facts.clockAheadMs));
    const before = previous?.runners?.find(({ name }) => name === row.name)?.holding ?? [];
    const reclaimed = reclaimedFrom({ before, holding, lastContactMs }, facts);
    return { name: row.name, lastContactMs, holding, overduePendingMs, reclaimed };
  });
}

/** A runner that gives a job back itself is in contact, which PeerTube writes at most every 30 s. */
const CONTACT_WRITTEN_WITHIN_MS = 35 * SECOND;

interface RunnerJobs {
  readonly before: readonly HeldJob[];
  readonly holding: readonly HeldJob[];
  readonly lastContactMs: number | null;
}

/** The jobs that PeerTube's watchdog took from a runner: it makes them pending again, and live ones fail. */
function reclaimedFrom({ before, holding, lastContactMs }: RunnerJobs, facts: PeertubeFacts): readonly ReclaimedJob[] {
  const current = new Set(holding.map(({ id }) => id));
  return before.flatMap(({ id, type }) => {
    if (current.has(id) || lastContactMs === null) return [];
    const row = facts.released.find(({ uuid }) => uuid === id);
    const reassigned = facts.active.find(({ uuid }) => uuid === id);
    const atMs = toOurClock(row?.updated_ms ?? reassigned?.started_ms ?? null, facts.clockAheadMs);
    return atMs === null || atMs - lastContactMs <= CONTACT_WRITTEN_WITHIN_MS ? [] : [{ id, type, atMs }];
  });
}

function toHeld(row: ActiveRow, clockAheadMs: number): HeldJob {
  return {
    id: row.uuid,
    type: row.type,
    startedMs: toOurClock(row.started_ms, clockAheadMs),
    updatedMs: toOurClock(row.updated_ms, clockAheadMs),
    progress: row.progress,
    phase: row.state === COMPLETING ? "completing" : "processing",
    failures: row.failures,
  };
}
