import type { Labels } from "@/lib/base/signals/labels";

/** What is stored of one instance of a signal: rows in the order of time, each with its least and greatest value. */
export interface InstanceHistory {
  readonly labels: Labels;
  readonly rows: readonly HistoryRow[];
}

/** [epoch ms, least, greatest, average]; null where it was not measured. Of a sample all three are the same. */
export type HistoryRow = readonly [atMs: number, least: number | null, greatest: number | null, average: number | null];

/**
 * Where a history comes from: `samples` as they were polled; `minutes`, each with its extremes; `sessions`, of which
 * reconnects are counted; `trouble`, the minutes of clients in trouble, which are all that is stored of theirs.
 */
export type Resolution = "samples" | "minutes" | "sessions" | "trouble";

export interface SignalHistory {
  readonly resolution: Resolution;
  readonly instances: readonly InstanceHistory[];
  /** Whether the brokers or sources of the instances could be seen: 1 or 0, by their own label. */
  readonly seen: readonly InstanceHistory[];
  /** Matching instances that were not read, since there are too many. */
  readonly left: number;
}
