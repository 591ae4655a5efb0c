import { DAY, SECOND } from "@/lib/base/time/duration";
import type { Client, LastEnd } from "@/lib/rabbitmq/clients/client";
import type { EndReason } from "@/lib/rabbitmq/events/end-reason";
import { isStartKnown } from "@/lib/rabbitmq/sessions/advance";
import type { End, Session } from "@/lib/rabbitmq/sessions/session";

/** A period in which a client was connected, and for how long it was away after it. */
export interface Visit {
  readonly lastedMs: number;
  readonly awayMs: number;
}

/** How long a client's sessions and its periods usually last. Stored with the client. */
export interface Lifetimes {
  /** Since when it has been connected; a reconnect ends no period. */
  readonly presentSinceMs: number;
  /** The longest that one session was active. */
  readonly longestSessionMs: number;
  /** How many of its sessions have ended, as far as it matters. */
  readonly endedSessions: number;
  /** It has consumed from a queue. The list shows consumers some seconds after their connection. */
  readonly hasConsumed: boolean;
  /** Its latest completed periods, the oldest first. */
  readonly visits: readonly Visit[];
}

/**
 * A session that was active for less than this is a request, a script or a health check: a library sends its first
 * heartbeat after half of the timeout, 30 s at RabbitMQ's default of 60 s.
 */
const SHORT_MS = 30 * SECOND;
/** A client that is back within this has reconnected; after a longer absence it has been started again. */
export const RECONNECTS_MS = 30 * SECOND;
/** As many nights as tell a habit from an accident; the medians of more would follow a change too slowly. */
const VISITS_MAX = 5;
/** Completed absences that make a longer one usual: fewer where the broker did not report why the client left. */
const KNOWN_ABSENCES = { unexplained: 1, explained: 2 } as const;
/** One short session may be the start of a long life that something cut off; a second one shows a kind. */
const KNOWN_SHORT = 2;
/** Nothing that is judged by the longest session asks for more. */
const LONGEST_MS_MAX = DAY;

const WITH_ITS_NODE: ReadonlySet<EndReason> = new Set(["broker-stopped", "node-down"]);
/** The broker ended it or went away with it; the client did not leave of itself. */
const BY_THE_BROKER: ReadonlySet<EndReason> = new Set([...WITH_ITS_NODE, "heartbeat"]);

export const newLifetimes = (openedMs: number): Lifetimes => ({
  presentSinceMs: openedMs,
  longestSessionMs: 0,
  endedSessions: 0,
  hasConsumed: false,
  visits: [],
});

/** For how long a session was active: of one that sends heartbeats, until its last byte. Long, if nobody knows. */
function activeMs(session: Session, nowMs: number): number {
  if (!isStartKnown(session)) return LONGEST_MS_MAX;
  // What was stored may be from before the statistics showed it; whatever its client was known for is stored.
  if (session.recvOct === null && session.isResumed === true) return 0;
  const isSilent = session.recvOct !== null && session.timeoutSeconds !== null && session.timeoutSeconds > 0;
  const unobservedMs = isSilent && session.isRecvUnobserved === true ? silenceMaxMs(session.timeoutSeconds ?? 0) : 0;
  const untilMs = isSilent ? session.recvGrewMs - unobservedMs : (session.closedMs ?? nowMs);
  return Math.max(0, untilMs - session.openedMs);
}

/** The broker closes a connection at most three timeouts after its last byte. */
const silenceMaxMs = (timeoutSeconds: number): number => 3 * timeoutSeconds * SECOND;

export function withSession(lifetimes: Lifetimes, session: Session, nowMs: number): Lifetimes {
  const longestSessionMs = Math.min(LONGEST_MS_MAX, activeMs(session, nowMs));
  // Nothing depends on the exact length of a long session: thousands of copies a tick would be wasted.
  const isSame = longestSessionMs <= lifetimes.longestSessionMs * (lifetimes.longestSessionMs < SHORT_MS ? 1 : 1.1);
  return isSame ? lifetimes : { ...lifetimes, longestSessionMs };
}

export const withEnd = (lifetimes: Lifetimes, session: Session, nowMs: number): Lifetimes => ({
  ...withSession(lifetimes, session, nowMs),
  endedSessions: Math.min(KNOWN_SHORT, lifetimes.endedSessions + 1),
});

/** A session opened while the client had none: after an absence longer than a reconnect another period begins. */
export function afterAbsence(client: Client, openedMs: number): Lifetimes {
  const { lifetimes, lastEnd } = client;
  // Of several sessions that opened since the last tick only the first began the period.
  if (lastEnd === null || lifetimes.presentSinceMs > lastEnd.atMs) return lifetimes;
  const awayMs = openedMs - lastEnd.atMs;
  if (awayMs < RECONNECTS_MS) return lifetimes;
  const visit = { lastedMs: Math.max(0, lastEnd.atMs - lifetimes.presentSinceMs), awayMs };
  return { ...lifetimes, presentSinceMs: openedMs, visits: [...lifetimes.visits, visit].slice(-VISITS_MAX) };
}

/** It consumes nothing, and none of its sessions was ever active for half a minute. Nobody expects it back. */
export const isShortLived = ({ lifetimes }: Client): boolean =>
  !lifetimes.hasConsumed && lifetimes.longestSessionMs < SHORT_MS;

const isKnownShortLived = (client: Client): boolean =>
  isShortLived(client) && client.lifetimes.endedSessions >= KNOWN_SHORT;

/**
 * Whether an end is a lost connection, so that the client's next session is a reconnect. A close in order is none, nor is
 * the end of another request or script that exits without a close. `client`: with this end.
 */
export function isLostConnection(client: Client, end: End): boolean {
  if (end.reason === "client-closed") return end.inferred;
  return end.reason === "forced" || !isKnownShortLived(client);
}

/**
 * Whether a client that is away has only finished its work: a script, a batch job, a person's tool. A consumer is work
 * that stops with it, so it is expected back sooner. An end that the broker explained as a lost connection weighs more
 * than one that nobody explained, which may have been in order. `expectedAfterMs`: a client that was connected for this
 * long is expected to stay.
 */
export function isVisit(client: Client, end: LastEnd, expectedAfterMs: number): boolean {
  if (WITH_ITS_NODE.has(end.reason)) return isKnownShortLived(client);
  if (isShortLived(client)) return true;
  if (BY_THE_BROKER.has(end.reason) || end.wasLate) return false;
  const isConsumer = client.lifetimes.hasConsumed;
  const unexplained = end.reason === "unknown";
  const observedMs = isConsumer ? client.lastSeenMs - client.firstSeenMs : client.lifetimes.longestSessionMs;
  if (observedMs < (unexplained ? expectedAfterMs : SHORT_MS)) return true;
  if (isConsumer && !unexplained) return false;
  return client.lifetimes.visits.length >= KNOWN_ABSENCES[unexplained ? "unexplained" : "explained"]
    ? isMostlyAway(client.lifetimes, end)
    : false;
}

/** Usually away for longer than it is connected. */
function isMostlyAway({ visits, presentSinceMs }: Lifetimes, end: LastEnd): boolean {
  const lasted = median([...visits.map((visit) => visit.lastedMs), Math.max(0, end.atMs - presentSinceMs)]);
  return lasted < median(visits.map((visit) => visit.awayMs));
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
