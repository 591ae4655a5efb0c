import type { Reading } from "@/lib/alerts/measure";
import { readingsOf } from "@/lib/collector/measure";
import type { JobQueue, SourceOutcome, SourceReading, SourceState } from "@/lib/jobs/job";
import { jobSamples, sourceSample } from "@/lib/jobs/signals";
import { followStalled, type StalledMemory } from "@/lib/jobs/stalled";
import type { RunnersMemory } from "@/lib/runners/follow";
import { judgeRunners } from "@/lib/runners/judge";
import type { Runner } from "@/lib/runners/runner";
import { runnerSample } from "@/lib/runners/signals";
import type { Sample } from "@/lib/signals/catalogue";
import { MINUTE, SECOND } from "@/lib/time/duration";

/** All that Lastbeat remembers of one job source between two polls. */
export interface SourceMemory {
  readonly source: string;
  readonly kind: string;
  readonly state: SourceState;
  readonly stateSinceMs: number;
  readonly because: string | null;
  readonly reading: SourceReading | null;
  readonly runnersMemory: RunnersMemory | null;
  readonly runners: readonly Runner[];
  readonly stalled: StalledMemory;
  /** Due retries per queue a while ago, to say how fast they grow. */
  readonly growth: ReadonlyMap<string, Growth>;
  readonly lastPollMs: number | null;
  readonly pollDurationMs: number | null;
  readonly pollIntervalMs: number;
}

export interface Growth {
  readonly points: readonly { readonly atMs: number; readonly due: number }[];
  /** Due retries more (or fewer) per minute over the window; null until half a minute has been seen. */
  readonly perMinute: number | null;
}

export interface SourceFacts {
  readonly samples: readonly Sample[];
  readonly readings: readonly Reading[];
  readonly gone: readonly Readonly<Record<string, string>>[];
}

export const firstSourceMemory = (
  source: string,
  kind: string,
  pollIntervalMs: number,
  nowMs: number,
): SourceMemory => ({
  source,
  kind,
  state: "starting",
  stateSinceMs: nowMs,
  because: null,
  reading: null,
  runnersMemory: null,
  runners: [],
  stalled: new Map(),
  growth: new Map(),
  lastPollMs: null,
  pollDurationMs: null,
  pollIntervalMs,
});

/** A growth rate over less than half a minute is noise; over more than five it is history. */
const GROWTH_WINDOW_MS = 5 * MINUTE;
const GROWTH_SPAN_MIN_MS = 30 * SECOND;

/** One tick of one source: (memory, what the poll said, now) → memory and facts. Pure. */
export function deriveSource(
  before: SourceMemory,
  outcome: SourceOutcome,
  nowMs: number,
): { readonly after: SourceMemory; readonly facts: SourceFacts } {
  const state = outcome.ok ? ("ok" as const) : outcome.state;
  const seen: SourceMemory = {
    ...before,
    state,
    stateSinceMs: state === before.state ? before.stateSinceMs : nowMs,
    because: outcome.ok ? null : outcome.because,
    pollDurationMs: outcome.durationMs,
  };
  const up = sourceSample(before.source, outcome);
  const upReadings = readingsOf(up, { because: seen.because, sinceMs: seen.stateSinceMs, nowMs });
  if (!outcome.ok) return { after: seen, facts: { samples: [up], readings: upReadings, gone: [] } };
  const { reading } = outcome;
  const stalled = followStalled(before.stalled, reading.queues, nowMs);
  const seconds = new Map(stalled.measurements.map((one) => [one.labels.queue ?? "", one.value]));
  const judged = judgeRunners(before.runnersMemory, reading.runners ?? [], { ...before, nowMs });
  const samples = [
    ...jobSamples(reading.queues, (queue) => seconds.get(queue.queue) ?? null),
    ...judged.runners.map(runnerSample),
  ];
  const growth = new Map(
    reading.queues.map((queue) => [queue.queue, grow(before.growth.get(queue.queue), queue, nowMs)]),
  );
  return {
    after: {
      ...seen,
      reading,
      runners: judged.runners,
      runnersMemory: judged.after,
      stalled: stalled.after,
      growth,
      lastPollMs: nowMs,
    },
    facts: {
      samples: [up, ...samples],
      readings: [
        ...upReadings,
        ...samples.flatMap((sample) => readingsOf(sample, contextOf(sample, growth, judged.runners))),
      ],
      gone: goneFrom(before, reading, judged.runners),
    },
  };
}

function grow(before: Growth | undefined, queue: JobQueue, nowMs: number): Growth {
  const due = queue.retry.due;
  if (due === null) return before ?? { points: [], perMinute: null };
  const points = [
    ...(before?.points ?? []).filter((point) => point.atMs > nowMs - GROWTH_WINDOW_MS),
    { atMs: nowMs, due },
  ];
  const first = points[0];
  const span = first ? nowMs - first.atMs : 0;
  return { points, perMinute: first && span >= GROWTH_SPAN_MIN_MS ? ((due - first.due) * MINUTE) / span : null };
}

/** Rows that were there and are not: their alerts end. A runner that vanished while silent was deleted by somebody. */
function goneFrom(before: SourceMemory, reading: SourceReading, runners: readonly Runner[]) {
  const queues = new Set(reading.queues.map((queue) => queue.queue));
  const names = new Set(runners.map((runner) => runner.name));
  const { source } = before;
  return [
    ...(before.reading?.queues ?? []).filter((one) => !queues.has(one.queue)).map(({ queue }) => ({ source, queue })),
    ...before.runners.filter((one) => !names.has(one.name)).map(({ name }) => ({ source, runner: name })),
  ];
}

function contextOf(
  sample: Sample,
  growth: ReadonlyMap<string, Growth>,
  runners: readonly Runner[],
): NonNullable<Reading["context"]> {
  if (sample.kind === "jobs") return { perMinute: growth.get(sample.labels.queue ?? "")?.perMinute ?? null };
  const runner = runners.find((one) => one.name === sample.labels.runner);
  if (!runner) return {};
  const silenceSeconds = runner.silenceSeconds === null ? null : Math.round(runner.silenceSeconds);
  return { name: runner.name, silenceSeconds, jobsRunning: runner.jobsRunning, limitSeconds: runner.limitSeconds };
}
