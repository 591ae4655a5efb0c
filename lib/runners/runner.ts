import type { HeldJob } from "@/lib/jobs/job";

export type RunnerState = "ok" | "idle" | "late" | "silent" | "deaf" | "stuck" | "bouncing" | "unknown";

export interface Runner {
  readonly id: string;
  readonly source: string;
  readonly kind: string;
  readonly name: string;
  readonly state: RunnerState;
  /** Machine word for why: pages and alerts say it in words. */
  readonly because: string;
  readonly lastContactMs: number | null;
  readonly silenceSeconds: number | null;
  /** The silence at which this runner counts as silent, seconds; null where age alone says nothing. */
  readonly limitSeconds: number | null;
  readonly jobsRunning: number;
  readonly holding: readonly HeldJob[];
}
