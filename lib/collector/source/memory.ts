import type { Reason } from "@/lib/base/messages/reason";
import type { Trend } from "@/lib/base/time/trend";
import {
  type ApplicationFacts,
  type ApplicationMemory,
  type ApplicationSignals,
  NO_APPLICATION_SIGNALS,
  type QueueSignals,
} from "@/lib/collector/source/follow-application";
import type { FailingMemory } from "@/lib/sources/jobs/failing";
import type { SourceReading, SourceState } from "@/lib/sources/jobs/job";
import type { PickupMemory } from "@/lib/sources/jobs/pickup";
import type { RetryPeaks } from "@/lib/sources/jobs/retries-left";
import { NO_ROLLBACKS, type RollbackMemory, type Rollbacks } from "@/lib/sources/jobs/rollbacks";
import type { FollowedJobs } from "@/lib/sources/jobs/signals";
import type { StalledMemory } from "@/lib/sources/jobs/stalled";
import type { RunnersMemory } from "@/lib/sources/runners/follow";
import type { RunnerRegistry } from "@/lib/sources/runners/registry";
import type { Runner } from "@/lib/sources/runners/runner";

/** The memory of one source between two polls. Replaced as a whole once a tick is saved. */
export interface SourceMemory {
  readonly source: string;
  readonly kind: string;
  readonly state: SourceState;
  readonly stateSinceMs: number;
  readonly reason: Reason | null;
  readonly reading: SourceReading<ApplicationFacts> | null;
  readonly runnersMemory: RunnersMemory | null;
  /** Present and missing runners. */
  readonly runners: readonly Runner[];
  readonly registry: RunnerRegistry;
  /** How many runners the configuration expects; null: any number. */
  readonly runnersExpected: number | null;
  readonly stalled: StalledMemory;
  readonly retryPeaks: RetryPeaks;
  readonly pickup: PickupMemory;
  readonly failing: FailingMemory;
  /** What was derived from the last reading, by queue. */
  readonly followed: ReadonlyMap<string, FollowedJobs>;
  /** For applications; tables have none. */
  readonly application: ApplicationMemory | null;
  readonly applicationSignals: ApplicationSignals;
  readonly queueSignals: ReadonlyMap<string, QueueSignals>;
  /** Since when an application that answered before has not been reachable, epoch ms; null while it is. */
  readonly goneSinceMs: number | null;
  readonly rollbackMemory: RollbackMemory;
  /** Rollbacks among the updates of the job table over the last minutes; null where not measured. */
  readonly rollbacks: Rollbacks | null;
  /** Since when no leader has held the lock while work waits, epoch ms; null while one does, or it is not known. */
  readonly leaderlessSinceMs: number | null;
  /** How fast the due retries of each queue have grown over the last minutes. */
  readonly growth: ReadonlyMap<string, Trend>;
  /** The same for all jobs that wait. */
  readonly waiting: ReadonlyMap<string, Trend>;
  /** The same for the error groups of each queue. */
  readonly errors: ReadonlyMap<string, ReadonlyMap<string, Trend>>;
  /**
   * The first reading of a source with open alerts and without a stored memory: what it shows may have lasted for longer.
   * null: it is known since when, or nothing was alerted.
   */
  readonly unknownBeforeMs: number | null;
  readonly lastPollMs: number | null;
  readonly pollDurationMs: number | null;
  readonly pollIntervalMs: number;
}

/** The memory of a source before its first poll. `registry` holds the runners that are stored. */
export const firstSourceMemory = (
  source: Pick<SourceMemory, "source" | "kind" | "pollIntervalMs" | "runnersExpected" | "registry">,
  nowMs: number,
): SourceMemory => ({
  ...source,
  state: "starting",
  stateSinceMs: nowMs,
  reason: null,
  reading: null,
  runnersMemory: null,
  runners: [],
  stalled: new Map(),
  retryPeaks: new Map(),
  pickup: new Map(),
  failing: new Map(),
  followed: new Map(),
  application: null,
  applicationSignals: NO_APPLICATION_SIGNALS,
  queueSignals: new Map(),
  leaderlessSinceMs: null,
  goneSinceMs: null,
  rollbackMemory: NO_ROLLBACKS,
  rollbacks: null,
  growth: new Map(),
  waiting: new Map(),
  errors: new Map(),
  unknownBeforeMs: null,
  lastPollMs: null,
  pollDurationMs: null,
});
