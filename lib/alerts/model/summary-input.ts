import type { Condition } from "@/lib/alerts/model/condition";
import type { Context } from "@/lib/alerts/model/reading";
import type { Labels } from "@/lib/base/signals/labels";

/** How the alert stands: still open, or why it ended. */
export type AlertOutcome = "open" | "cleared" | "gone" | "no-rule";

export interface SummaryInput {
  /** The rule's id. */
  readonly rule: string;
  /** What of which signal is compared; absent: the value itself. */
  readonly condition?: Condition;
  readonly signal?: string;
  readonly labels: Labels;
  /** In the signal's unit; null is "not measured". */
  readonly value: number | null;
  readonly threshold: number;
  /**
   * What the sentence can use where it is measured, durations in seconds:
   * - heartbeat-late: `name`, `silenceSeconds`, `timeoutSeconds`, `closeInFromSeconds`, `closeInToSeconds`;
   *   `sessionsOpen` and `reason` once it ended
   * - client-flapping: `name`, `reason` (why its last session ended)
   * - client-lost: `name`, `reason`, `endedMs` and `nowMs` (epoch)
   * - all of a source's: `kind`, `generation`
   * - retry-backlog, retry-not-draining, retry-conflict-loop, jobs-not-taken: `due`, `later`, `oldestDueSeconds`,
   *   `waiting`, `conflicts`, `cause`; of a conflict loop `updates`, `rollbacks`, `windowSeconds`
   * - application-redialing, pipeline-broken: `pipelines` (those the broker shows apart); pipeline-*: `client`
   * - leader-absent: `waiting`; of Kyoo's also `leader`
   * - runner-silent and all of a runner's: `name`, `silenceSeconds`, `limitSeconds`, `jobsRunning`, `because`,
   *   `missingSeconds`
   * - runners-short: `present`, `expected`
   * - clients-not-back: `missing` (names, the first of them), `missingMore` (how many others), `went`, `back`, `wentMs`
   *   and `nowMs` (epoch)
   * - broker-unreachable, source-unreachable: `because`
   * - client-not-consuming, client-consumers-gone: `ready`, `queues`, `consumers`, `consumersExpected`, `channels`
   * - client-publish-silent: `gapSeconds`, `publishedSeconds`
   * - client-unacked-pinned: `unacked`
   * - client-connections-leaked: `usually`; `sessionsOpen`
   * - client-blocked, broker-alarm: `memoryAlarm`, `diskAlarm` (names of nodes)
   * - all of a client's: `product`, `platform`
   * - rates and forecasts: `valueNow`, `slopePerMinute`
   */
  readonly context: Context;
  readonly outcome: AlertOutcome;
  /** From the start of the alert to its end; only said of alerts that ended. */
  readonly lastedMs: number;
}

/** What an alert's sentence needs beside the alert's own fields. */
export type SummaryFacts = Omit<SummaryInput, "rule" | "labels" | "value" | "threshold">;
