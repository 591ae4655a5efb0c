import type { HeldJob } from "@/lib/sources/jobs/job";

/** `missing`: it was there, and its source no longer lists it. */
export type RunnerState = "ok" | "idle" | "late" | "silent" | "deaf" | "stuck" | "bouncing" | "missing" | "unknown";

export interface Runner {
  readonly id: string;
  readonly source: string;
  readonly kind: string;
  readonly name: string;
  readonly state: RunnerState;
  /** Machine word for why: pages and alerts say it in words. */
  readonly because: RunnerBecause;
  readonly lastContactMs: number | null;
  readonly silenceSeconds: number | null;
  /** The silence at which this runner counts as silent, seconds; null where age alone says nothing. */
  readonly limitSeconds: number | null;
  readonly jobsRunning: number;
  /** What it holds, or held when it was last there. After a restart of ours only the number is known of the missing. */
  readonly holding: readonly HeldJob[];
  /** When a missing runner was last there, epoch ms; null for the others. */
  readonly missingSinceMs: number | null;
}

export type RunnerBecause =
  | "working"
  | "nothing-to-do"
  | "update-overdue"
  | "no-contact-with-work"
  | "beat-stopped-idle"
  | "work-waits-unasked"
  | "job-not-updated"
  | "progress-unchanged"
  | "completing-too-long"
  | "given-out-again"
  | "never-in-contact"
  | "gone-with-work"
  | "gone-idle"
  | "before-restart";
