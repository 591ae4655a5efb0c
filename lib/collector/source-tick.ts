import type { Reading } from "@/lib/alerts/measure";
import { readingsOf } from "@/lib/collector/measure";
import { causeOf } from "@/lib/jobs/cause";
import { type Growth, grow } from "@/lib/jobs/growth";
import type { JobQueue, SourceOutcome, SourceReading, SourceState } from "@/lib/jobs/job";
import { type Followed, jobSamples, sourceSample } from "@/lib/jobs/signals";
import { followStalled, type StalledMemory } from "@/lib/jobs/stalled";
import { followTaken, type TakenMemory, waitingIn } from "@/lib/jobs/taken";
import type { RunnersMemory } from "@/lib/runners/follow";
import { judgeRunners } from "@/lib/runners/judge";
import { callRoll, type Roster } from "@/lib/runners/roster";
import type { Runner } from "@/lib/runners/runner";
import { runnerSample, strengthOf } from "@/lib/runners/signals";
import type { Sample } from "@/lib/signals/catalogue";

/** All that Lastbeat remembers of one job source between two polls. */
export interface SourceMemory {
  readonly source: string;
  readonly kind: string;
  readonly state: SourceState;
  readonly stateSinceMs: number;
  readonly because: string | null;
  readonly reading: SourceReading | null;
  readonly runnersMemory: RunnersMemory | null;
  /** Those who are there, and those who are missing. */
  readonly runners: readonly Runner[];
  readonly roster: Roster;
  /** How many runners the configuration expects; null: any number is right. */
  readonly runnersExpected: number | null;
  readonly stalled: StalledMemory;
  readonly taken: TakenMemory;
  /** What followed of the last reading, by queue. */
  readonly followed: ReadonlyMap<string, Followed>;
  /** Due retries, and all that waits, per queue over the last minutes: how fast they grow. */
  readonly growth: ReadonlyMap<string, Growth>;
  readonly waiting: ReadonlyMap<string, Growth>;
  /** Each queue's error groups in the same way. */
  readonly errors: ReadonlyMap<string, ReadonlyMap<string, Growth>>;
  readonly lastPollMs: number | null;
  readonly pollDurationMs: number | null;
  readonly pollIntervalMs: number;
}

export interface SourceFacts {
  readonly samples: readonly Sample[];
  readonly readings: readonly Reading[];
  readonly gone: readonly Readonly<Record<string, string>>[];
}

/** A source before its first poll. `roster` is what storage remembers of its runners. */
export const firstSourceMemory = (
  source: Pick<SourceMemory, "source" | "kind" | "pollIntervalMs" | "runnersExpected" | "roster">,
  nowMs: number,
): SourceMemory => ({
  ...source,
  state: "starting",
  stateSinceMs: nowMs,
  because: null,
  reading: null,
  runnersMemory: null,
  runners: [],
  stalled: new Map(),
  taken: new Map(),
  followed: new Map(),
  growth: new Map(),
  waiting: new Map(),
  errors: new Map(),
  lastPollMs: null,
  pollDurationMs: null,
});

interface Derived {
  readonly after: SourceMemory;
  readonly facts: SourceFacts;
}

/** One tick of one source: (memory, what the poll said, now) → memory and facts. Pure. */
export function deriveSource(before: SourceMemory, outcome: SourceOutcome, nowMs: number): Derived {
  const state = outcome.ok ? ("ok" as const) : outcome.state;
  const seen: SourceMemory = {
    ...before,
    state,
    stateSinceMs: state === before.state ? before.stateSinceMs : nowMs,
    because: outcome.ok ? null : outcome.because,
    pollDurationMs: outcome.durationMs,
  };
  if (outcome.ok) return deriveReading(seen, outcome.reading, nowMs);
  const sample = sourceSample(before.source, { ok: false, present: null, short: null });
  const readings = readingsOf(sample, { because: seen.because, sinceMs: seen.stateSinceMs, nowMs });
  return { after: seen, facts: { samples: [sample], readings, gone: [] } };
}

function deriveReading(before: SourceMemory, reading: SourceReading, nowMs: number): Derived {
  const jobs = followJobs(before, reading, nowMs);
  const called = followRunners(before, reading, nowMs);
  const after: SourceMemory = { ...before, ...jobs, ...called.memory, reading, lastPollMs: nowMs };
  const { source } = before;
  const strength = reading.runners === null ? null : strengthOf(after.runners, before.runnersExpected);
  const up = sourceSample(source, { ok: true, present: strength?.present ?? null, short: strength?.short ?? null });
  const samples = [
    ...jobSamples(reading.queues, (queue) => jobs.followed.get(queue.queue) ?? UNFOLLOWED),
    ...(reading.runners === null ? [] : after.runners.map(runnerSample)),
  ];
  return {
    after,
    facts: {
      samples: [up, ...samples],
      readings: [
        ...readingsOf(up, { kind: before.kind, present: strength?.present ?? null, expected: before.runnersExpected }),
        ...samples.flatMap((sample) => readingsOf(sample, contextOf(sample.labels, after, nowMs))),
      ],
      gone: [
        ...queuesGone(before, reading).map((queue) => ({ source, queue })),
        ...called.gone.map((runner) => ({ source, runner })),
      ],
    },
  };
}

