import { MINUTE, SECOND } from "@/lib/base/time/duration";

/** At most `count` messages begun in any `perMs`. */
export interface RateWindow {
  readonly count: number;
  readonly perMs: number;
}

/** How fast a webhook is told, and how much at once. */
export interface SendLimits {
  readonly windows: readonly RateWindow[];
  /** Deliveries in one message at most; 1: each has a message of its own. */
  readonly batch: number;
  /** A list has one place for an alert, a digest tells all its changes in their order. */
  readonly oncePerAlert: boolean;
}

/** A delivery nobody has accepted yet. */
export interface Waiting {
  readonly id: string;
  /** What is told of one alert is told in order; null: of no alert. */
  readonly alertId: string | null;
  /** Failures that were its own, not its webhook's. */
  readonly tries: number;
  /** Since when it is to be delivered, epoch ms: its creation or its last replay. */
  readonly sinceMs: number;
  readonly dueMs: number;
}

/** How a webhook stands, whoever delivers to it. */
export interface EndpointHealth {
  /** Failures in a row, with nothing accepted between them. */
  readonly failures: number;
  readonly failingSinceMs: number | null;
  /** Nothing is sent before this instant, epoch ms. */
  readonly restUntilMs: number;
}

export const HEALTHY: EndpointHealth = { failures: 0, failingSinceMs: null, restUntilMs: 0 };

/** From as many failures of its own a delivery goes alone: what it is refused for must not hold up a whole batch. */
export const ALONE_FROM_TRIES = 2;

export interface SendState {
  /** In the order in which they were decided. */
  readonly waiting: readonly Waiting[];
  /** Messages sent and not answered yet. */
  readonly underWay: readonly (readonly Waiting[])[];
  /** When the messages of the longest window were begun, in any order. */
  readonly sentMs: readonly number[];
  readonly lane: EndpointHealth;
  readonly pace: SendLimits;
  /** Messages that may be under way at once. */
  readonly places: number;
  readonly nowMs: number;
}

export interface SendPlan {
  /** What to send now, each list as one message. */
  readonly messages: readonly (readonly Waiting[])[];
  /** When more may be sent of what waits, epoch ms; null when only an answer or a new delivery changes anything. */
  readonly againMs: number | null;
}

/**
 * What may be sent now. Everything alone while there is room; when more waits than may be sent, batches. A webhook that
 * fails is tried with one delivery at a time, another one each time, so that neither a receiver that is down is pressed
 * nor a delivery that is refused holds up the others. Deliveries of one alert are never under way together, except in
 * order inside one digest.
 */
export function planSends(standing: SendState): SendPlan {
  const { lane, pace, places, underWay, nowMs } = standing;
  if (lane.restUntilMs > nowMs) return { messages: [], againMs: lane.restUntilMs };
  const room = allowance(pace.windows, standing.sentMs, nowMs);
  const probing = lane.failures > 0;
  const free = probing ? (underWay.length === 0 ? 1 : 0) : places - underWay.length;
  const ready = inOrder(standing, probing);
  const messages = probing ? probe(ready) : packed(ready, pace, Math.min(free, room.count));
  const sent = free > 0 ? messages.slice(0, room.count) : [];
  const left = ready.length - sent.reduce((sum, message) => sum + message.length, 0);
  return { messages: sent, againMs: left > 0 && room.count <= sent.length ? (room.nextMs ?? nowMs) : null };
}

/** What may go now, followers of an alert behind its first. While probing, what is not due yet is welcome as well. */
function inOrder({ waiting, underWay, nowMs }: SendState, probing: boolean): readonly Waiting[] {
  const busy = underWay.flat();
  const ids = new Set(busy.map(({ id }) => id));
  const held = new Set(busy.flatMap(({ alertId }) => alertId ?? []));
  return waiting.filter((one) => {
    if (ids.has(one.id) || (one.alertId !== null && held.has(one.alertId))) return false;
    if (probing || one.dueMs <= nowMs) return true;
    if (one.alertId !== null) held.add(one.alertId);
    return false;
  });
}

const firsts = (ready: readonly Waiting[]): readonly Waiting[] => {
  const seen = new Set<string>();
  return ready.filter(({ alertId }) => {
    if (alertId === null) return true;
    const isFirst = !seen.has(alertId);
    seen.add(alertId);
    return isFirst;
  });
};

function probe(ready: readonly Waiting[]): readonly (readonly Waiting[])[] {
  const [first] = firsts(ready).toSorted((a, b) => a.tries - b.tries);
  return first === undefined ? [] : [[first]];
}

function packed(ready: readonly Waiting[], pace: SendLimits, room: number): readonly (readonly Waiting[])[] {
  if (room <= 0) return [];
  const heads = firsts(ready);
  const crowd = pace.oncePerAlert ? heads : ready;
  if (pace.batch <= 1 || crowd.length <= room) return heads.slice(0, room).map((one) => [one]);
  return batches(crowd, pace.batch, room);
}

/** An alert stays in the message it first stands in: two messages may arrive in either order. */
function batches(ready: readonly Waiting[], size: number, room: number): readonly (readonly Waiting[])[] {
  const messages: Waiting[][] = [];
  const at = new Map<string, Waiting[]>();
  const alone = new Set<Waiting[]>();
  for (const one of ready) {
    const theirs = one.alertId === null ? undefined : at.get(one.alertId);
    const goesAlone = one.tries >= ALONE_FROM_TRIES;
    const open = messages.findLast((message) => message.length < size && !alone.has(message));
    const message = theirs ?? (goesAlone ? undefined : open) ?? [];
    if (theirs !== undefined && (goesAlone || alone.has(theirs) || theirs.length >= size)) continue;
    if (!messages.includes(message)) {
      if (messages.length >= room) continue;
      messages.push(message);
      if (goesAlone) alone.add(message);
    }
    message.push(one);
    if (one.alertId !== null) at.set(one.alertId, message);
  }
  return messages;
}

/** How many messages the windows leave, and when the next one is free where they leave none. */
function allowance(windows: readonly RateWindow[], sentMs: readonly number[], nowMs: number) {
  let count = Number.POSITIVE_INFINITY;
  let nextMs: number | null = null;
  for (const window of windows) {
    const inside = sentMs.filter((ms) => ms > nowMs - window.perMs).toSorted((a, b) => a - b);
    count = Math.min(count, Math.max(0, window.count - inside.length));
    const leaves = inside[Math.max(0, inside.length - window.count)];
    if (leaves !== undefined) nextMs = Math.max(nextMs ?? 0, leaves + window.perMs);
  }
  return { count, nextMs };
}

/** The longest time back that matters to the windows, ms. */
export const longestWindowMs = ({ windows }: SendLimits): number => Math.max(0, ...windows.map(({ perMs }) => perMs));

/** Clocks and networks squeeze what was sent evenly: a minute of a service is counted a little longer here. */
const SQUEEZE = 1.02;
export const perMinute = (count: number): RateWindow => ({ count, perMs: MINUTE * SQUEEZE });
export const perSecond = (count: number, seconds = 1): RateWindow => ({ count, perMs: seconds * SECOND * SQUEEZE });
