import { HOUR } from "@/lib/base/time/duration";
import { unchangedSince } from "@/lib/base/time/elapsed";
import type { HeldJob, ReclaimedJob, RunnerContact } from "@/lib/sources/jobs/job";

/** A job as tracked across polls, since a table row is reset each time the job is reclaimed. */
interface FollowedJob {
  /** The runner that has it, or had it when it was last assigned. */
  readonly runner: string;
  /** Distinct start times within the last hour while the reported failures stayed the same, oldest first. */
  readonly startsMs: readonly number[];
  readonly failures: number | null;
  readonly progress: number | null;
  /** Since when the progress has been unchanged. */
  readonly progressSinceMs: number;
  readonly seenMs: number;
}

/** The job that its system took from a runner without contact, and the last contact (epoch ms) at that time. */
export interface Reclaimed {
  readonly job: ReclaimedJob;
  readonly contactMs: number;
}

export interface RunnersMemory {
  readonly jobs: ReadonlyMap<string, FollowedJob>;
  /** By the name of the runner, until it is in contact again or is no longer listed. */
  readonly reclaimed: ReadonlyMap<string, Reclaimed>;
}

/** Assignments are counted within an hour, so a job that has not been assigned for as long is dropped. */
const FORGET_MS = HOUR;
/** More than any installation has runners times slots; beyond it, the jobs seen longest ago are dropped first. */
const JOBS_MAX = 5_000;
/** Start times stored for each job: a decision needs three. */
const STARTS_MAX = 10;

/** Records for each running job its runner, its start times, and since when its progress has been unchanged. */
export function followRunners(
  before: RunnersMemory | null,
  contacts: readonly RunnerContact[],
  nowMs: number,
): RunnersMemory {
  const jobs = new Map(
    [...(before?.jobs ?? [])]
      .filter(([, job]) => nowMs - job.seenMs < FORGET_MS)
      .map(([id, job]) => [id, withRecentStarts(job, nowMs)]),
  );
  for (const contact of contacts) {
    for (const held of contact.holding) {
      const known = jobs.get(held.id) ?? null;
      // Deleted and set again, so that the map is ordered by when the jobs were last seen.
      jobs.delete(held.id);
      jobs.set(held.id, step(known, held, contact.name, nowMs));
    }
  }
  return { jobs: new Map([...jobs].slice(-JOBS_MAX)), reclaimed: followReclaimed(before, contacts) };
}

function followReclaimed(before: RunnersMemory | null, contacts: readonly RunnerContact[]): RunnersMemory["reclaimed"] {
  return new Map(
    contacts.flatMap(({ name, lastContactMs, reclaimed = [] }): [string, Reclaimed][] => {
      const known = before?.reclaimed.get(name);
      if (lastContactMs === null) return [];
      if (known !== undefined && lastContactMs <= known.contactMs) return [[name, known]];
      const [job] = reclaimed;
      return job === undefined ? [] : [[name, { job, contactMs: lastContactMs }]];
    }),
  );
}

const withRecentStarts = (job: FollowedJob, nowMs: number): FollowedJob => ({
  ...job,
  startsMs: job.startsMs.filter((ms) => nowMs - ms < FORGET_MS),
});

function step(known: FollowedJob | null, held: HeldJob, runner: string, nowMs: number): FollowedJob {
  // A failure that the runner reported explains why the job was assigned again.
  const starts = known !== null && known.failures === held.failures ? known.startsMs : [];
  const restarted = known !== null && known.startsMs.at(-1) !== held.startedMs;
  const sameProgress = known !== null && !restarted && known.progress === held.progress;
  const isNewStart = held.startedMs !== null && !starts.includes(held.startedMs);
  return {
    runner,
    startsMs: (isNewStart && held.startedMs !== null ? [...starts, held.startedMs] : starts).slice(-STARTS_MAX),
    failures: held.failures,
    progress: held.progress,
    progressSinceMs: unchangedSince(known?.progressSinceMs ?? null, sameProgress, nowMs),
    seenMs: nowMs,
  };
}
