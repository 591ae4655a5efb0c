import type { Reading } from "@/lib/alerts/model/reading";
import type { Sample } from "@/lib/base/signals/catalogue";
import { SECOND } from "@/lib/base/time/duration";
import { secondsSince, unchangedSince } from "@/lib/base/time/elapsed";
import { followTrend, trendWindowMs } from "@/lib/base/time/trend";
import { readingsOf } from "@/lib/collector/broker/derive/measure";
import { contextOf } from "@/lib/collector/source/context";
import {
  type ApplicationFacts,
  followApplication,
  NO_QUEUE_SIGNALS,
  type QueueSignals,
} from "@/lib/collector/source/follow-application";
import type { SourceMemory } from "@/lib/collector/source/memory";
import { withoutUnknown } from "@/lib/collector/source/not-known-yet";
import { failedInWindow, followFailing } from "@/lib/sources/jobs/failing";
import type { JobQueue, SourceOutcome, SourceReading } from "@/lib/sources/jobs/job";
import { followLeaderless } from "@/lib/sources/jobs/leader";
import { followPickup, waitingIn } from "@/lib/sources/jobs/pickup";
import { followRetryPeaks, retriesLeft } from "@/lib/sources/jobs/retries-left";
import { followRollbacks, type Rollbacks } from "@/lib/sources/jobs/rollbacks";
import { jobSamples, type SourceStatus, sourceSample, UNFOLLOWED, UNREAD } from "@/lib/sources/jobs/signals";
import { followStalled } from "@/lib/sources/jobs/stalled";
import type { SeenBroker } from "@/lib/sources/roadrunner/join";
import { assessRunners } from "@/lib/sources/runners/assess";
import { markMissing } from "@/lib/sources/runners/registry";
import { runnerSample, strengthOf } from "@/lib/sources/runners/signals";

export interface SourceFacts {
  readonly samples: readonly Sample[];
  readonly readings: readonly Reading[];
  readonly ended: readonly Readonly<Record<string, string>>[];
}

interface DerivedSource {
  readonly after: SourceMemory;
  readonly facts: SourceFacts;
}

type Brokers = ReadonlyMap<string, SeenBroker>;

/** One tick of one source: (memory, outcome of the poll, brokers, now) → memory and facts. Pure. */
export function deriveSource(
  before: SourceMemory,
  outcome: SourceOutcome<ApplicationFacts>,
  nowMs: number,
  brokers: Brokers = new Map(),
): DerivedSource {
  const state = outcome.ok ? ("ok" as const) : outcome.state;
  const polled: SourceMemory = {
    ...before,
    state,
    stateSinceMs: unchangedSince(before.stateSinceMs, state === before.state, nowMs),
    reason: outcome.ok ? null : outcome.reason,
    pollDurationMs: outcome.durationMs,
  };
  if (outcome.ok) return deriveReading(polled, outcome.reading, brokers, nowMs);
  const answeredBefore = before.application !== null;
  const gone = answeredBefore && outcome.code === "refused";
  const goneSinceMs = gone ? (before.goneSinceMs ?? nowMs) : null;
  const goneSeconds = gone ? secondsSince(goneSinceMs, nowMs) : null;
  const sample = sourceSample(before.source, { ...UNREAD, goneSeconds });
  const { kind, reason } = polled;
  const readings = readingsOf(sample, { kind, because: reason, sinceMs: polled.stateSinceMs, nowMs });
  return { after: { ...polled, goneSinceMs }, facts: { samples: [sample], readings, ended: [] } };
}

function deriveReading(
  before: SourceMemory,
  reading: SourceReading<ApplicationFacts>,
  brokers: Brokers,
  nowMs: number,
): DerivedSource {
  const application = followApplication(before.application, reading, brokers, nowMs);
  const writes = followRollbacks(before.rollbackMemory, reading.writes ?? null, nowMs);
  const jobs = followJobs(before, reading, { signals: application.queues, rollbacks: writes.rollbacks }, nowMs);
  const runners = followRunners(before, reading, nowMs);
  const after: SourceMemory = {
    ...before,
    ...jobs,
    ...runners.memory,
    reading,
    lastPollMs: nowMs,
    application: application.after,
    applicationSignals: application.signals,
    queueSignals: application.queues,
    rollbackMemory: writes.after,
    rollbacks: writes.rollbacks,
    leaderlessSinceMs: followLeaderless(before.leaderlessSinceMs, reading),
    goneSinceMs: null,
  };
  const { source } = before;
  const up = sourceSample(source, statusOf(after, reading, nowMs));
  const samples = [
    ...jobSamples(reading.queues, (queue) => jobs.followed.get(queue.queue) ?? UNFOLLOWED, after.rollbacks),
    ...(reading.runners === null ? [] : after.runners.map(runnerSample)),
  ];
  const readings = [
    ...readingsOf(up, contextOf({}, after, nowMs)),
    ...samples.flatMap((sample) => readingsOf(sample, contextOf(sample.labels, after, nowMs))).map(withRetries(after)),
  ];
  return {
    after,
    facts: {
      samples: [up, ...samples],
      readings: withoutUnknown(readings, {
        beganMs: after.unknownBeforeMs,
        isFirst: before.lastPollMs === null,
        nowMs,
      }),
      ended: [
        ...endedQueues(before, reading).map((queue) => ({ source, queue })),
        ...runners.ended.map((runner) => ({ source, runner })),
      ],
    },
  };
}

