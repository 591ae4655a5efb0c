import { HOUR, MINUTE, SECOND } from "@/lib/base/time/duration";
import type { RunnerContact } from "@/lib/sources/jobs/job";
import { followRunners, type RunnersMemory } from "@/lib/sources/runners/follow";
import { isStuck, lateAfterSeconds, silentAfterSeconds } from "@/lib/sources/runners/limits";
import type { Runner, RunnerBecause, RunnerState } from "@/lib/sources/runners/runner";

export interface JudgeContext {
  readonly source: string;
  readonly kind: string;
  /** The clock the contacts' instants are in. */
  readonly nowMs: number;
}

export interface RunnerAssessment {
  readonly after: RunnersMemory;
  readonly runners: readonly Runner[];
}

// A runner asks at once when told of work; five minutes without is not the network (PeerTube: event `available-jobs`).
const DEAF_AFTER_MS = 5 * MINUTE;
// Three times given out within an hour: twice can be a restart.
const BOUNCES_MIN = 3;
const BOUNCE_WINDOW_MS = HOUR;

/**
 * Tells what each runner of a source is doing, from its last contact and from what it holds. One that beats (GoodJob,
 * Procrastinate, Solid Queue, Hangfire) is held for dead by its own system after that system's limit. PeerTube's do not
 * poll: with nothing to do they may show an old contact and be well, so their age alone is never trouble (lastContact
 * is written only after a successful call, at most every 30 s; the websocket does not touch it).
 * `memory` is null at the first poll.
 */
export function assessRunners(
  memory: RunnersMemory | null,
  contacts: readonly RunnerContact[],
  context: JudgeContext,
): RunnerAssessment {
  const after = followRunners(memory, contacts, context.nowMs);
  const runners = contacts.map((contact) => toRunner(contact, after, context));
  return { after, runners };
}

function toRunner(contact: RunnerContact, memory: RunnersMemory, context: JudgeContext): Runner {
  const { lastContactMs } = contact;
  const silenceSeconds = lastContactMs === null ? null : Math.max(0, context.nowMs - lastContactMs) / SECOND;
  const limitSeconds = silentAfterSeconds(contact);
  const [state, because] = verdict(contact, { memory, nowMs: context.nowMs, silenceSeconds, limitSeconds });
  return {
    id: `${context.source}/${contact.name}`,
    source: context.source,
    kind: context.kind,
    name: contact.name,
    state,
    because,
    lastContactMs,
    silenceSeconds,
    limitSeconds,
    jobsRunning: contact.holding.length,
    holding: contact.holding,
    missingSinceMs: null,
  };
}

interface Evidence {
  readonly memory: RunnersMemory;
  readonly nowMs: number;
  readonly silenceSeconds: number | null;
  /** null: it neither beats nor is at work, so age says nothing. */
  readonly limitSeconds: number | null;
}

/** The worst that is true, from what needs somebody now to what does not. */
function verdict(contact: RunnerContact, evidence: Evidence): readonly [RunnerState, RunnerBecause] {
  const { silenceSeconds, limitSeconds, memory, nowMs } = evidence;
  if (silenceSeconds === null) return ["unknown", "never-in-contact"];
  if (limitSeconds !== null && silenceSeconds > limitSeconds) {
    return ["silent", contact.holding.length > 0 ? "no-contact-with-work" : "beat-stopped-idle"];
  }
  const stuck = contact.holding
    .map((job) => isStuck(job, memory, { silenceSeconds, nowMs }))
    .find((why) => why !== null);
  if (stuck !== undefined && stuck !== null) return ["stuck", stuck];
  if (isBouncing(contact.name, memory, nowMs)) return ["bouncing", "given-out-again"];
  if (isDeaf(contact, nowMs)) return ["deaf", "work-waits-unasked"];
  if (limitSeconds !== null && silenceSeconds > lateAfterSeconds(limitSeconds)) return ["late", "update-overdue"];
  return contact.holding.length > 0 ? ["ok", "working"] : ["idle", "nothing-to-do"];
}

/** Holds nothing, work has waited long, and it has not been heard since before that work came. */
function isDeaf({ holding, lastContactMs, oldestPendingMs }: RunnerContact, nowMs: number): boolean {
  if (holding.length > 0 || oldestPendingMs === null || lastContactMs === null) return false;
  return nowMs - oldestPendingMs > DEAF_AFTER_MS && lastContactMs < oldestPendingMs;
}

/**
 * A job it was the last to get was given out again and again while nobody reported a failure: the server's watchdog
 * takes jobs back without counting that, so only their changing starts tell.
 */
function isBouncing(name: string, memory: RunnersMemory, nowMs: number): boolean {
  return [...memory.jobs.values()].some(
    (job) => job.runner === name && job.startsMs.filter((ms) => ms > nowMs - BOUNCE_WINDOW_MS).length >= BOUNCES_MIN,
  );
}
