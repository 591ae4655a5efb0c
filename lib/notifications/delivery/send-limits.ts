import { MINUTE, SECOND } from "@/lib/base/time/duration";
import type { EndpointHealth } from "@/lib/notifications/delivery/endpoint-health";

/** At most `count` messages may begin within any `perMs`. */
export interface RateWindow {
  readonly count: number;
  readonly perMs: number;
}

/** How fast messages may be sent to a webhook, and how many deliveries one message may carry. */
export interface SendLimits {
  readonly windows: readonly RateWindow[];
  /** Deliveries per message at most; 1: each delivery has its own message. */
  readonly batch: number;
  /** Whether a message may carry one delivery per alert only (a list), or several in their order (a digest). */
  readonly oncePerAlert: boolean;
}

/** A delivery that has not been accepted yet. */
export interface PendingDelivery {
  readonly id: string;
  /** Deliveries of one alert are sent in order. null: the delivery belongs to no alert. */
  readonly alertId: string | null;
  /** Failures of this delivery itself; failures of its webhook do not count. */
  readonly tries: number;
  /** Its creation or its last replay, epoch ms. */
  readonly sinceMs: number;
  readonly dueMs: number;
}

/** After this many failures of its own, a delivery goes alone: what is wrong with it must not hold up a batch. */
export const ALONE_FROM_TRIES = 2;

export interface SendState {
  /** In the order in which they were decided. */
  readonly pending: readonly PendingDelivery[];
  /** Messages that were sent and have no answer yet. */
  readonly inFlight: readonly (readonly PendingDelivery[])[];
  /** When the messages of the longest window began, in any order. */
  readonly sentMs: readonly number[];
  readonly health: EndpointHealth;
  readonly limits: SendLimits;
  /** Messages in flight at most. */
  readonly concurrency: number;
  readonly nowMs: number;
}

export interface SendPlan {
  /** What to send now, each list as one message. */
  readonly messages: readonly (readonly PendingDelivery[])[];
  /** When more of the pending deliveries may be sent, epoch ms; null: only an answer or a new delivery changes that. */
  readonly nextMs: number | null;
}

/**
 * Plans what to send now. Each delivery has its own message while the limits allow it; beyond that, messages carry
 * batches. A failing webhook is probed with one delivery at a time, a different one each time: a receiver that is down
 * is not flooded, and a delivery that is always refused does not hold up the others. Deliveries of one alert are never
 * in flight together, except in order inside one digest.
 */
export function planSends(state: SendState): SendPlan {
  const { health, limits, concurrency, inFlight, nowMs } = state;
  if (health.restUntilMs > nowMs) return { messages: [], nextMs: health.restUntilMs };
  const allowed = allowance(limits.windows, state.sentMs, nowMs);
  const isProbing = health.failures > 0;
  const free = isProbing ? (inFlight.length === 0 ? 1 : 0) : concurrency - inFlight.length;
  const ready = readyToSend(state, isProbing);
  const packed = isProbing ? probe(ready) : pack(ready, limits, Math.min(free, allowed.count));
  const messages = free > 0 ? packed.slice(0, allowed.count) : [];
  const left = ready.length - messages.reduce((sum, message) => sum + message.length, 0);
  return { messages, nextMs: left > 0 && allowed.count <= messages.length ? (allowed.nextMs ?? nowMs) : null };
}

/**
 * What may go now, in order. A delivery that is not due holds up the later ones of its alert; while probing, deliveries
 * that are not due may go as well.
 */
function readyToSend({ pending, inFlight, nowMs }: SendState, isProbing: boolean): readonly PendingDelivery[] {
  const sent = inFlight.flat();
  const sentIds = new Set(sent.map(({ id }) => id));
  const heldAlerts = new Set(sent.flatMap(({ alertId }) => alertId ?? []));
  return pending.filter(({ id, alertId, dueMs }) => {
    if (sentIds.has(id) || (alertId !== null && heldAlerts.has(alertId))) return false;
    if (isProbing || dueMs <= nowMs) return true;
    if (alertId !== null) heldAlerts.add(alertId);
    return false;
  });
}

/** The first delivery of each alert, and all that belong to no alert. */
const firstOfEachAlert = (ready: readonly PendingDelivery[]): readonly PendingDelivery[] => {
  const alerts = new Set<string>();
  return ready.filter(({ alertId }) => {
    if (alertId === null) return true;
    const isFirst = !alerts.has(alertId);
    alerts.add(alertId);
    return isFirst;
  });
};

function probe(ready: readonly PendingDelivery[]): readonly (readonly PendingDelivery[])[] {
  const [first] = firstOfEachAlert(ready).toSorted((a, b) => a.tries - b.tries);
  return first === undefined ? [] : [[first]];
}

function pack(
  ready: readonly PendingDelivery[],
  limits: SendLimits,
  room: number,
): readonly (readonly PendingDelivery[])[] {
  if (room <= 0) return [];
  const firsts = firstOfEachAlert(ready);
  const candidates = limits.oncePerAlert ? firsts : ready;
  if (limits.batch <= 1 || candidates.length <= room) return firsts.slice(0, room).map((delivery) => [delivery]);
  return intoBatches(candidates, limits.batch, room);
}

/** All deliveries of an alert go into the batch of its first one: two messages may arrive in either order. */
function intoBatches(
  ready: readonly PendingDelivery[],
  size: number,
  room: number,
): readonly (readonly PendingDelivery[])[] {
  const batches: PendingDelivery[][] = [];
  const batchOfAlert = new Map<string, PendingDelivery[]>();
  const singles = new Set<PendingDelivery[]>();
  for (const delivery of ready) {
    const own = delivery.alertId === null ? undefined : batchOfAlert.get(delivery.alertId);
    const isSingle = delivery.tries >= ALONE_FROM_TRIES;
    const open = batches.findLast((batch) => batch.length < size && !singles.has(batch));
    const batch = own ?? (isSingle ? undefined : open) ?? [];
    if (own !== undefined && (isSingle || singles.has(own) || own.length >= size)) continue;
    if (!batches.includes(batch)) {
      if (batches.length >= room) continue;
      batches.push(batch);
      if (isSingle) singles.add(batch);
    }
    batch.push(delivery);
    if (delivery.alertId !== null) batchOfAlert.set(delivery.alertId, batch);
  }
  return batches;
}

/** How many messages the windows still allow, and when the next one is allowed where they allow none. */
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

/** How far back sent messages matter to the windows, ms. */
export const longestWindowMs = ({ windows }: SendLimits): number => Math.max(0, ...windows.map(({ perMs }) => perMs));

/** Networks bunch up what was sent evenly, and clocks differ: windows here are a little longer than a service's own. */
const WINDOW_MARGIN = 1.02;
export const perMinute = (count: number): RateWindow => ({ count, perMs: MINUTE * WINDOW_MARGIN });
export const perSecond = (count: number, seconds = 1): RateWindow => ({
  count,
  perMs: seconds * SECOND * WINDOW_MARGIN,
});
