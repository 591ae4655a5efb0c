import { HOUR } from "@/lib/base/time/duration";
import { unchangedSince } from "@/lib/base/time/elapsed";
import type { HeldJob, RunnerContact } from "@/lib/sources/jobs/job";

/** A job as remembered across polls, since a table row forgets each time the job is taken back. */
interface FollowedJob {
  /** Who holds it, or held it when it was last seen given out. */
  readonly runner: string;
  /** Different starts seen within the last hour while the reported failures stayed the same, oldest first. */
  readonly startsMs: readonly number[];
  readonly failures: number | null;
  readonly progress: number | null;
  /** Since when the progress has been what it is. */
  readonly progressSinceMs: number;
  readonly seenMs: number;
}

export interface RunnersMemory {
  readonly jobs: ReadonlyMap<string, FollowedJob>;
}

/** Bounces are counted within an hour, so a job not seen given out for as long has nothing left to tell. */
const FORGET_MS = HOUR;
/** More than any installation has runners times slots; beyond it the jobs longest unseen are forgotten first. */
const JOBS_MAX = 5_000;
/** Starts kept per job: a verdict needs three. */
const STARTS_MAX = 10;

/** Notes for each job held now who holds it, when it was given out, and since when its progress has stood still. */
export function followRunners(
  before: RunnersMemory | null,
  contacts: readonly RunnerContact[],
  nowMs: number,
): RunnersMemory {
  const jobs = new Map(
    [...(before?.jobs ?? [])]
      .filter(([, job]) => nowMs - job.seenMs < FORGET_MS)
      .map(([id, job]) => [id, aged(job, nowMs)]),
  );
  for (const contact of contacts) {
    for (const held of contact.holding) {
      const known = jobs.get(held.id) ?? null;
      // Set anew, so that the map's order is the order of last sight.
      jobs.delete(held.id);
      jobs.set(held.id, step(known, held, contact.name, nowMs));
    }
  }
  return { jobs: new Map([...jobs].slice(-JOBS_MAX)) };
}

const aged = (job: FollowedJob, nowMs: number): FollowedJob => ({
  ...job,
  startsMs: job.startsMs.filter((ms) => nowMs - ms < FORGET_MS),
});

function step(known: FollowedJob | null, held: HeldJob, runner: string, nowMs: number): FollowedJob {
  // A failure the runner reported explains why the job was given out again.
  const starts = known !== null && known.failures === held.failures ? known.startsMs : [];
  const again = known !== null && known.startsMs.at(-1) !== held.startedMs;
  const sameProgress = known !== null && !again && known.progress === held.progress;
  const fresh = held.startedMs !== null && !starts.includes(held.startedMs);
  return {
    runner,
    startsMs: (fresh && held.startedMs !== null ? [...starts, held.startedMs] : starts).slice(-STARTS_MAX),
    failures: held.failures,
    progress: held.progress,
    progressSinceMs: unchangedSince(known?.progressSinceMs ?? null, sameProgress, nowMs),
    seenMs: nowMs,
  };
}
