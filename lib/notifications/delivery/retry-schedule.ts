import { DAY, HOUR, MINUTE, SECOND } from "@/lib/base/time/duration";
import { type EndpointHealth, HEALTHY } from "@/lib/notifications/delivery/endpoint-health";
import { ALONE_FROM_TRIES, type PendingDelivery } from "@/lib/notifications/delivery/send-limits";

/**
 * The delay before the next attempt after the first, second, … failure of one delivery while its webhook accepts others;
 * after the last, the delivery is dead. Denser at the start than the Standard Webhooks example (5 s, 5 min, …): an alert
 * is worth most early.
 */
export const RETRY_DELAYS_MS: readonly number[] = [
  5 * SECOND,
  30 * SECOND,
  2 * MINUTE,
  10 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  24 * HOUR,
];

/**
 * The circuit breaker: how long nothing is sent to a webhook after its first, second, … failure in a row; after the last,
 * the last delay repeats. Every minute in the first hour, every five minutes later: pending deliveries arrive that soon
 * after the receiver's return.
 */
export const BREAKER_DELAYS_MS: readonly number[] = [
  SECOND,
  5 * SECOND,
  15 * SECOND,
  30 * SECOND,
  ...Array.from({ length: 60 }, () => MINUTE),
  5 * MINUTE,
];

/**
 * How long a webhook is left alone after its first, second, … pass in a row that our own database failed. Messages that
 * were sent and could not be recorded are sent again in each pass: on a disk that stays full, not every half second.
 */
const FAILED_PASS_DELAYS_MS: readonly number[] = [SECOND, 2 * SECOND, 5 * SECOND, 15 * SECOND, 30 * SECOND];
/** `failures`: passes failed in a row, the latest included. */
export const failedPassDelayMs = (failures: number): number => nthOrLast(FAILED_PASS_DELAYS_MS, failures - 1);

/** The n-th, from 0, or the last. */
const nthOrLast = (list: readonly number[], n: number): number => list[n] ?? list.at(-1) ?? 0;

/** A receiver that was away for this long has missed a weekend; what was sent before it is of no use any more. */
export const GIVE_UP_AFTER_MS = 3 * DAY;
/** Delays grow by up to a fifth, so that webhooks of one receiver do not retry together. */
const JITTER = 0.2;
/** A receiver may ask for time, but not for ever. */
const RETRY_AFTER_MS_MAX = DAY;

/** The result of one attempt, as far as the schedule needs it. */
export interface AttemptAnswer {
  /** As the webhook's format reads the answer: some services answer 200 and refuse in the body. */
  readonly accepted: boolean;
  /** HTTP status, or the reply code of SMTP; null when no answer came. */
  readonly status: number | null;
  readonly retryAfterMs: number | null;
  /** Not sent, because the address is forbidden or the webhook is disabled. */
  readonly blocked: boolean;
  /** Whether this message will never be accepted, by its protocol; null: HTTP, where the status decides. */
  readonly forGood: boolean | null;
}

/** With 410 a receiver says that it wants no more messages at all (Standard Webhooks), so its webhook is disabled. */
export const isGone = (answer: AttemptAnswer): boolean => answer.forGood === null && answer.status === 410;

export interface RetrySchedule {
  readonly retryDelaysMs: readonly number[];
  readonly breakerDelaysMs: readonly number[];
  readonly giveUpAfterMs: number;
}
export const SCHEDULE: RetrySchedule = {
  retryDelaysMs: RETRY_DELAYS_MS,
  breakerDelaysMs: BREAKER_DELAYS_MS,
  giveUpAfterMs: GIVE_UP_AFTER_MS,
};

/** The state of one delivery after an attempt. */
export interface DeliveryOutcome {
  readonly id: string;
  readonly state: "delivered" | "failed" | "dead";
  readonly tries: number;
  /** Epoch ms; null when there will be no further attempt. */
  readonly nextMs: number | null;
}

interface AnsweredMessage {
  readonly deliveries: readonly PendingDelivery[];
  readonly answer: AttemptAnswer;
  readonly health: EndpointHealth;
  readonly nowMs: number;
  /** In [0, 1), for the jitter. */
  readonly chance: number;
}

