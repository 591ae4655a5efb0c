import type { Reading } from "@/lib/alerts/model/reading";
import type { Reason } from "@/lib/base/messages/reason";
import { byName } from "@/lib/base/signals/by-name";
import type { Sample } from "@/lib/base/signals/catalogue";
import { SECOND } from "@/lib/base/time/duration";
import { secondsSince, unchangedSince } from "@/lib/base/time/elapsed";
import { readingsOf } from "@/lib/collector/broker/derive/measure";
import {
  type ApplicationFacts,
  type ApplicationMemory,
  type ApplicationSigns,
  followApplication,
  NO_QUEUE_SIGNS,
  NO_SIGNS,
  type QueueSigns,
} from "@/lib/collector/source/follow-application";
import { causeOf } from "@/lib/sources/jobs/cause";
import { type Growth, grow } from "@/lib/sources/jobs/growth";
import type { JobQueue, SourceOutcome, SourceReading, SourceState } from "@/lib/sources/jobs/job";
import { followLeaderless } from "@/lib/sources/jobs/leader";
import { followPickup, type PickupMemory, waitingIn } from "@/lib/sources/jobs/pickup";
import { followRollbacks, NO_ROLLBACKS, type RollbackMemory, type Rollbacks } from "@/lib/sources/jobs/rollbacks";
import {
  type FollowedJobs,
  jobSamples,
  type SourceStatus,
  sourceSample,
  UNFOLLOWED,
  UNREAD,
} from "@/lib/sources/jobs/signals";
import { followStalled, type StalledMemory } from "@/lib/sources/jobs/stalled";
import type { SeenBroker } from "@/lib/sources/roadrunner/join";
import { assessRunners } from "@/lib/sources/runners/assess";
import type { RunnersMemory } from "@/lib/sources/runners/follow";
import { markMissing, type RunnerRegistry } from "@/lib/sources/runners/registry";
import type { Runner } from "@/lib/sources/runners/runner";
import { runnerSample, strengthOf } from "@/lib/sources/runners/signals";

/** All that Lastbeat remembers of one job source between two polls. */
export interface SourceMemory {
  readonly source: string;
  readonly kind: string;
  readonly state: SourceState;
  readonly stateSinceMs: number;
  readonly reason: Reason | null;
  readonly reading: SourceReading<ApplicationFacts> | null;
  readonly runnersMemory: RunnersMemory | null;
  /** Those who are there, and those who are missing. */
  readonly runners: readonly Runner[];
  readonly roster: RunnerRegistry;
  /** How many runners the configuration expects; null: any number is right. */
  readonly runnersExpected: number | null;
  readonly stalled: StalledMemory;
  readonly taken: PickupMemory;
  /** What followed of the last reading, by queue. */
  readonly followed: ReadonlyMap<string, FollowedJobs>;
  /** Of an application, not of a table. */
  readonly application: ApplicationMemory | null;
  readonly applicationSigns: ApplicationSigns;
  readonly queueSigns: ReadonlyMap<string, QueueSigns>;
  readonly rollbackMemory: RollbackMemory;
  /** Of the job table's updates over the last minutes; null where not measured. */
  readonly rollbacks: Rollbacks | null;
  /** Since when nobody has led while work waits, epoch ms; null while somebody does, or it is not known. */
  readonly leaderlessSinceMs: number | null;
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
  reason: null,
  reading: null,
  runnersMemory: null,
  runners: [],
  stalled: new Map(),
  taken: new Map(),
  followed: new Map(),
  ...{ application: null, applicationSigns: NO_SIGNS, queueSigns: new Map(), leaderlessSinceMs: null },
  ...{ rollbackMemory: NO_ROLLBACKS, rollbacks: null },
  growth: new Map(),
  waiting: new Map(),
  errors: new Map(),
  lastPollMs: null,
  pollDurationMs: null,
});

interface DerivedSource {
  readonly after: SourceMemory;
  readonly facts: SourceFacts;
}

type Brokers = ReadonlyMap<string, SeenBroker>;

