import type { Labels } from "@/lib/base/signals/labels";

/** The stored rows of one instance of a signal in the order of time, each with its least and greatest value. */
export interface InstanceHistory {
  readonly labels: Labels;
  readonly rows: readonly HistoryRow[];
}

/** [epoch ms, least, greatest, average]; null where it was not measured. A sample has the same value three times. */
export type HistoryRow = readonly [atMs: number, least: number | null, greatest: number | null, average: number | null];

/**
 * The source of a history: `samples` as they were polled; `minutes`, each with its extremes; `sessions`, from which
 * reconnects are counted; `trouble`, the minutes of clients in trouble: no others are stored for clients.
 */
export type HistoryResolution = "samples" | "minutes" | "sessions" | "trouble";

export interface SignalHistory {
  readonly resolution: HistoryResolution;
  readonly instances: readonly InstanceHistory[];
  /** Whether the brokers or sources of the instances were reachable: 1 or 0, by their own label. */
  readonly seen: readonly InstanceHistory[];
  /** Matching instances that were not read, since there are too many. */
  readonly left: number;
}
