import type { FailureCode } from "@/lib/base/errors/failure";
import type { Reason } from "@/lib/base/messages/reason";
import { MINUTE } from "@/lib/base/time/duration";
import type { WriteCounters } from "@/lib/sources/jobs/rollbacks";

/**
 * How a count was obtained. `estimated`: from samples or the planner's statistics, when an exact count is out of
 * budget.
 */
export type Exactness = "exact" | "estimated";

/**
 * The states of a job, whatever its system calls them: `queued` could run now, `scheduled` has a time that has not come.
 * Jobs in any other state (cancelled, aborted) are not counted.
 */
export const JOB_STATES = ["queued", "running", "retry", "failed", "done", "scheduled"] as const;
export type JobState = (typeof JOB_STATES)[number];
/** Rows in each state; null is "not measured". */
export type JobCounts = Readonly<Record<JobState, number | null>>;

/** Calls `count` for each state. */
export const countsOf = (count: (state: JobState) => number | null): JobCounts => ({
  queued: count("queued"),
  running: count("running"),
  retry: count("retry"),
  failed: count("failed"),
  done: count("done"),
  scheduled: count("scheduled"),
});

/**
 * One queue of one source at one poll. Counts are rows; null is "not measured", never 0.
 * `countsAre` is `estimated` if any number of the queue is.
 */
export interface JobQueue {
  readonly source: string;
  readonly kind: string;
  readonly queue: string;
  readonly counts: JobCounts;
  readonly countsAre: Exactness;
  readonly retry: { readonly due: number | null; readonly later: number | null };
  /** Seconds since the oldest due job became due. */
  readonly oldestDueSeconds: number | null;
  /** Finished jobs per minute between the previous poll and this one; null at the first. */
  readonly throughputPerMinute: number | null;
  readonly errors: readonly JobErrorGroup[];
  /** Jobs running for longer than the system's own limit. */
  readonly stuck: number | null;
  /** Retry rows that can never be stored because another row holds their unique key (Bitmagnet). */
  readonly conflicts: number | null;
  /** Jobs waiting for a parent that has ended and will never release them. Absent: jobs of this kind have no parents. */
  readonly orphans?: number | null;
}

export interface JobErrorGroup {
  readonly group: string;
  readonly count: number;
  readonly lastSeenMs: number | null;
}

export type SourceState = "ok" | "unreachable" | "unauthorized" | "timeout" | "incompatible" | "starting";

/** A running job, as shown on the runners page. */
export interface HeldJob {
  readonly id: string;
  readonly type: string;
  readonly startedMs: number | null;
  readonly updatedMs: number | null;
  readonly progress: number | null;
  /** `completing`: the runner has delivered its result, and the source is processing it. */
  readonly phase: "processing" | "completing";
  /** Failures reported by the runner itself; a job reclaimed by a watchdog does not count. */
  readonly failures: number | null;
}

/** A hot standby. `behindSeconds`: its replication lag; null if unknown. */
export interface Standby {
  readonly behindSeconds: number | null;
}

/** A job that its system took from a runner without contact: it is pending again, held by another runner, or failed. */
export interface ReclaimedJob {
  readonly id: string;
  readonly type: string;
  readonly atMs: number;
}

/** A runner requests a job at once when notified (PeerTube: event `available-jobs`); five minutes are not the network. */
export const OVERDUE_MS = 5 * MINUTE;

/** A runner as its source reports it, before `runners/assess` derives a state. */
export interface RunnerContact {
  readonly name: string;
  readonly lastContactMs: number | null;
  readonly holding: readonly HeldJob[];
  /**
   * Since when the newest of the jobs that have been pending for `OVERDUE_MS` has been pending; null if none has. A runner
   * that is in contact with its system has requested a job since.
   */
  readonly overduePendingMs: number | null;
  /** Jobs that it held at the reading before, and that its system ended without it. Absent: its system does not do that. */
  readonly reclaimed?: readonly ReclaimedJob[];
  /**
   * If contact is a heartbeat: seconds without one after which the system itself presumes it dead. Absent: no
   * heartbeat.
   */
  readonly deadAfterSeconds?: number;
}

/** For kinds in which one process must hold a lock: whether one does, and since when due jobs have not been processed. */
export interface Leader {
  /** null: unknown, as on a standby, which does not show the locks of its primary. */
  readonly present: boolean | null;
  /** Epoch ms, first observed; null while jobs are processed or none is due. */
  readonly waitingSinceMs: number | null;
}

/** `Application`: what an application reports about itself; each kind of application has a type of its own. */
export interface SourceReading<Application = unknown> {
  readonly queues: readonly JobQueue[];
  /** null if this kind of source has no runners. */
  readonly runners: readonly RunnerContact[] | null;
  /** Cumulative counter behind `throughputPerMinute`; null when the source has none. */
  readonly finishedTotal: number | null;
  /** The detected generation of the schema, for display. */
  readonly generation: string;
  /** The versions of the system that are read, as text for people. Absent: it has none. */
  readonly versions?: string;
  /** When this was read, epoch ms of our clock. */
  readonly atMs: number;
  /** What this schema cannot give, as that of an older version; absent: nothing. The numbers concerned are null. */
  readonly lacks?: readonly Reason[];
  /** Which jobs are counted in no state, or where they are not expected. Absent: none. */
  readonly omits?: Reason;
  /** How far the source's clock is ahead of ours, ms; already subtracted from every instant in this reading. */
  readonly clockAheadMs: number;
  /** The exact count ran out of budget: it is not repeated before this instant. */
  readonly exactAgainMs: number | null;
  /** The answer was truncated at its maximum length: queues, or states of them, may be missing. */
  readonly cut?: true;
  /** null: read from a primary. */
  readonly standby: Standby | null;
  /** Absent for tables. */
  readonly application?: Application;
  /** PostgreSQL's counters of the job table; null if they cannot be read. Absent: this kind has no retries. */
  readonly writes?: WriteCounters | null;
  /** Absent: this kind has no leader. */
  readonly leader?: Leader;
}

export type SourceOutcome<Application = unknown> =
  | { readonly ok: true; readonly reading: SourceReading<Application>; readonly durationMs: number }
  | {
      readonly ok: false;
      readonly state: Exclude<SourceState, "ok" | "starting">;
      readonly reason: Reason;
      readonly code: FailureCode;
      readonly durationMs: number;
    };
