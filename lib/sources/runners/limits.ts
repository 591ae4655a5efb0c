import { MINUTE, SECOND } from "@/lib/base/time/duration";
import type { HeldJob, ReclaimedJob, RunnerContact } from "@/lib/sources/jobs/job";
import type { RunnersMemory } from "@/lib/sources/runners/follow";

/**
 * Time limits. Runners with heartbeats have their system's own limit (`deadAfterSeconds`). The numbers here are for PeerTube,
 * from its own intervals (server and runner code, v5.2 to 8.x): a working runner updates each job every 60 s, live jobs with
 * every chunk; contact is written at most every 30 s.
 */

// Two updates missed: the server itself takes a job back after 2 min without one.
const SILENT_SECONDS = 120;
// Live chunks are sent every few seconds: twice the 30 s at which contact is written.
const SILENT_LIVE_SECONDS = 60;
// The share of the limit that healthy runners never reach: 80 s of 120, 40 s of 60.
const LATE_SHARE = 2 / 3;
// The server reclaims a job without an update after 30 s (live) or 2 min; a minute later, its watchdog has missed it.
const STALLED_LIVE_MS = 90 * SECOND;
const STALLED_MS = 3 * MINUTE;
// A job without updates is stuck if its runner is in contact; otherwise the runner itself is silent.
const IN_CONTACT_SECONDS = 90;
// An encoder that has reported the same percentage for a quarter of an hour.
const SAME_PROGRESS_MS = 15 * MINUTE;
const COMPLETING_MS = 30 * MINUTE;

const isLive = (job: Pick<HeldJob, "type">): boolean => job.type.startsWith("live-");

/**
 * After how many seconds without contact a runner is silent: its own system's limit if it has heartbeats; otherwise by its
 * running jobs and the one that its system took from it, and null without any.
 */
export function silentAfterSeconds(
  { holding, deadAfterSeconds }: RunnerContact,
  reclaimed: ReclaimedJob | null,
): number | null {
  if (deadAfterSeconds !== undefined) return deadAfterSeconds;
  const held = holding.filter((job) => job.phase === "processing");
  const processing = reclaimed === null ? held : [...held, reclaimed];
  if (processing.length === 0) return null;
  return processing.some(isLive) ? SILENT_LIVE_SECONDS : SILENT_SECONDS;
}

export const lateAfterSeconds = (limitSeconds: number): number => limitSeconds * LATE_SHARE;

/** Why a job makes no progress although its runner is in contact; null if it does. */
export function isStuck(
  job: HeldJob,
  memory: RunnersMemory,
  now: { readonly silenceSeconds: number; readonly nowMs: number },
): "job-not-updated" | "progress-unchanged" | "completing-too-long" | null {
  const unchangedMs = job.updatedMs === null ? 0 : now.nowMs - job.updatedMs;
  if (job.phase === "completing") return unchangedMs > COMPLETING_MS ? "completing-too-long" : null;
  const stalledMs = isLive(job) ? STALLED_LIVE_MS : STALLED_MS;
  if (unchangedMs > stalledMs && now.silenceSeconds < IN_CONTACT_SECONDS) return "job-not-updated";
  const known = memory.jobs.get(job.id);
  // A finished job reports 100 while it uploads, which takes long on a slow line.
  if (known === undefined || job.progress === null || job.progress >= 100 || isLive(job)) return null;
  return now.nowMs - known.progressSinceMs > SAME_PROGRESS_MS && unchangedMs <= stalledMs ? "progress-unchanged" : null;
}