const UNFOLLOWED: Followed = { stalledSeconds: null, untakenSeconds: null, starvedSeconds: null };

type JobsFollowed = Pick<SourceMemory, "stalled" | "taken" | "followed" | "growth" | "waiting" | "errors">;

function followJobs(before: SourceMemory, { queues }: SourceReading, nowMs: number): JobsFollowed {
  const stalled = followStalled(before.stalled, queues, nowMs);
  const seconds = new Map(stalled.measurements.map((one) => [one.labels.queue ?? "", one.value]));
  const stalledSeconds = (queue: JobQueue) => seconds.get(queue.queue) ?? null;
  const taken = followTaken(before.taken, queues, stalledSeconds, nowMs);
  const each = <T>(of: (queue: JobQueue) => T) => new Map(queues.map((queue) => [queue.queue, of(queue)]));
  return {
    stalled: stalled.after,
    taken: taken.after,
    followed: each((queue) => {
      const { untakenSeconds, starvedSeconds } = taken.told.get(queue.queue) ?? UNFOLLOWED;
      return { stalledSeconds: stalledSeconds(queue), untakenSeconds, starvedSeconds };
    }),
    growth: each((queue) => grow(before.growth.get(queue.queue), queue.retry.due, nowMs)),
    waiting: each((queue) => grow(before.waiting.get(queue.queue), waitingIn(queue), nowMs)),
    errors: each((queue) => {
      const known = before.errors.get(queue.queue);
      return new Map(queue.errors.map(({ group, count }) => [group, grow(known?.get(group), count, nowMs)]));
    }),
  };
}

/** A poll that could not tell the runners leaves them as they are: not being told is not being gone. */
function followRunners(before: SourceMemory, reading: SourceReading, nowMs: number) {
  if (reading.runners === null) return { memory: {}, gone: [] };
  const judged = judgeRunners(before.runnersMemory, reading.runners, { ...before, nowMs });
  const called = callRoll(before.roster, judged.runners, nowMs);
  const runners = [...judged.runners, ...called.missing];
  return {
    memory: { runnersMemory: judged.after, roster: called.after, runners },
    gone: [...called.left, ...called.letGo],
  };
}

function queuesGone(before: SourceMemory, reading: SourceReading): readonly string[] {
  const there = new Set(reading.queues.map((queue) => queue.queue));
  return (before.reading?.queues ?? []).map((one) => one.queue).filter((name) => !there.has(name));
}

/** What sentences and remedies need of one object of a source: a queue, a runner, or the source itself. */
export function contextOf(
  of: Readonly<Record<string, string | undefined>>,
  memory: SourceMemory,
  nowMs: number,
): NonNullable<Reading["context"]> {
  const product = { kind: memory.kind, generation: memory.reading?.generation ?? null };
  if (of.queue !== undefined) return { ...product, ...jobsContext(of.queue, memory, nowMs) };
  const runner = memory.runners.find((one) => one.name === of.runner);
  if (!runner) return product;
  const { name, jobsRunning, limitSeconds, because, missingSinceMs } = runner;
  const silenceSeconds = runner.silenceSeconds === null ? null : Math.round(runner.silenceSeconds);
  const missingSeconds = missingSinceMs === null ? null : Math.round((nowMs - missingSinceMs) / 1_000);
  return { ...product, name, silenceSeconds, jobsRunning, limitSeconds, because, missingSeconds };
}

function jobsContext(name: string, memory: SourceMemory, nowMs: number): NonNullable<Reading["context"]> {
  const queue = memory.reading?.queues.find((one) => one.queue === name);
  if (!queue) return {};
  const followed = memory.followed.get(name) ?? UNFOLLOWED;
  return {
    perMinute: memory.growth.get(name)?.perMinute ?? null,
    due: queue.retry.due,
    later: queue.retry.later,
    oldestDueSeconds: queue.oldestDueSeconds,
    waiting: waitingIn(queue),
    conflicts: queue.conflicts,
    cause: causeOf({ queue, ...followed, nowMs }),
  };
}
