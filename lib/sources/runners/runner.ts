import type { HeldJob, ReclaimedJob } from "@/lib/sources/jobs/job";

/** `missing`: its source listed it before and no longer does. */
export type RunnerState = "ok" | "idle" | "late" | "silent" | "deaf" | "stuck" | "bouncing" | "missing" | "unknown";

export interface Runner {
  readonly id: string;
  readonly source: string;
  readonly kind: string;
  readonly name: string;
  readonly state: RunnerState;
  /** A code; pages and alerts have the text. */
  readonly because: RunnerBecause;
  readonly lastContactMs: number | null;
  readonly silenceSeconds: number | null;
  /** Seconds without contact after which this runner is silent; null if the age alone means nothing. */
  readonly limitSeconds: number | null;
  readonly jobsRunning: number;
  /**
   * Its running jobs, now or when it was last seen. After our own restart only their number is known for missing
   * runners.
   */
  readonly holding: readonly HeldJob[];
  /** The job that its system took from it, while it has not been in contact since. */
  readonly reclaimed: ReclaimedJob | null;
  /** When a missing runner was last seen, epoch ms; null for the others. */
  readonly missingSinceMs: number | null;
  /** It was silent with work, or not asking for any, and has not been in contact since; null otherwise. */
  readonly outOfContact: OutOfContact | null;
}

export interface OutOfContact {
  readonly state: "silent" | "deaf";
  /** Its last contact then, epoch ms. */
  readonly contactMs: number;
}

export type RunnerBecause =
  | "working"
  | "nothing-to-do"
  | "update-overdue"
  | "no-contact-with-work"
  | "job-reclaimed"
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
