import { MINUTE, SECOND } from "@/lib/base/time/duration";
import type { HeldJob, RunnerContact } from "@/lib/sources/jobs/job";
import type { RunnersMemory } from "@/lib/sources/runners/follow";

/**
 * How long is too long. Whoever beats has its system's own limit (`deadAfterSeconds`); the numbers here are PeerTube's, from its own intervals (server and runner code, v5.2 to 8.x): a runner at work updates
 * each job every 60 s, live jobs with every chunk; contact is written at most every 30 s.
 */

// Three updates missed.
const SILENT_SECONDS = 180;
// Live chunks come every few seconds: the 30 s throttle twice.
const SILENT_LIVE_SECONDS = 60;
// Of the limit, what even throttled updates never reach: 120 s of 180, 40 s of 60.
const LATE_SHARE = 2 / 3;
// The server takes a job without an update back after 30 s (live) or 2 min; a minute on, its watchdog has missed it.
const STALLED_LIVE_MS = 90 * SECOND;
const STALLED_MS = 3 * MINUTE;
// A job nobody updates while its runner is in contact stands; one whose runner is away is the runner's matter.
const IN_CONTACT_SECONDS = 90;
// An encoder that reports the same per cent for a quarter of an hour while it still reports.
const SAME_PROGRESS_MS = 15 * MINUTE;
const COMPLETING_MS = 30 * MINUTE;

const isLive = (job: Pick<HeldJob, "type">): boolean => job.type.startsWith("live-");

/**
 * The silence (s) from which a runner counts as silent: the limit of its own system where it beats, whatever it holds;
 * else by its work, and null without any.
 */
export function silentAfterSeconds({ holding, deadAfterSeconds }: RunnerContact): number | null {
  if (deadAfterSeconds !== undefined) return deadAfterSeconds;
  const processing = holding.filter((job) => job.phase === "processing");
  if (processing.length === 0) return null;
  return processing.some(isLive) ? SILENT_LIVE_SECONDS : SILENT_SECONDS;
}

export const lateAfterSeconds = (limitSeconds: number): number => limitSeconds * LATE_SHARE;

/** Why a job stands still although its runner is there; null when it does not. */
export function isStuck(
  job: HeldJob,
  memory: RunnersMemory,
  at: { readonly silenceSeconds: number; readonly nowMs: number },
): "job-not-updated" | "progress-unchanged" | "completing-too-long" | null {
  const unchangedMs = job.updatedMs === null ? 0 : at.nowMs - job.updatedMs;
  if (job.phase === "completing") return unchangedMs > COMPLETING_MS ? "completing-too-long" : null;
  const stalledMs = isLive(job) ? STALLED_LIVE_MS : STALLED_MS;
  if (unchangedMs > stalledMs && at.silenceSeconds < IN_CONTACT_SECONDS) return "job-not-updated";
  const known = memory.jobs.get(job.id);
  // A finished encode reports 100 while it uploads, which takes as long as the line is slow.
  if (known === undefined || job.progress === null || job.progress >= 100 || isLive(job)) return null;
  return at.nowMs - known.progressSinceMs > SAME_PROGRESS_MS && unchangedMs <= stalledMs ? "progress-unchanged" : null;
}
