import { MINUTE } from "@/lib/base/time/duration";
import { accumulate, type Elapsed, skipInterval } from "@/lib/base/time/elapsed";
import type { Client } from "@/lib/rabbitmq/clients/client";
import {
  learnAnew,
  missingOf,
  recordNumber,
  UNKNOWN_NUMBER,
  type UsualNumber,
} from "@/lib/rabbitmq/clients/usual-number";
import type { End } from "@/lib/rabbitmq/sessions/session";

/** Several sessions under one name: how many are usual, and whether some of them are missing. Stored with the client. */
export interface Replicas {
  readonly sessions: UsualNumber;
  readonly consumers: UsualNumber;
  /** Sessions that have ended since the usual number was last there. */
  readonly ends: EndCounts;
  readonly shortfall: Shortfall | null;
  /** When a smaller number last became the usual one. */
  readonly anewMs: number | null;
}

interface EndCounts {
  /** Closed in order, as the broker reported: scaled down, or replaced. */
  readonly inOrder: number;
  readonly others: number;
}

/** Fewer than usual, for as long as it lasts. */
export interface Shortfall {
  readonly lasted: Elapsed;
  /** For as long as a single client may be away before it is lost. */
  readonly isLasting: boolean;
  /** The fewest sessions and consumers meanwhile. */
  readonly sessions: number;
  readonly consumers: number | null;
  /** Messages that waited in its queues when it began; null: not measured. */
  readonly readyBefore: number | null;
  /** More and more messages wait. */
  readonly backlog: Elapsed | null;
}

const NO_ENDS: EndCounts = { inOrder: 0, others: 0 };
export const NO_REPLICAS: Replicas = {
  sessions: UNKNOWN_NUMBER,
  consumers: UNKNOWN_NUMBER,
  ends: NO_ENDS,
  shortfall: null,
  anewMs: null,
};

/** The phases of this trouble, in order, and the values of its signal. */
export type ReplicaPhase = "fewer-sessions" | "fewer-consumers" | "work-piling-up";

export interface ReplicasObserved {
  readonly sessions: number;
  /** null: the list could not be read. */
  readonly consumers: number | null;
  /** Messages ready in the queues it consumes; null: not measured. */
  readonly ready: () => number | null;
  /** The usual number is that of this long, ms. */
  readonly learnMs: number;
  /** A shortfall is a loss after as long as a single client would be lost, ms. */
  readonly lostAfterMs: number;
}

/** A fall that lasts for a quarter of the learning time, six hours of a day, is the usual number from then on. */
const ANEW_SHARE = 4;
/** With a short learning time, it is reported for some time before that. */
const ANEW_TIMES_LOST = 3;
/** Twice as many messages as when the shortfall began, and at least ten, for a minute: not the noise of a busy queue. */
const BACKLOG_TIMES = 2;
const BACKLOG_MIN = 10;
const BACKLOG_FOR_MS = MINUTE;

/** Adds one poll. While the client is away nothing is counted: its absence is a trouble of its own. */
export function followReplicas(before: Replicas, observed: ReplicasObserved, nowMs: number): Replicas {
  const { sessions, consumers, learnMs } = observed;
  const { shortfall } = before;
  if (sessions === 0) {
    return shortfall === null
      ? before
      : { ...before, shortfall: { ...shortfall, lasted: skipInterval(shortfall.lasted, nowMs) ?? shortfall.lasted } };
  }
  const counted = {
    sessions: recordNumber(before.sessions, sessions, learnMs, nowMs),
    consumers: consumers === null ? before.consumers : recordNumber(before.consumers, consumers, learnMs, nowMs),
  };
  const isShort =
    (missingOf(counted.sessions, sessions) ?? 0) > 0 ||
    (missingConsumers({ ...before, ...counted }, consumers) ?? (shortfall === null ? 0 : 1)) > 0;
  if (!isShort) return withoutShortfall(before, counted);
  const longer = lengthened(shortfall, observed, nowMs);
  const anewMs = Math.max(learnMs / ANEW_SHARE, ANEW_TIMES_LOST * observed.lostAfterMs);
  if (longer.lasted.ms < anewMs) return { ...before, ...counted, shortfall: longer };
  return {
    sessions: anew(counted.sessions, longer.sessions, nowMs),
    consumers: longer.consumers === null ? counted.consumers : anew(counted.consumers, longer.consumers, nowMs),
    ends: NO_ENDS,
    shortfall: null,
    anewMs: nowMs,
  };
}

