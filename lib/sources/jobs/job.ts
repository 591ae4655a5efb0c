import type { FailureCode } from "@/lib/base/errors/failure";
import type { WriteCounters } from "@/lib/sources/jobs/rollbacks";

/** How a count was obtained. `estimated` comes from the planner's statistics when the exact one is out of budget. */
export type Exactness = "exact" | "estimated";

/** What a job can be in, whatever its system calls it; what is none of these (cancelled, aborted) is counted nowhere. */
export const JOB_STATES = ["queued", "running", "retry", "failed", "done"] as const;
export type JobState = (typeof JOB_STATES)[number];
/** Rows in each state; null is "not measured". */
export type JobCounts = Readonly<Record<JobState, number | null>>;

/** The counts that `of` has for each state. */
export const countsOf = (of: (state: JobState) => number | null): JobCounts => ({
  queued: of("queued"),
  running: of("running"),
  retry: of("retry"),
  failed: of("failed"),
  done: of("done"),
});

/**
 * One queue of one source at one poll. Counts are rows; null is "not measured", never 0.
 * `countsAre` is `estimated` as soon as one number of the queue is.
 */
export interface JobQueue {
  readonly source: string;
  readonly kind: string;
  readonly queue: string;
  readonly counts: JobCounts;
  readonly countsAre: Exactness;
  readonly retry: { readonly due: number | null; readonly later: number | null };
  /** Seconds the oldest due job has waited past the time it could have run. */
  readonly oldestDueSeconds: number | null;
  /** Finished jobs per minute between this poll and the one before; null at the first. */
  readonly throughputPerMinute: number | null;
  readonly errors: readonly JobErrorGroup[];
  /** Jobs running for longer than the system's own limit. */
  readonly stuck: number | null;
  /** Retry rows that can never be stored because a twin holds their unique key (bitmagnet). */
  readonly conflicts: number | null;
  /** Jobs that wait for a parent that has ended and will never release them. Absent: its jobs have no parents. */
  readonly orphans?: number | null;
}

export interface JobErrorGroup {
  readonly group: string;
  readonly count: number;
  readonly lastSeenMs: number | null;
}

export type SourceState = "ok" | "unreachable" | "unauthorized" | "timeout" | "incompatible" | "starting";

/** A job as the runner page needs it. */
export interface HeldJob {
  readonly id: string;
  readonly type: string;
  readonly startedMs: number | null;
  readonly updatedMs: number | null;
  readonly progress: number | null;
  /** `completing`: the runner has handed over its result and the source is busy with it. */
  readonly phase: "processing" | "completing";
  /** Failures the runner itself reported; being taken away by a watchdog does not count here. */
  readonly failures: number | null;
}

/** What a hot standby says of itself. `behindSeconds` is null where it cannot be known. */
export interface Standby {
  readonly behindSeconds: number | null;
}

/** A runner row as its source knows it, before rules/runners decide on a state. */
export interface RunnerContact {
  readonly name: string;
  readonly lastContactMs: number | null;
  readonly holding: readonly HeldJob[];
  /** Whether the source has work of any type waiting that this runner could have taken, and since when. */
  readonly oldestPendingMs: number | null;
  /** Where contact is a heartbeat: seconds without one after which its own system holds it for dead. Absent: no beat. */
  readonly deadAfterSeconds?: number;
}

/** For a kind of which one process must hold a lock. Whether it does, and since when work has been due while none moved. */
export interface Leader {
  /** null: not known, as on a standby, which shows no locks of its primary. */
  readonly present: boolean | null;
  /** Epoch ms, as seen by us since we look; null while work moves or there is none. */
  readonly waitingSinceMs: number | null;
}

/** `Application`: what an application reports about itself; each kind of application has a type of its own. */
export interface SourceReading<Application = unknown> {
  readonly queues: readonly JobQueue[];
  /** null where the kind of source knows no runners. */
  readonly runners: readonly RunnerContact[] | null;
  /** Cumulative counter behind `throughputPerMinute`; null when the source has none. */
  readonly finishedTotal: number | null;
  /** The schema generation recognised, for the page. */
  readonly generation: string;
  /** When this was read, epoch ms of the observer's clock. */
  readonly atMs: number;
  /** How far the source's clock is ahead of the observer's, ms; already taken off every instant in this reading. */
  readonly clockAheadMs: number;
  /** The exact count ran out of budget: it is not asked for again before this instant. */
  readonly exactAgainMs: number | null;
  /** The answer was as long as is taken of one: there may be queues, or states of them, that are not in it. */
  readonly cut?: true;
  /** null: read from a primary. */
  readonly standby: Standby | null;
  /** Absent for tables. */
  readonly application?: Application;
  /** PostgreSQL's counters of the job table; null where they cannot be read. Absent: its kind knows no retries. */
  readonly writes?: WriteCounters | null;
  /** Absent: this kind knows no leader. */
  readonly leader?: Leader;
}

export type SourceOutcome<Application = unknown> =
  | { readonly ok: true; readonly reading: SourceReading<Application>; readonly durationMs: number }
  | {
      readonly ok: false;
      readonly state: Exclude<SourceState, "ok" | "starting">;
      readonly because: string;
      readonly code: FailureCode;
      readonly durationMs: number;
    };
