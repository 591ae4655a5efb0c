import { HOUR, SECOND } from "@/lib/base/time/duration";
import type { ReclaimedJob, RunnerContact } from "@/lib/sources/jobs/job";
import { followRunners, type RunnersMemory } from "@/lib/sources/runners/follow";
import { isStuck, lateAfterSeconds, silentAfterSeconds } from "@/lib/sources/runners/limits";
import type { RunnerRegistry } from "@/lib/sources/runners/registry";
import type { OutOfContact, Runner, RunnerBecause, RunnerState } from "@/lib/sources/runners/runner";

export interface AssessmentContext {
  readonly source: string;
  readonly kind: string;
  /** The runners as they were at the previous poll, or as they are stored. */
  readonly registry: RunnerRegistry;
  /** By the same clock as the instants of the contacts. */
  readonly nowMs: number;
}

export interface RunnerAssessment {
  readonly after: RunnersMemory;
  readonly runners: readonly Runner[];
}

// Assigned three times within an hour: twice can be a restart.
const ASSIGNMENTS_MIN = 3;
const ASSIGNMENTS_WINDOW_MS = HOUR;

/**
 * Derives the state of each runner of a source from its last contact and its running jobs. A runner with heartbeats (GoodJob,
 * Procrastinate, Solid Queue, Hangfire) is presumed dead after its own system's limit. PeerTube's runners do not poll: an
 * idle one may have an old contact and be healthy, so the age of the contact alone is no fault (lastContact is written only
 * after a successful call, at most every 30 s; the websocket does not update it).
 * Whoever was silent with work, or did not ask for any, stays so until its next contact: that its server took the work back
 * is no recovery. `memory` is null at the first poll.
 */
export function assessRunners(
  memory: RunnersMemory | null,
  contacts: readonly RunnerContact[],
  context: AssessmentContext,
): RunnerAssessment {
  const after = followRunners(memory, contacts, context.nowMs);
  const runners = contacts.map((contact) => toRunner(contact, after, context));
  return { after, runners };
}

function toRunner(contact: RunnerContact, memory: RunnersMemory, context: AssessmentContext): Runner {
  const { lastContactMs } = contact;
  const silenceSeconds = lastContactMs === null ? null : Math.max(0, context.nowMs - lastContactMs) / SECOND;
  const reclaimed = memory.reclaimed.get(contact.name)?.job ?? null;
  const limitSeconds = silentAfterSeconds(contact, reclaimed);
  const now = stateOf(contact, { memory, reclaimed, nowMs: context.nowMs, silenceSeconds, limitSeconds });
  const before = context.registry.get(contact.name)?.runner.outOfContact ?? null;
  const held = before !== null && !isInContactSince(before, lastContactMs) ? before : null;
  const [state, because] = held === null ? now : stillOutOfContact(held, now);
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
    reclaimed,
    missingSinceMs: null,
    outOfContact: outOfContactAfter(held, [state, because], lastContactMs),
  };
}

// The source's clock is measured anew at each poll, and its instants move with it.
const CONTACT_SLACK_MS = 5 * SECOND;

const isInContactSince = ({ contactMs }: OutOfContact, lastContactMs: number | null): boolean =>
  lastContactMs !== null && lastContactMs - contactMs > CONTACT_SLACK_MS;

const SILENT_WITH_WORK: readonly RunnerBecause[] = ["no-contact-with-work", "job-reclaimed"];

type Assessed = readonly [RunnerState, RunnerBecause];

/** Its jobs may have been taken back meanwhile, or others may have done what it did not ask for. */
function stillOutOfContact({ state }: OutOfContact, now: Assessed): Assessed {
  if (SILENT_WITH_WORK.includes(now[1])) return now;
  return state === "silent" ? ["silent", "job-reclaimed"] : ["deaf", "work-waits-unasked"];
}

function outOfContactAfter(
  held: OutOfContact | null,
  [state, because]: Assessed,
  lastContactMs: number | null,
): OutOfContact | null {
  if (state === "deaf" || SILENT_WITH_WORK.includes(because)) {
    const contactMs = held?.contactMs ?? lastContactMs;
    return contactMs === null ? null : { state: state === "deaf" ? "deaf" : "silent", contactMs };
  }
  return null;
}

interface Evidence {
  readonly memory: RunnersMemory;
  readonly reclaimed: ReclaimedJob | null;
  readonly nowMs: number;
  readonly silenceSeconds: number | null;
  /** null: it has neither heartbeats nor a running job, so the age of its contact means nothing. */
  readonly limitSeconds: number | null;
}

/** The worst state that applies, in order of urgency. */
function stateOf(contact: RunnerContact, evidence: Evidence): Assessed {
  const { silenceSeconds, limitSeconds, memory, reclaimed, nowMs } = evidence;
  if (silenceSeconds === null) return ["unknown", "never-in-contact"];
  if (reclaimed !== null) return ["silent", "job-reclaimed"];
  if (limitSeconds !== null && silenceSeconds > limitSeconds) {
    return ["silent", contact.holding.length > 0 ? "no-contact-with-work" : "beat-stopped-idle"];
  }
  const stuck = contact.holding
    .map((job) => isStuck(job, memory, { silenceSeconds, nowMs }))
    .find((reason) => reason !== null);
  if (stuck !== undefined && stuck !== null) return ["stuck", stuck];
  if (isReassignedRepeatedly(contact.name, memory, nowMs)) return ["bouncing", "given-out-again"];
  if (isNotClaiming(contact)) return ["deaf", "work-waits-unasked"];
  if (limitSeconds !== null && silenceSeconds > lateAfterSeconds(limitSeconds)) return ["late", "update-overdue"];
  return contact.holding.length > 0 ? ["ok", "working"] : ["idle", "nothing-to-do"];
}

/** It has no job although one has been pending for long, and its last contact was before that job became pending. */
function isNotClaiming({ holding, lastContactMs, overduePendingMs }: RunnerContact): boolean {
  if (holding.length > 0 || overduePendingMs === null || lastContactMs === null) return false;
  return lastContactMs < overduePendingMs;
}

/**
 * A job last assigned to this runner was assigned repeatedly while no failure was reported: the server's watchdog reclaims
 * jobs without counting a failure, so only the changing start times show it.
 */
function isReassignedRepeatedly(name: string, memory: RunnersMemory, nowMs: number): boolean {
  return [...memory.jobs.values()].some(
    (job) =>
      job.runner === name && job.startsMs.filter((ms) => ms > nowMs - ASSIGNMENTS_WINDOW_MS).length >= ASSIGNMENTS_MIN,
  );
}
