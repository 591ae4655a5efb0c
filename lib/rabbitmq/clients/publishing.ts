import { DAY, HOUR, MINUTE } from "@/lib/base/time/duration";
import { accumulate, type Elapsed, skipInterval } from "@/lib/base/time/elapsed";

/** A client's publishing pattern, from the snapshots of its channels. */
export interface PublishingState {
  /** Since its last observed publication; null: none observed. */
  readonly silence: Elapsed | null;
  readonly publishedMs: number | null;
  /** Between two snapshots with publications, ms, the latest last. */
  readonly gapsMs: readonly number[];
  /** Their median, ms; null without a pattern. */
  readonly usualGapMs: number | null;
  /** Since the last observed delivery to it; null: none observed. */
  readonly delivery: Elapsed | null;
  /** It has stopped publishing against its pattern although it receives messages. */
  readonly silent: boolean;
}

export const NOT_PUBLISHING: PublishingState = {
  silence: null,
  publishedMs: null,
  gapsMs: [],
  usualGapMs: null,
  delivery: null,
  silent: false,
};

const GAPS_MAX = 30;
/** Fewer are no pattern: a worker may publish a message or two only at its start. */
const GAPS_MIN = 5;
/** Silence is unusual beyond this many median gaps (from FastStream's incident). */
const GAPS_SILENT = 10;
/** A client that has not published for longer than this when work arrives has not just stopped. */
const PUBLISHED_RECENTLY_MS = HOUR;
/** Longer than the slowest interval of channel snapshots (6 × an answer of 15 s). */
const DELIVERED_RECENTLY_MS = 2 * MINUTE;
const PATTERN_TTL_MS = DAY;

export interface PublishingObserved {
  /** Messages since the previous snapshot; null is not measured. */
  readonly published: number | null;
  readonly delivered: number | null;
  /** It has as many unacknowledged messages as it may, and acknowledges none. */
  readonly pinned: boolean;
}

/** Adds one snapshot of its channels. */
export function followPublishing(
  before: PublishingState,
  observed: PublishingObserved,
  nowMs: number,
): PublishingState {
  const delivery = since(before.delivery, observed.delivered, nowMs);
  const silence = since(before.silence, observed.published, nowMs);
  if (observed.published !== null && observed.published > 0) {
    const gaps = before.silence === null ? [] : [...before.gapsMs, accumulate(before.silence, nowMs).ms];
    const gapsMs = gaps.length > GAPS_MAX ? gaps.slice(1) : gaps;
    return { silence, publishedMs: nowMs, gapsMs, usualGapMs: medianGapMs(gapsMs), delivery, silent: false };
  }
  const expired = before.publishedMs !== null && nowMs - before.publishedMs > PATTERN_TTL_MS;
  if (silence === null || expired) return { ...NOT_PUBLISHING, delivery };
  const working = observed.pinned || (delivery !== null && delivery.ms <= DELIVERED_RECENTLY_MS);
  const unusual = before.usualGapMs !== null && silence.ms > GAPS_SILENT * before.usualGapMs;
  const stopped = before.silent || silence.ms <= PUBLISHED_RECENTLY_MS;
  return { ...before, silence, delivery, silent: working && unusual && stopped };
}

function medianGapMs(gapsMs: readonly number[]): number | null {
  if (gapsMs.length < GAPS_MIN) return null;
  return gapsMs.toSorted((a, b) => a - b)[Math.floor(gapsMs.length / 2)] ?? null;
}

/** How long it has been silent against its pattern, s; null without one. */
export function publishStalledSeconds(publishing: PublishingState): number | null {
  if (publishing.usualGapMs === null || publishing.silence === null) return null;
  return publishing.silent ? publishing.silence.ms / 1_000 : 0;
}

/** From when on its silence is unusual, s; null without a pattern. */
export const publishLimitSeconds = ({ usualGapMs }: PublishingState): number | null =>
  usualGapMs === null ? null : (GAPS_SILENT * usualGapMs) / 1_000;

/** Whether it published within the last hour. */
export const publishedRecently = ({ silence }: PublishingState): boolean =>
  silence !== null && silence.ms <= PUBLISHED_RECENTLY_MS;

function since(before: Elapsed | null, messages: number | null, nowMs: number): Elapsed | null {
  if (messages === null) return skipInterval(before, nowMs);
  if (messages > 0) return accumulate(null, nowMs);
  return before === null ? null : accumulate(before, nowMs);
}
