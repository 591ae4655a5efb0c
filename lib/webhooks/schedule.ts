import { HOUR, MINUTE, SECOND } from "@/lib/time/duration";

/**
 * How long to wait after the first, second, … failed attempt; after the last the delivery is dead. Ten attempts over
 * about 42 hours. Denser at the start than the Standard Webhooks example (5 s, 5 min, …): an alert is worth most in
 * its first minutes, and most receivers that fail are only restarting.
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

/** Delays grow by up to a fifth, so that the deliveries a receiver refused together do not come back together. */
const JITTER = 0.2;
/** A receiver may ask for time, not for never: no longer than the longest delay of our own. */
const RETRY_AFTER_MS_MAX = 24 * HOUR;

/** What came of one attempt, as far as the schedule is concerned. */
export interface Answer {
  /** As the webhook's format reads the answer: some services answer 200 and mean no. */
  readonly accepted: boolean;
  /** null when no answer came. */
  readonly status: number | null;
  readonly retryAfterMs: number | null;
  /** Not sent, because the address is forbidden. */
  readonly blocked: boolean;
}

/** By this a receiver says that it wants no more of anything (Standard Webhooks), so its webhook is switched off. */
export const isGone = (answer: Answer): boolean => answer.status === 410;

export type Next =
  | { readonly state: "delivered" | "dead"; readonly delayMs: null }
  | { readonly state: "failed"; readonly delayMs: number };

/**
 * What follows from attempt number `attempt` (from 1). `chance` is a number in [0, 1), for the jitter. A `Retry-After`
 * can lengthen a delay, never shorten it.
 */
export function afterAttempt(
  answer: Answer,
  attempt: number,
  { delaysMs, chance }: { readonly delaysMs: readonly number[]; readonly chance: number },
): Next {
  if (answer.accepted) return { state: "delivered", delayMs: null };
  const delay = delaysMs[attempt - 1];
  if (!isWorthRetrying(answer) || delay === undefined) return { state: "dead", delayMs: null };
  const asked = Math.min(answer.retryAfterMs ?? 0, RETRY_AFTER_MS_MAX);
  return { state: "failed", delayMs: Math.max(delay * (1 + JITTER * chance), asked) };
}

/**
 * Refusals of this very request: the body is the same at every attempt, so the answer will be too. 410 is how
 * Standard Webhooks receivers say that they want no more.
 */
const REFUSED_FOR_GOOD: ReadonlySet<number> = new Set([400, 405, 406, 410, 411, 413, 414, 415, 417, 422, 431]);

/**
 * Redirects are not followed (they could lead to an address nobody checked) and would not go away. The other 4xx are
 * retried: 401, 403 and 404 are what proxies answer while a receiver is deployed or its token is rotated, and a lost
 * page costs more than nine refused requests. So is an error that came with a 2xx: most are a service that is busy.
 */
function isWorthRetrying({ status, blocked }: Answer): boolean {
  if (blocked) return false;
  if (status === null || status < 300) return true;
  return status >= 400 && !REFUSED_FOR_GOOD.has(status);
}

/** Reads a `Retry-After` header, seconds or an HTTP date, as ms from now; null when it says neither. */
export function parseRetryAfter(text: string | null, nowMs: number): number | null {
  if (text === null) return null;
  if (/^\s*\d+\s*$/.test(text)) return Number(text) * SECOND;
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : Math.max(0, at - nowMs);
}