/**
 * The state of each delivery of an answered message, and the health of its webhook. The first failure counts against the
 * delivery; further ones in a row count against the webhook only and cost no delivery its tries. A batch that is refused
 * for good is split up, because most of it may be acceptable.
 */
export function afterAttempt(
  { deliveries, answer, health, nowMs, chance }: AnsweredMessage,
  schedule: RetrySchedule,
): { readonly outcomes: readonly DeliveryOutcome[]; readonly health: EndpointHealth } {
  const ended = (state: "delivered" | "dead") =>
    deliveries.map(({ id, tries }) => ({ id, state, tries, nextMs: null }));
  if (answer.accepted) return { outcomes: ended("delivered"), health: HEALTHY };
  if (isRefusedForGood(answer)) {
    const isSplit = deliveries.length > 1 && !answer.blocked && !isGone(answer);
    const alone = ({ id, tries }: PendingDelivery): DeliveryOutcome => ({
      id,
      state: "failed",
      tries: Math.max(tries + 1, ALONE_FROM_TRIES),
      nextMs: nowMs,
    });
    // The receiver answers, so the next delivery may be tried at once.
    const outcomes = isSplit ? deliveries.map(alone) : ended("dead");
    return { outcomes, health: { ...health, restUntilMs: nowMs } };
  }
  const after = afterFailure(health, answer, schedule.breakerDelaysMs, { nowMs, chance });
  const outcomes = deliveries.map(({ id, tries: before, sinceMs }): DeliveryOutcome => {
    const tries = before + (health.failures === 0 ? 1 : 0);
    const delayMs = tries === 0 ? 0 : schedule.retryDelaysMs[tries - 1];
    const isTooOld = nowMs - sinceMs > schedule.giveUpAfterMs;
    if (delayMs === undefined || isTooOld) return { id, state: "dead", tries, nextMs: null };
    return { id, state: "failed", tries, nextMs: Math.max(after.restUntilMs, nowMs + jittered(delayMs, chance)) };
  });
  return { outcomes, health: after };
}

/**
 * `Retry-After` can lengthen the delay, never shorten it. Answers to messages that were sent before the current delay
 * began do not count as further failures.
 */
function afterFailure(
  health: EndpointHealth,
  { retryAfterMs }: AttemptAnswer,
  delaysMs: readonly number[],
  { nowMs, chance }: { readonly nowMs: number; readonly chance: number },
): EndpointHealth {
  const requestedMs = nowMs + Math.min(retryAfterMs ?? 0, RETRY_AFTER_MS_MAX);
  if (health.restUntilMs > nowMs) return { ...health, restUntilMs: Math.max(health.restUntilMs, requestedMs) };
  const delayMs = nthOrLast(delaysMs, health.failures);
  return {
    failures: health.failures + 1,
    failingSinceMs: health.failingSinceMs ?? nowMs,
    restUntilMs: Math.round(Math.max(nowMs + jittered(delayMs, chance), requestedMs)),
  };
}

const jittered = (ms: number, chance: number): number => ms * (1 + JITTER * chance);

/**
 * Refusals of this very request: the body is the same at every attempt, so the answer will be the same too. 410 is how
 * Standard Webhooks receivers say that they want no more messages.
 */
const REFUSED_FOR_GOOD: ReadonlySet<number> = new Set([400, 405, 406, 410, 411, 413, 414, 415, 417, 422, 431]);

/**
 * Redirects are not followed (they could lead to an unchecked address) and would not go away. The other 4xx are retried:
 * proxies answer 401, 403 and 404 while a receiver is deployed or its token is rotated, and a lost page costs more than
 * some refused requests. An error that came with a 2xx is retried too: in most cases the service is busy.
 */
function isRefusedForGood({ status, blocked, forGood }: AttemptAnswer): boolean {
  if (blocked) return true;
  if (forGood !== null) return forGood;
  if (status === null || status < 300) return false;
  return status < 400 || REFUSED_FOR_GOOD.has(status);
}

/** Parses a `Retry-After` header, seconds or an HTTP date, as ms from now; null when it is neither. */
export function parseRetryAfter(text: string | null, nowMs: number): number | null {
  if (text === null) return null;
  if (/^\s*\d+\s*$/.test(text)) return Number(text) * SECOND;
  const dateMs = Date.parse(text);
  return Number.isNaN(dateMs) ? null : Math.max(0, dateMs - nowMs);
}
