import { MINUTE, SECOND } from "@/lib/base/time/duration";
import { followSince, unchangedSince } from "@/lib/base/time/elapsed";
import type { FastStreamFacts } from "@/lib/sources/faststream/mapping";

/** A subscriber (one handler) since its application last published. Instants are epoch ms. */
interface FollowedSubscriber {
  readonly received: number | null;
  /** The least that was in process, and since when it is more. */
  readonly least: number | null;
  readonly risenMs: number | null;
  /** It was given messages while the application published: so it may be one that publishes. */
  readonly publishes: boolean;
  /** It was given messages after the application last published. */
  readonly given: boolean;
}

/** All that is followed of one FastStream application. */
export interface FastStreamMemory {
  readonly is: "faststream";
  readonly published: number | null;
  /** When `published_total` was last seen to move. */
  readonly movedMs: number | null;
  /** Between the latest moves, the oldest first. */
  readonly gapsMs: readonly number[];
  readonly subscribers: ReadonlyMap<string, FollowedSubscriber>;
  readonly publishing: SubscriberPublishing;
}

/**
 * `stalled` (inferred): a subscriber is given more and more while nothing is published. So it looks when a handler's
 * publish waits for a channel that was closed (FastStream before 0.5.0: one declarer for all brokers of a process),
 * while its connection and its health check stay well. `sinceMs`: since when it is so; of `stalled`, since it began.
 */
export interface SubscriberPublishing {
  readonly is: "stalled" | "moving" | "unknown";
  readonly sinceMs: number;
}

export interface FastStreamSigns {
  /** Seconds for which each subscriber has been held up by publishes; null: nothing was ever published. */
  readonly subscribers: ReadonlyMap<string, number | null>;
}

/** Two scrapes: one alone may just meet a handler at work. */
const STALLED_AFTER_MS = 30 * SECOND;
/** A handler that works long publishes late: only what outlasts the usual gap several times is told. */
const STALLED_GAPS = 3;
/** Messages that come while nothing is published tell less than handlers that pile up (facts of issue faststream#1346). */
const FLAT_AFTER_MS = 5 * MINUTE;
const FLAT_GAPS = 10;
/** Before this many moves nothing is known of what is usual. */
const GAPS_MIN = 3;
const GAPS_MAX = 11;

/** (what was known, what one scrape counted, now) → which subscribers are held up by publishes. Pure. */
export function followFastStream(
  before: FastStreamMemory | null,
  facts: FastStreamFacts,
  nowMs: number,
): { readonly after: FastStreamMemory; readonly told: FastStreamSigns } {
  const { published } = facts;
  const moved = before !== null && before.published !== published;
  const gapsMs =
    moved && before.movedMs !== null
      ? [...before.gapsMs, nowMs - before.movedMs].slice(-GAPS_MAX)
      : (before?.gapsMs ?? []);
  const movedMs = moved ? nowMs : (before?.movedMs ?? null);
  const subscribers = new Map(
    facts.subscribers.map((one) => [
      one.handler,
      step(before?.subscribers.get(one.handler) ?? null, one, moved, nowMs),
    ]),
  );
  const usualMs = median(gapsMs);
  const told = new Map(
    [...subscribers].map(([handler, one]) => [
      handler,
      published === null || published === 0 || one.least === null
        ? null
        : heldUp(one, { movedMs, usualMs, nowMs }) / SECOND,
    ]),
  );
  const publishing = publishingOf(before?.publishing ?? null, told, nowMs);
  return {
    after: { is: "faststream", published, movedMs, gapsMs, subscribers, publishing },
    told: { subscribers: told },
  };
}

function step(
  before: FollowedSubscriber | null,
  seen: FastStreamFacts["subscribers"][number],
  moved: boolean,
  nowMs: number,
): FollowedSubscriber {
  const { received, inProcess } = seen;
  const grew = before !== null && before.received !== null && received !== null && received > before.received;
  const publishes = (before?.publishes ?? false) || (moved && grew);
  const given = moved ? false : (before?.given ?? false) || grew;
  if (inProcess === null) return { received, least: null, risenMs: null, publishes, given };
  const least = moved ? inProcess : Math.min(before?.least ?? inProcess, inProcess);
  const risenMs = followSince(before?.risenMs ?? null, inProcess > least, nowMs);
  return { received, least, risenMs, publishes, given };
}

interface SubscriberInput {
  readonly movedMs: number | null;
  readonly usualMs: number | null;
  readonly nowMs: number;
}

/** For how long (ms) this subscriber has been held up; 0 while nothing says so. */
function heldUp(one: FollowedSubscriber, { movedMs, usualMs, nowMs }: SubscriberInput): number {
  const risen = one.risenMs === null ? 0 : nowMs - one.risenMs;
  const piled = risen >= Math.max(STALLED_AFTER_MS, STALLED_GAPS * (usualMs ?? 0)) ? risen : 0;
  const flat = movedMs === null || usualMs === null || !one.publishes || !one.given ? 0 : nowMs - movedMs;
  return Math.max(piled, flat >= Math.max(FLAT_AFTER_MS, FLAT_GAPS * (usualMs ?? 0)) ? flat : 0);
}

function median(gapsMs: readonly number[]): number | null {
  if (gapsMs.length < GAPS_MIN) return null;
  return gapsMs.toSorted((a, b) => a - b)[Math.floor(gapsMs.length / 2)] ?? null;
}

function publishingOf(
  before: SubscriberPublishing | null,
  told: FastStreamSigns["subscribers"],
  nowMs: number,
): SubscriberPublishing {
  const since = (is: SubscriberPublishing["is"]) => unchangedSince(before?.sinceMs ?? null, before?.is === is, nowMs);
  const seconds = [...told.values()].filter((one) => one !== null);
  if (seconds.length === 0) return { is: "unknown", sinceMs: since("unknown") };
  const longest = Math.max(...seconds);
  if (longest > 0) return { is: "stalled", sinceMs: nowMs - longest * SECOND };
  return { is: "moving", sinceMs: since("moving") };
}
