import "server-only";
import type { Runtime } from "@/lib/collector/runtime";
import type { SourceMemory } from "@/lib/collector/source-tick";
import { causeOf } from "@/lib/sources/jobs/cause";
import { drainOf, type Growth, NO_GROWTH } from "@/lib/sources/jobs/growth";
import type { JobQueue } from "@/lib/sources/jobs/job";
import { openRows, waitingIn } from "@/lib/sources/jobs/pickup";
import { UNFOLLOWED } from "@/lib/sources/jobs/signals";
import { strengthOf } from "@/lib/sources/runners/signals";
import type { JobsRow, SourceView } from "@/lib/views/jobs/schema";
import { severityOf, troublesOf } from "@/lib/views/jobs/troubles";
import type { RunnerView, StrengthView } from "@/lib/views/runners/schema";

/** One row per source and queue, the worst first; a source that could never be read has one row without numbers. */
export const readJobs = (live: Runtime, nowMs: number): JobsRow[] =>
  [...live.sources.values()]
    .flatMap((memory) => jobsOf(live, memory, nowMs))
    .map((row) => ({ row, rank: rankOf(row) }))
    .sort(
      (a, b) =>
        a.rank - b.rank ||
        (b.row.retry.due ?? -1) - (a.row.retry.due ?? -1) ||
        (b.row.waiting.count ?? -1) - (a.row.waiting.count ?? -1) ||
        a.row.source.localeCompare(b.row.source) ||
        a.row.queue.localeCompare(b.row.queue),
    )
    .map(({ row }) => row);

function rankOf(row: JobsRow): number {
  const severity = severityOf(row.troubles);
  if (severity === "critical") return 0;
  if (row.state !== "ok" && row.state !== "starting") return 1;
  return severity === "warning" ? 2 : 3;
}

function jobsOf(live: Runtime, memory: SourceMemory, nowMs: number): JobsRow[] {
  const standing = { state: memory.state, because: memory.because, lastPollMs: memory.lastPollMs };
  if (memory.reading === null) return [{ ...unread(memory), ...standing }];
  return memory.reading.queues.map((queue) => ({ ...rowOf(live, memory, queue, nowMs), ...standing }));
}

type Standing = "state" | "because" | "lastPollMs";

function rowOf(live: Runtime, memory: SourceMemory, queue: JobQueue, nowMs: number): Omit<JobsRow, Standing> {
  const name = queue.queue;
  const followed = memory.followed.get(name) ?? UNFOLLOWED;
  const groups = memory.errors.get(name);
  const forecast = (count: number | null, growth: Growth = NO_GROWTH) => ({
    count,
    perMinute: growth.perMinute,
    drain: drainOf(count, growth, queue.countsAre),
  });
  return {
    source: queue.source,
    kind: queue.kind,
    queue: name,
    counts: { ...queue.counts },
    countsAre: queue.countsAre,
    retry: { ...queue.retry },
    oldestDueSeconds: queue.oldestDueSeconds,
    throughputPerMinute: queue.throughputPerMinute,
    errors: queue.errors.map((error) => ({ ...error, perMinute: groups?.get(error.group)?.perMinute ?? null })),
    stuck: queue.stuck,
    conflicts: queue.conflicts,
    orphans: queue.orphans ?? null,
    open: openRows(queue),
    retries: forecast(queue.retry.due, memory.growth.get(name)),
    waiting: forecast(waitingIn(queue), memory.waiting.get(name)),
    ...followed,
    rollbacks: memory.rollbacks,
    cause: causeOf({ queue, ...followed, rollbacks: memory.rollbacks, nowMs }),
    troubles: troublesOf(live, memory, { queue: name }, nowMs),
  };
}

const UNCOUNTED = { count: null, perMinute: null, drain: { is: "unknown", because: "not-counted" } } as const;

