import "server-only";
import type { Kysely } from "kysely";
import type { SignalHistory } from "@/lib/alerts/backtest/history";
import type { Signal } from "@/lib/base/signals/catalogue";
import type {
  BucketResolution,
  Chart,
  HistoryRequest,
  HistorySource,
  RuleResolution,
} from "@/lib/storage/history/source";
import { clientMinutes } from "@/lib/storage/history/sources/client-minutes";
import { sampled } from "@/lib/storage/history/sources/sampled";
import { sessionEvents } from "@/lib/storage/history/sources/session-events";
import type { Schema } from "@/lib/storage/schema/schema";

const SOURCES: Record<Signal["stored"], HistorySource> = { sampled, minutes: clientMinutes, counted: sessionEvents };

/**
 * The history of one signal, wherever its kind is stored: in buckets, as a chart draws it, or as the stored rows of the
 * instances that a rule selects, as a back-test and a restart evaluate them. Both are bounded in rows and instances.
 */
export function readHistory(db: Kysely<Schema>, request: HistoryRequest, resolution: BucketResolution): Promise<Chart>;
export function readHistory(
  db: Kysely<Schema>,
  request: HistoryRequest,
  resolution: RuleResolution,
): Promise<SignalHistory>;
export function readHistory(
  db: Kysely<Schema>,
  request: HistoryRequest,
  resolution: BucketResolution | RuleResolution,
): Promise<Chart | SignalHistory> {
  const source = SOURCES[request.signal.stored];
  return "points" in resolution
    ? source.chart(db, request, resolution)
    : source.instances(db, request, resolution.rule);
}
