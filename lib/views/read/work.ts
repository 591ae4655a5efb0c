import "server-only";
import type { Runtime } from "@/lib/collector/runtime";
import type { SourceMemory } from "@/lib/collector/source-tick";
import type { JobsRow } from "@/lib/views/jobs";
import type { RunnerView } from "@/lib/views/runners";

/** One row per source and queue; a source that could never be read has one row without numbers. */
export const readJobs = (live: Runtime): JobsRow[] => [...live.sources.values()].flatMap(jobsOf);

function jobsOf(memory: SourceMemory): JobsRow[] {
  const standing = { state: memory.state, because: memory.because, lastPollMs: memory.lastPollMs };
  if (memory.reading === null) return [{ ...unread(memory), ...standing }];
  return memory.reading.queues.map((queue) => ({
    source: queue.source,
    kind: queue.kind,
    queue: queue.queue,
    counts: { ...queue.counts },
    countsAre: queue.countsAre,
    retry: { ...queue.retry },
    oldestDueSeconds: queue.oldestDueSeconds,
    throughputPerMinute: queue.throughputPerMinute,
    errors: queue.errors.map((error) => ({ ...error })),
    stuck: queue.stuck,
    conflicts: queue.conflicts,
    ...standing,
  }));
}

const unread = (memory: SourceMemory): Omit<JobsRow, "state" | "because" | "lastPollMs"> => ({
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
  conflicts: null,
});

const RUNNER_TROUBLE: readonly RunnerView["state"][] = [
  "silent",
  "stuck",
  "deaf",
  "bouncing",
  "late",
  "unknown",
  "ok",
  "idle",
];

/** All runners, the most troubled first; silence is as of now. */
export const readRunners = (live: Runtime, nowMs: number): RunnerView[] =>
  [...live.sources.values()]
    .flatMap((memory) =>
      memory.runners.map((runner) => ({ ...runner, silenceSeconds: silenceAt(runner.lastContactMs, memory, nowMs) })),
    )
    .map((runner) => ({
      ...runner,
      holding: runner.holding.map(({ id, type, startedMs, updatedMs, progress }) => ({
        id,
        type,
        startedMs,
        updatedMs,
        progress,
      })),
    }))
    .sort(
      (a, b) =>
        RUNNER_TROUBLE.indexOf(a.state) - RUNNER_TROUBLE.indexOf(b.state) ||
        (b.silenceSeconds ?? -1) - (a.silenceSeconds ?? -1) ||
        a.id.localeCompare(b.id),
    );

/** A source that cannot be read says nothing about its runners since: their silence stands still. */
function silenceAt(lastContactMs: number | null, memory: SourceMemory, nowMs: number): number | null {
  if (lastContactMs === null) return null;
  const seenMs = memory.state === "ok" ? nowMs : (memory.lastPollMs ?? nowMs);
  return Math.max(0, Math.round((seenMs - lastContactMs) / 1000));
}
