import { DAY, HOUR, MINUTE } from "@/lib/base/time/duration";
import { accumulate, type Elapsed, skipInterval } from "@/lib/base/time/elapsed";

/** A client's habit of publishing, as the looks at its channels show it. */
export interface PublishingState {
  /** Since it was last seen to publish; null: never seen. */
  readonly silence: Elapsed | null;
  readonly publishedMs: number | null;
  /** Between two looks that saw it publish, ms, the latest last. */
  readonly gapsMs: readonly number[];
  /** Their median, ms; null without a habit. */
  readonly usualGapMs: number | null;
  /** Since it was last seen to be given a message; null: never seen. */
  readonly delivery: Elapsed | null;
  /** Silent against its habit although it is given work. */
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
/** Fewer are no habit: a message or two at the start of a worker promise nothing. */
const GAPS_MIN = 5;
/** Silence is unusual beyond this many of its median gaps (facts of FastStream's incident). */
const GAPS_SILENT = 10;
/** Whoever has not published for longer than this when work comes is not one who has just stopped. */
const PUBLISHED_LATELY_MS = HOUR;
/** Longer than the slowest beat at which channels are looked at (6 × an answer of 15 s). */
const DELIVERED_LATELY_MS = 2 * MINUTE;
const HABIT_FOR_MS = DAY;

export interface PublishingObserved {
  /** Messages since the look before; null is not measured. */
  readonly published: number | null;
  readonly delivered: number | null;
  /** Every message it may hold is held, and none is acknowledged. */
  readonly pinned: boolean;
}

/** (habit, what one look at its channels saw, now) → habit. */
export function followPublishing(before: PublishingState, seen: PublishingObserved, nowMs: number): PublishingState {
  const delivery = since(before.delivery, seen.delivered, nowMs);
  const silence = since(before.silence, seen.published, nowMs);
  if (seen.published !== null && seen.published > 0) {
    const gaps = before.silence === null ? [] : [...before.gapsMs, accumulate(before.silence, nowMs).ms];
    const gapsMs = gaps.length > GAPS_MAX ? gaps.slice(1) : gaps;
    return { silence, publishedMs: nowMs, gapsMs, usualGapMs: medianGapMs(gapsMs), delivery, silent: false };
  }
  const forgotten = before.publishedMs !== null && nowMs - before.publishedMs > HABIT_FOR_MS;
  if (silence === null || forgotten) return { ...NOT_PUBLISHING, delivery };
  const working = seen.pinned || (delivery !== null && delivery.ms <= DELIVERED_LATELY_MS);
  const unusual = before.usualGapMs !== null && silence.ms > GAPS_SILENT * before.usualGapMs;
  const stopped = before.silent || silence.ms <= PUBLISHED_LATELY_MS;
  return { ...before, silence, delivery, silent: working && unusual && stopped };
}

function medianGapMs(gapsMs: readonly number[]): number | null {
  if (gapsMs.length < GAPS_MIN) return null;
  return gapsMs.toSorted((a, b) => a - b)[Math.floor(gapsMs.length / 2)] ?? null;
}

/** How long it has been silent against its habit, s; null where it has none. */
export function publishStalledSeconds(publishing: PublishingState): number | null {
  if (publishing.usualGapMs === null || publishing.silence === null) return null;
  return publishing.silent ? publishing.silence.ms / 1_000 : 0;
}

/** From when on its silence is unusual, s; null where it has no habit. */
export const publishLimitSeconds = ({ usualGapMs }: PublishingState): number | null =>
  usualGapMs === null ? null : (GAPS_SILENT * usualGapMs) / 1_000;

/** Whether it published within the last hour. */
export const publishedLately = ({ silence }: PublishingState): boolean =>
  silence !== null && silence.ms <= PUBLISHED_LATELY_MS;

function since(before: Elapsed | null, messages: number | null, nowMs: number): Elapsed | null {
  if (messages === null) return skipInterval(before, nowMs);
  if (messages > 0) return accumulate(null, nowMs);
  return before === null ? null : accumulate(before, nowMs);
}