/** One tick of one source: (memory, what the poll said, the brokers as they are, now) → memory and facts. Pure. */
export function deriveSource(
  before: SourceMemory,
  outcome: SourceOutcome<ApplicationFacts>,
  nowMs: number,
  brokers: Brokers = new Map(),
): DerivedSource {
  const state = outcome.ok ? ("ok" as const) : outcome.state;
  const seen: SourceMemory = {
    ...before,
    state,
    stateSinceMs: unchangedSince(before.stateSinceMs, state === before.state, nowMs),
    reason: outcome.ok ? null : outcome.reason,
    pollDurationMs: outcome.durationMs,
  };
  if (outcome.ok) return deriveReading(seen, outcome.reading, brokers, nowMs);
  const sample = sourceSample(before.source, UNREAD);
  const { kind, reason } = seen;
  const readings = readingsOf(sample, { kind, because: reason, sinceMs: seen.stateSinceMs, nowMs });
  return { after: seen, facts: { samples: [sample], readings, gone: [] } };
}

function deriveReading(
  before: SourceMemory,
  reading: SourceReading<ApplicationFacts>,
  brokers: Brokers,
  nowMs: number,
): DerivedSource {
  const application = followApplication(before.application, reading, brokers, nowMs);
  const jobs = followJobs(before, reading, application.queues, nowMs);
  const called = followRunners(before, reading, nowMs);
  const written = followRollbacks(before.rollbackMemory, reading.writes ?? null, nowMs);
  const after: SourceMemory = {
    ...{ ...before, ...jobs, ...called.memory, reading, lastPollMs: nowMs },
    ...{ application: application.after, applicationSigns: application.signs, queueSigns: application.queues },
    ...{ rollbackMemory: written.after, rollbacks: written.rollbacks },
    leaderlessSinceMs: followLeaderless(before.leaderlessSinceMs, reading),
  };
  const { source } = before;
  const up = sourceSample(source, standingOf(after, reading, nowMs));
  const samples = [
    ...jobSamples(reading.queues, (queue) => jobs.followed.get(queue.queue) ?? UNFOLLOWED, after.rollbacks),
    ...(reading.runners === null ? [] : after.runners.map(runnerSample)),
  ];
  return {
    after,
    facts: {
      samples: [up, ...samples],
      readings: [
        ...readingsOf(up, contextOf({}, after, nowMs)),
        ...samples.flatMap((sample) => readingsOf(sample, contextOf(sample.labels, after, nowMs))),
      ],
      gone: [
        ...queuesGone(before, reading).map((queue) => ({ source, queue })),
        ...called.gone.map((runner) => ({ source, runner })),
      ],
    },
  };
}

function standingOf(after: SourceMemory, reading: SourceReading<ApplicationFacts>, nowMs: number): SourceStatus {
  const strength = reading.runners === null ? null : strengthOf(after.runners, after.runnersExpected);
  return {
    ...{ ok: true, present: strength?.present ?? null, short: strength?.short ?? null },
    ...after.applicationSigns,
    leaderlessSeconds: leaderlessSeconds(after, reading, nowMs),
    behindSeconds: isApplication(reading) ? null : behindSeconds(reading),
  };
}

const isApplication = ({ application }: SourceReading): boolean => application !== undefined;

/** 0 of a primary; null of a standby that cannot say. */
const behindSeconds = ({ standby }: SourceReading): number | null => (standby === null ? 0 : standby.behindSeconds);

/** null: this kind has no leader, or whether there is one is not known (a standby shows no locks of its primary). */
function leaderlessSeconds(after: SourceMemory, { leader }: SourceReading, nowMs: number): number | null {
  if (leader === undefined || leader.present === null) return null;
  return secondsSince(after.leaderlessSinceMs, nowMs);
}

type JobsFollowed = Pick<SourceMemory, "stalled" | "taken" | "followed" | "growth" | "waiting" | "errors">;