const unread = (memory: SourceMemory): Omit<JobsRow, Standing> => ({
  source: memory.source,
  kind: memory.kind,
  queue: "",
  counts: { queued: null, running: null, retry: null, failed: null, done: null },
  countsAre: "exact",
  retry: { due: null, later: null },
  oldestDueSeconds: null,
  throughputPerMinute: null,
  errors: [],
  stuck: null,
  ...{ conflicts: null, orphans: null, open: null },
  retries: { ...UNCOUNTED },
  waiting: { ...UNCOUNTED },
  ...UNFOLLOWED,
  rollbacks: null,
  cause: null,
  troubles: [],
});

/** One source as its page and the list of sources show it. Never its URL. */
export function sourceView(live: Runtime, memory: SourceMemory, nowMs: number): SourceView {
  const { reading } = memory;
  const estimated = reading?.queues.some((queue) => queue.countsAre === "estimated") ?? false;
  return {
    source: memory.source,
    kind: memory.kind,
    state: memory.state,
    stateSinceMs: memory.stateSinceMs,
    because: memory.because,
    generation: reading?.generation ?? null,
    queues: reading?.queues.length ?? 0,
    runners: reading === null || reading.runners === null ? null : strengthView(memory),
    countsAre: reading === null ? null : estimated ? "estimated" : "exact",
    cut: reading?.cut ?? false,
    exactAgainMs: reading?.exactAgainMs ?? null,
    clockAheadMs: reading?.clockAheadMs ?? null,
    standby: reading?.standby ?? null,
    lastPollMs: memory.lastPollMs,
    pollDurationMs: memory.pollDurationMs,
    pollIntervalMs: memory.pollIntervalMs,
    troubles: troublesOf(live, memory, {}, nowMs),
  };
}

const RUNNER_TROUBLE: readonly RunnerView["state"][] = [
  "silent",
  "stuck",
  "missing",
  "deaf",
  "bouncing",
  "late",
  "unknown",
  "ok",
  "idle",
];
/** What a runner holds beyond this is said as a number. */
const HELD_MAX = 10;

/** All runners, the most troubled first; silence is as of now. */
export const readRunners = (live: Runtime, nowMs: number): RunnerView[] =>
  [...live.sources.values()]
    .flatMap((memory) =>
      memory.runners.map(
        (runner): RunnerView => ({
          ...runner,
          silenceSeconds: silenceAt(runner.lastContactMs, memory, nowMs),
          holding: runner.holding.slice(0, HELD_MAX).map(({ id, type, startedMs, updatedMs, progress }) => ({
            id,
            type,
            startedMs,
            updatedMs,
            progress,
          })),
          troubles: troublesOf(live, memory, { runner: runner.name }, nowMs),
        }),
      ),
    )
    .sort(
      (a, b) =>
        troubleOf(a) - troubleOf(b) || (b.silenceSeconds ?? -1) - (a.silenceSeconds ?? -1) || a.id.localeCompare(b.id),
    );

/** Who left with empty hands is said last. */
const troubleOf = (runner: RunnerView): number =>
  runner.because === "gone-idle" ? RUNNER_TROUBLE.length : RUNNER_TROUBLE.indexOf(runner.state);

const strengthView = (memory: SourceMemory): Omit<StrengthView, "source"> => ({
  present: strengthOf(memory.runners, memory.runnersExpected).present,
  missing: memory.runners.filter((runner) => runner.state === "missing").length,
  expected: memory.runnersExpected,
});

/** The sources that have runners, or should. */
export const readStrengths = (live: Runtime): StrengthView[] =>
  [...live.sources.values()]
    .filter((memory) => memory.reading?.runners !== null || memory.runnersExpected !== null)
    .filter((memory) => memory.reading !== null)
    .map((memory) => ({ source: memory.source, ...strengthView(memory) }));

/** A source that cannot be read says nothing about its runners since: their silence stands still. */
function silenceAt(lastContactMs: number | null, memory: SourceMemory, nowMs: number): number | null {
  if (lastContactMs === null) return null;
  const seenMs = memory.state === "ok" ? nowMs : (memory.lastPollMs ?? nowMs);
  return Math.max(0, Math.round((seenMs - lastContactMs) / 1000));
}
