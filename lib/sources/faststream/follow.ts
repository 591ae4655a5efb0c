import { MINUTE, SECOND } from "@/lib/base/time/duration";
import { followSince, unchangedSince } from "@/lib/base/time/elapsed";
import type { FastStreamFacts } from "@/lib/sources/faststream/mapping";
import {
  followPublishErrors,
  type PublishErrors,
  publishFailingSeconds,
} from "@/lib/sources/faststream/publish-errors";

/** A subscriber (one handler) since its application last published. Instants are epoch ms. */
interface FollowedSubscriber {
  readonly received: number | null;
  /** The minimum in process, and since when it has been above that. */
  readonly least: number | null;
  readonly risenMs: number | null;
  /** It received messages while the application published, so it may be a handler that publishes. */
  readonly publishes: boolean;
  /** It has received messages since the application last published. */
  readonly receivedSince: boolean;
}

/** What is tracked of one FastStream application. */
export interface FastStreamMemory {
  readonly is: "faststream";
  readonly published: number | null;
  /** When `published_total` last changed. */
  readonly publishedMs: number | null;
  /** Between the latest changes, the oldest first. */
  readonly gapsMs: readonly number[];
  readonly subscribers: ReadonlyMap<string, FollowedSubscriber>;
  readonly publishing: SubscriberPublishing;
  readonly errors: PublishErrors;
}

/**
 * `stalled` (inferred): a subscriber receives more and more messages while nothing is published. This happens when a
 * handler's publish waits for an answer of the broker (a blocked connection, a channel that another broker object closed),
 * while its connection and its health check are fine. `sinceMs`: since when; for `stalled`, since it began.
 */
export interface SubscriberPublishing {
  readonly is: "stalled" | "moving" | "unknown";
  readonly sinceMs: number;
}

export interface FastStreamSignals {
  /** Seconds for which a publish has blocked each subscriber; null: nothing was ever published. */
  readonly subscribers: ReadonlyMap<string, number | null>;
  /** Seconds for which publishes have raised exceptions; null: nothing was ever published. */
  readonly publishFailingSeconds: number | null;
}

/** Two scrapes: a single one may coincide with a handler at work. */
const STALLED_AFTER_MS = 30 * SECOND;
/** A slow handler publishes late: only a time several times the usual gap is reported. */
const STALLED_GAPS = 3;
/** Messages received while nothing is published are weaker evidence than handlers piling up (issue faststream#1346). */
const FLAT_AFTER_MS = 5 * MINUTE;
const FLAT_GAPS = 10;
/** With fewer gaps than this, the usual gap is unknown. */
const GAPS_MIN = 3;
const GAPS_MAX = 11;

/** Tracks, scrape by scrape, which subscribers are blocked by a publish. */
export function followFastStream(
  before: FastStreamMemory | null,
  facts: FastStreamFacts,
  nowMs: number,
): { readonly after: FastStreamMemory; readonly signals: FastStreamSignals } {
  const { published } = facts;
  const changed = before !== null && before.published !== published;
  const gapsMs =
    changed && before.publishedMs !== null
      ? [...before.gapsMs, nowMs - before.publishedMs].slice(-GAPS_MAX)
      : (before?.gapsMs ?? []);
  const publishedMs = changed ? nowMs : (before?.publishedMs ?? null);
  const subscribers = new Map(
    facts.subscribers.map((counts) => [
      counts.handler,
      step(before?.subscribers.get(counts.handler) ?? null, counts, changed, nowMs),
    ]),
  );
  const usualMs = median(gapsMs);
  const blockedSeconds = new Map(
    [...subscribers].map(([handler, subscriber]) => [
      handler,
      published === null || published === 0 || subscriber.least === null
        ? null
        : blockedMs(subscriber, { publishedMs, usualMs, nowMs }) / SECOND,
    ]),
  );
  const publishing = publishingOf(before?.publishing ?? null, blockedSeconds, nowMs);
  const errors = followPublishErrors(before?.errors ?? null, facts, nowMs);
  return {
    after: { is: "faststream", published, publishedMs, gapsMs, subscribers, publishing, errors },
    signals: { subscribers: blockedSeconds, publishFailingSeconds: publishFailingSeconds(errors) },
  };
}

function step(
  before: FollowedSubscriber | null,
  counts: FastStreamFacts["subscribers"][number],
  publishedNow: boolean,
  nowMs: number,
): FollowedSubscriber {
  const { received, inProcess } = counts;
  const grew = before !== null && before.received !== null && received !== null && received > before.received;
  const publishes = (before?.publishes ?? false) || (publishedNow && grew);
  const receivedSince = publishedNow ? false : (before?.receivedSince ?? false) || grew;
  if (inProcess === null) return { received, least: null, risenMs: null, publishes, receivedSince };
  const least = publishedNow ? inProcess : Math.min(before?.least ?? inProcess, inProcess);
  const risenMs = followSince(before?.risenMs ?? null, inProcess > least, nowMs);
  return { received, least, risenMs, publishes, receivedSince };
}

interface SubscriberInput {
  readonly publishedMs: number | null;
  readonly usualMs: number | null;
  readonly nowMs: number;
}

/** How long (ms) this subscriber has been blocked; 0 without evidence. */
function blockedMs(subscriber: FollowedSubscriber, { publishedMs, usualMs, nowMs }: SubscriberInput): number {
  const risen = subscriber.risenMs === null ? 0 : nowMs - subscriber.risenMs;
  const piled = risen >= Math.max(STALLED_AFTER_MS, STALLED_GAPS * (usualMs ?? 0)) ? risen : 0;
  const { publishes, receivedSince } = subscriber;
  const flat = publishedMs === null || usualMs === null || !publishes || !receivedSince ? 0 : nowMs - publishedMs;
  return Math.max(piled, flat >= Math.max(FLAT_AFTER_MS, FLAT_GAPS * (usualMs ?? 0)) ? flat : 0);
}

function median(gapsMs: readonly number[]): number | null {
  if (gapsMs.length < GAPS_MIN) return null;
  return gapsMs.toSorted((a, b) => a - b)[Math.floor(gapsMs.length / 2)] ?? null;
}

function publishingOf(
  before: SubscriberPublishing | null,
  blockedSeconds: FastStreamSignals["subscribers"],
  nowMs: number,
): SubscriberPublishing {
  const since = (is: SubscriberPublishing["is"]) => unchangedSince(before?.sinceMs ?? null, before?.is === is, nowMs);
  const seconds = [...blockedSeconds.values()].filter((value) => value !== null);
  if (seconds.length === 0) return { is: "unknown", sinceMs: since("unknown") };
  const longest = Math.max(...seconds);
  if (longest > 0) return { is: "stalled", sinceMs: nowMs - longest * SECOND };
  return { is: "moving", sinceMs: since("moving") };
}