const RETRY_SIGNALS: readonly string[] = ["jobs.retry.due", "jobs.retry.stalled"];

/** How retries that are no longer due ended: those that failed for good, or were deleted, have not drained. */
function withRetries({ reading, retryPeaks }: SourceMemory): (one: Reading) => Reading {
  return (one) => {
    const name = one.labels.queue;
    const queue = RETRY_SIGNALS.includes(one.signal)
      ? reading?.queues.find((other) => other.queue === name)
      : undefined;
    const left = queue === undefined ? null : retriesLeft(retryPeaks.get(queue.queue), queue);
    if (left === null) return one;
    return { ...one, context: { ...one.context, phase: "departed", left: left.how, leftCount: left.count } };
  };
}

function statusOf(after: SourceMemory, reading: SourceReading<ApplicationFacts>, nowMs: number): SourceStatus {
  const strength = reading.runners === null ? null : strengthOf(after.runners, after.runnersExpected);
  return {
    ok: true,
    present: strength?.present ?? null,
    short: strength?.short ?? null,
    ...after.applicationSignals,
    goneSeconds: isApplication(reading) ? 0 : null,
    leaderlessSeconds: leaderlessSeconds(after, reading, nowMs),
    behindSeconds: isApplication(reading) ? null : behindSeconds(reading),
  };
}

const isApplication = ({ application }: SourceReading): boolean => application !== undefined;

/** 0 for a primary; null for a standby that cannot tell. */
const behindSeconds = ({ standby }: SourceReading): number | null => (standby === null ? 0 : standby.behindSeconds);

/** null: this kind has no leader, or it is not known whether there is one (a standby shows no locks of its primary). */
function leaderlessSeconds(after: SourceMemory, { leader }: SourceReading, nowMs: number): number | null {
  if (leader === undefined || leader.present === null) return null;
  return secondsSince(after.leaderlessSinceMs, nowMs);
}

type JobsFollowed = Pick<
  SourceMemory,
  "stalled" | "retryPeaks" | "pickup" | "failing" | "followed" | "growth" | "waiting" | "errors"
>;

interface JobEvidence {
  readonly signals: ReadonlyMap<string, QueueSignals>;
  readonly rollbacks: Rollbacks | null;
}

function followJobs(
  before: SourceMemory,
  { queues }: SourceReading,
  { signals, rollbacks }: JobEvidence,
  nowMs: number,
): JobsFollowed {
  const stalled = followStalled(before.stalled, queues, nowMs);
  const seconds = new Map(stalled.measurements.map(({ labels, value }) => [labels.queue ?? "", value]));
  const stalledSeconds = (queue: JobQueue) => seconds.get(queue.queue) ?? null;
  const pickup = followPickup(before.pickup, queues, { stalled: stalledSeconds, rollbacks }, nowMs);
  const failing = followFailing(before.failing, queues, nowMs);
  const at = { nowMs, overMs: trendWindowMs(before.pollIntervalMs) };
  const each = <T>(of: (queue: JobQueue) => T) => new Map(queues.map((queue) => [queue.queue, of(queue)]));
  return {
    stalled: stalled.after,
    retryPeaks: followRetryPeaks(before.retryPeaks, queues),
    pickup: pickup.after,
    failing,
    followed: each((queue) => {
      const { untakenSeconds, starvedSeconds } = pickup.pickups.get(queue.queue) ?? UNFOLLOWED;
      const { client: _, ...measured } = signals.get(queue.queue) ?? NO_QUEUE_SIGNALS;
      const failed = { failedInWindow: failedInWindow(failing.get(queue.queue), nowMs) };
      return { stalledSeconds: stalledSeconds(queue), untakenSeconds, starvedSeconds, ...failed, ...measured };
    }),
    growth: each((queue) => followTrend(before.growth.get(queue.queue), queue.retry.due, at)),
    waiting: each((queue) => followTrend(before.waiting.get(queue.queue), waitingIn(queue), at)),
    errors: each((queue) => {
      const known = before.errors.get(queue.queue);
      return new Map(queue.errors.map(({ group, count }) => [group, followTrend(known?.get(group), count, at)]));
    }),
  };
}

/** A poll without runners leaves them as they are: not listed is not the same as ended. */
function followRunners(before: SourceMemory, reading: SourceReading<ApplicationFacts>, nowMs: number) {
  if (reading.runners === null) return { memory: {}, ended: [] };
  // The rows of a standby are as old as it is behind, which makes no contact older.
  const shownMs = nowMs - (reading.standby?.behindSeconds ?? 0) * SECOND;
  const assessed = assessRunners(before.runnersMemory, reading.runners, { ...before, nowMs: shownMs });
  const update = markMissing(before.registry, assessed.runners, nowMs);
  const runners = [...assessed.runners, ...update.missing];
  return {
    memory: { runnersMemory: assessed.after, registry: update.after, runners },
    // Whoever disappeared with work in hand has not recovered: its alerts last until it is back or a day has passed.
    ended: [...update.left, ...update.dropped],
  };
}

function endedQueues(before: SourceMemory, reading: SourceReading): readonly string[] {
  const present = new Set(reading.queues.map((queue) => queue.queue));
  return (before.reading?.queues ?? []).map(({ queue }) => queue).filter((name) => !present.has(name));
}
