import type { Kysely } from "kysely";
import type { SignalHistory } from "@/lib/alerts/backtest/history";
import type { RuleThresholds } from "@/lib/alerts/backtest/select-instances";
import type { Rule } from "@/lib/alerts/model/rule";
import type { Signal } from "@/lib/base/signals/catalogue";
import type { Labels } from "@/lib/base/signals/labels";
import type { BucketPoint } from "@/lib/storage/history/buckets";
import type { Schema } from "@/lib/storage/schema/schema";

export interface HistoryRange {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface HistoryRequest extends HistoryRange {
  readonly signal: Signal;
  /** Only instances that carry all of these labels. */
  readonly labels: Labels;
}

/** In buckets of equal length. */
export interface BucketResolution {
  /** Buckets wanted; at most 300 are given. */
  readonly points: number;
}

/** As stored. The rule's matchers select instances; its thresholds decide which of too many matter. */
export interface RuleResolution {
  readonly rule: RuleThresholds & Pick<Rule, "match">;
}

export interface Series {
  readonly labels: Labels;
  readonly points: readonly BucketPoint[];
}

export interface Chart {
  readonly stepMs: number;
  /** The five with the greatest maximum, greatest first, then one `{ other: "<n>" }` that sums the n others. */
  readonly series: readonly Series[];
}

/** Where the signals of one stored kind are read from. */
export interface HistorySource {
  /**
   * A bucket is never shorter than two polls, so that an empty one means that nothing was measured, and not that no
   * poll happened to fall into it.
   */
  readonly chart: (db: Kysely<Schema>, request: HistoryRequest, resolution: BucketResolution) => Promise<Chart>;
  readonly instances: (
    db: Kysely<Schema>,
    request: HistoryRequest,
    rule: RuleResolution["rule"],
  ) => Promise<SignalHistory>;
}