function withoutShortfall(before: Replicas, counted: Pick<Replicas, "sessions" | "consumers">): Replicas {
  const hasEnds = before.ends.inOrder > 0 || before.ends.others > 0;
  const isSame = before.sessions === counted.sessions && before.consumers === counted.consumers;
  // Most clients are unchanged poll after poll.
  return isSame && !hasEnds && before.shortfall === null
    ? before
    : { ...before, ...counted, ends: NO_ENDS, shortfall: null };
}

const anew = (known: UsualNumber, least: number, nowMs: number): UsualNumber =>
  known.usual !== null && least < known.usual ? learnAnew(least, nowMs) : known;

/** None at all is another trouble, with rules of its own, but for a client that already had fewer. null: not known. */
function missingConsumers({ consumers: usual, shortfall }: Replicas, consumers: number | null): number | null {
  if (consumers === null) return null;
  return consumers === 0 && shortfall === null ? 0 : missingOf(usual, consumers);
}

function lengthened(before: Shortfall | null, observed: ReplicasObserved, nowMs: number): Shortfall {
  const { sessions, consumers } = observed;
  const ready = observed.ready();
  if (before === null) {
    return {
      lasted: accumulate(null, nowMs),
      isLasting: false,
      sessions,
      consumers,
      readyBefore: ready,
      backlog: null,
    };
  }
  const least = before.consumers === null || consumers === null ? consumers : Math.min(before.consumers, consumers);
  const lasted = accumulate(before.lasted, nowMs);
  return {
    lasted,
    isLasting: lasted.ms >= observed.lostAfterMs,
    sessions: Math.min(before.sessions, sessions),
    consumers: least ?? before.consumers,
    readyBefore: before.readyBefore ?? ready,
    backlog: backlogAfter(before, ready, nowMs),
  };
}

function backlogAfter({ readyBefore, backlog }: Shortfall, ready: number | null, nowMs: number): Elapsed | null {
  if (ready === null || readyBefore === null) return skipInterval(backlog, nowMs);
  return ready >= Math.max(BACKLOG_MIN, BACKLOG_TIMES * readyBefore) ? accumulate(backlog, nowMs) : null;
}

/** Counts an end, or none, in place of one that was counted. */
export function countEnd(replicas: Replicas, end: End | null, formerly: End | null = null): Replicas {
  const isInOrder = ({ reason, inferred }: End): boolean => reason === "client-closed" && !inferred;
  const by = (one: End | null, inOrder: boolean): number => (one !== null && isInOrder(one) === inOrder ? 1 : 0);
  const { inOrder, others } = replicas.ends;
  const ends = {
    inOrder: Math.max(0, inOrder + by(end, true) - by(formerly, true)),
    others: Math.max(0, others + by(end, false) - by(formerly, false)),
  };
  return { ...replicas, ends };
}

export interface MissingReplicas {
  /** null: nothing is reported. */
  readonly phase: ReplicaPhase | null;
  /** The place of the phase, from 1; 0: none; null: not known. Work that piles up after a scale-down is a warning: 2. */
  readonly value: number | null;
}

const NOTHING_MISSING: MissingReplicas = { phase: null, value: 0 };
const NOT_KNOWN: MissingReplicas = { phase: null, value: null };

/**
 * What is missing of a client's sessions and consumers. Sessions that closed in order were scaled down: they are missing only
 * if work piles up behind those that are left.
 */
export function missingReplicas(
  { replicas, state }: Client,
  now: { readonly sessions: number; readonly consumers: number | null },
): MissingReplicas {
  const { shortfall, ends } = replicas;
  if (now.sessions === 0) return state === "departed" ? NOTHING_MISSING : NOT_KNOWN;
  const missing = missingOf(replicas.sessions, now.sessions);
  if (missing === null) return NOT_KNOWN;
  if (shortfall === null || !shortfall.isLasting) return NOTHING_MISSING;
  const hasBacklog = (shortfall.backlog?.ms ?? 0) >= BACKLOG_FOR_MS;
  const isScaledDown = missing > 0 && ends.others === 0 && ends.inOrder > 0;
  if (hasBacklog) return { phase: "work-piling-up", value: isScaledDown ? 2 : 3 };
  if (isScaledDown) return NOTHING_MISSING;
  const consumers = missingConsumers(replicas, now.consumers);
  if ((consumers ?? 0) > 0) return { phase: "fewer-consumers", value: 2 };
  return missing > 0 ? { phase: "fewer-sessions", value: 1 } : NOT_KNOWN;
}