function followJobs(
  before: SourceMemory,
  { queues }: SourceReading,
  signs: ReadonlyMap<string, QueueSigns>,
  nowMs: number,
): JobsFollowed {
  const stalled = followStalled(before.stalled, queues, nowMs);
  const seconds = new Map(stalled.measurements.map((one) => [one.labels.queue ?? "", one.value]));
  const stalledSeconds = (queue: JobQueue) => seconds.get(queue.queue) ?? null;
  const taken = followPickup(before.taken, queues, stalledSeconds, nowMs);
  const each = <T>(of: (queue: JobQueue) => T) => new Map(queues.map((queue) => [queue.queue, of(queue)]));
  return {
    stalled: stalled.after,
    taken: taken.after,
    followed: each((queue) => {
      const { untakenSeconds, starvedSeconds } = taken.pickups.get(queue.queue) ?? UNFOLLOWED;
      const { client: _, ...shown } = signs.get(queue.queue) ?? NO_QUEUE_SIGNS;
      return { stalledSeconds: stalledSeconds(queue), untakenSeconds, starvedSeconds, ...shown };
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
function followRunners(before: SourceMemory, reading: SourceReading<ApplicationFacts>, nowMs: number) {
  if (reading.runners === null) return { memory: {}, gone: [] };
  // What a standby shows of them is as old as it is behind: a contact is no older for that.
  const shownMs = nowMs - (reading.standby?.behindSeconds ?? 0) * SECOND;
  const judged = assessRunners(before.runnersMemory, reading.runners, { ...before, nowMs: shownMs });
  const called = markMissing(before.roster, judged.runners, nowMs);
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
  if (of.runner === undefined) return { ...product, ...sourceContext(memory) };
  const runner = runnerNamed(memory.runners, of.runner);
  if (runner === null) return product;
  const { name, jobsRunning, limitSeconds, because, missingSinceMs } = runner;
  const silenceSeconds = runner.silenceSeconds === null ? null : Math.round(runner.silenceSeconds);
  const missingSeconds = missingSinceMs === null ? null : Math.round((nowMs - missingSinceMs) / 1_000);
  return { ...product, name, silenceSeconds, jobsRunning, limitSeconds, because, missingSeconds };
}

const runnerNamed = byName<Runner>((runner) => runner.name);
const queueNamed = byName<JobQueue>((queue) => queue.queue);

/** Pipelines of a phone's notification; the page has them all. */
const NAMES_MAX = 5;

function sourceContext(memory: SourceMemory): NonNullable<Reading["context"]> {
  const strength = memory.reading?.runners ? strengthOf(memory.runners, memory.runnersExpected) : null;
  const apart = [...memory.queueSigns].filter(
    ([, one]) => (one.disconnectedSeconds ?? 0) > 0 || (one.unconsumedSeconds ?? 0) > 0,
  );
  const names = apart.map(([name]) => name).slice(0, NAMES_MAX);
  return {
    ...{ because: memory.reason, present: strength?.present ?? null, expected: memory.runnersExpected },
    pipelines: names.length === 0 ? null : names.join(", "),
    waiting: memory.reading?.queues.reduce((sum, queue) => sum + (waitingIn(queue) ?? 0), 0) ?? null,
    leader: leaderWord(memory),
  };
}

/** The evidence of a loop; of a table that is updated without rollbacks nothing has to be said. */
const writtenContext = (rollbacks: Rollbacks | null): NonNullable<Reading["context"]> =>
  rollbacks === null || rollbacks.loopSeconds === 0
    ? {}
    : { updates: rollbacks.updates, rollbacks: rollbacks.rollbacks, windowSeconds: rollbacks.spanSeconds };

const leaderWord = ({ reading }: SourceMemory): string | null =>
  reading?.leader?.present === false ? "absent" : reading?.leader?.present === true ? "present" : null;

function jobsContext(name: string, memory: SourceMemory, nowMs: number): NonNullable<Reading["context"]> {
  const queue = memory.reading === null ? null : queueNamed(memory.reading.queues, name);
  if (queue === null) return {};
  const followed = memory.followed.get(name) ?? UNFOLLOWED;
  return {
    perMinute: memory.growth.get(name)?.perMinute ?? null,
    due: queue.retry.due,
    later: queue.retry.later,
    oldestDueSeconds: queue.oldestDueSeconds,
    waiting: waitingIn(queue),
    conflicts: queue.conflicts,
    ...writtenContext(memory.rollbacks),
    cause: causeOf({ queue, ...followed, rollbacks: memory.rollbacks, nowMs }),
    leader: leaderWord(memory),
    client: memory.queueSigns.get(name)?.client ?? null,
  };
}
