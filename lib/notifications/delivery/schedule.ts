import { DAY, HOUR, MINUTE, SECOND } from "@/lib/base/time/duration";
import { ALONE_FROM_TRIES, type EndpointHealth, HEALTHY, type Waiting } from "@/lib/notifications/delivery/send-limits";

/**
 * How long a delivery waits after its first, second, … failure of its own, while others are accepted; after the last it
 * is dead. Denser at the start than the Standard Webhooks example (5 s, 5 min, …): an alert is worth most early.
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
 * How long a webhook rests after its first, second, … failure in a row; after the last, as long as that again and again.
 * Each minute of the first hour, then each five minutes: whatever waits for a receiver that was away arrives that soon
 * after its return.
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
 * How long a webhook whose turn our own database cut short is left alone, after its first, second, … in a row. What it
 * was sent and could not be recorded goes out again at each try: on a disk that stays full, not every half second.
 */
const CUT_RESTS_MS: readonly number[] = [SECOND, 2 * SECOND, 5 * SECOND, 15 * SECOND, 30 * SECOND];
/** `cuts`: so many in a row, this one among them. */
export const jitteredDelayMs = (cuts: number): number => nthOrLast(CUT_RESTS_MS, cuts - 1);

/** The n-th, from 0, and after the last the last again. */
const nthOrLast = (list: readonly number[], n: number): number => list[n] ?? list.at(-1) ?? 0;

/** A receiver that was away for this long did not read what it was sent on Friday evening. */
export const GIVE_UP_AFTER_MS = 3 * DAY;
/** Waits grow by up to a fifth, so that webhooks of one receiver do not come back together. */
const JITTER = 0.2;
/** A receiver may ask for time, not for never. */
const RETRY_AFTER_MS_MAX = DAY;

/** What came of one attempt, as far as the schedule is concerned. */
export interface AttemptAnswer {
  /** As the webhook's format reads the answer: some services answer 200 and mean no. */
  readonly accepted: boolean;
  /** HTTP status, or the reply code of SMTP; null when no answer came. */
  readonly status: number | null;
  readonly retryAfterMs: number | null;
  /** Not sent, because the address is forbidden or the webhook is switched off. */
  readonly blocked: boolean;
  /** Whether this very message will never be taken, as its protocol says; null: HTTP, where the status says it. */
  readonly forGood: boolean | null;
}

/** By this a receiver says that it wants no more of anything (Standard Webhooks), so its webhook is switched off. */
export const isGone = (answer: AttemptAnswer): boolean => answer.forGood === null && answer.status === 410;

export interface Schedule {
  readonly delaysMs: readonly number[];
  readonly restsMs: readonly number[];
  readonly giveUpAfterMs: number;
}
export const SCHEDULE: Schedule = {
  delaysMs: RETRY_DELAYS_MS,
  restsMs: BREAKER_DELAYS_MS,
  giveUpAfterMs: GIVE_UP_AFTER_MS,
};

/** Where one delivery stands after an attempt. */
export interface ScheduledOutcome {
  readonly id: string;
  readonly state: "delivered" | "failed" | "dead";
  readonly tries: number;
  /** Epoch ms; null when there will be no further attempt. */
  readonly nextMs: number | null;
}

interface Attempted {
  readonly message: readonly Waiting[];
  readonly answer: AttemptAnswer;
  readonly lane: EndpointHealth;
  readonly nowMs: number;
  /** In [0, 1), for the jitter. */
  readonly chance: number;
}

/**
 * What follows from an attempt at one message: where each delivery in it stands, and its webhook. The first failure is
 * the delivery's own; further ones in a row are the webhook's, and cost no delivery its tries. A batch refused for good
 * is taken apart, for most of it may be wanted.
 */
export function afterAttempt(
  { message, answer, lane, nowMs, chance }: Attempted,
  schedule: Schedule,
): { readonly outcomes: readonly ScheduledOutcome[]; readonly lane: EndpointHealth } {
  const over = (state: "delivered" | "dead") => message.map(({ id, tries }) => ({ id, state, tries, nextMs: null }));
  if (answer.accepted) return { outcomes: over("delivered"), lane: HEALTHY };
  if (isRefused(answer)) {
    const apart = message.length > 1 && !answer.blocked && !isGone(answer);
    const alone = ({ id, tries }: Waiting): ScheduledOutcome => ({
      id,
      state: "failed",
      tries: Math.max(tries + 1, ALONE_FROM_TRIES),
      nextMs: nowMs,
    });
    // It answers, so nothing speaks against the next one.
    return { outcomes: apart ? message.map(alone) : over("dead"), lane: { ...lane, restUntilMs: nowMs } };
  }
  const after = rested(lane, answer, schedule.restsMs, { nowMs, chance });
  const outcomes = message.map((one): ScheduledOutcome => {
    const tries = one.tries + (lane.failures === 0 ? 1 : 0);
    const delay = tries === 0 ? 0 : schedule.delaysMs[tries - 1];
    const tooOld = nowMs - one.sinceMs > schedule.giveUpAfterMs;
    if (delay === undefined || tooOld) return { id: one.id, state: "dead", tries, nextMs: null };
    return { id: one.id, state: "failed", tries, nextMs: Math.max(after.restUntilMs, nowMs + longer(delay, chance)) };
  });
  return { outcomes, lane: after };
}

/** A `Retry-After` can lengthen a rest, never shorten it. Answers to what was sent before the rest began add nothing. */
function rested(
  lane: EndpointHealth,
  { retryAfterMs }: AttemptAnswer,
  restsMs: readonly number[],
  { nowMs, chance }: { readonly nowMs: number; readonly chance: number },
): EndpointHealth {
  const asked = nowMs + Math.min(retryAfterMs ?? 0, RETRY_AFTER_MS_MAX);
  if (lane.restUntilMs > nowMs) return { ...lane, restUntilMs: Math.max(lane.restUntilMs, asked) };
  const rest = nthOrLast(restsMs, lane.failures);
  return {
    failures: lane.failures + 1,
    failingSinceMs: lane.failingSinceMs ?? nowMs,
    restUntilMs: Math.round(Math.max(nowMs + longer(rest, chance), asked)),
  };
}

const longer = (ms: number, chance: number): number => ms * (1 + JITTER * chance);

/**
 * Refusals of this very request: the body is the same at every attempt, so the answer will be too. 410 is how
 * Standard Webhooks receivers say that they want no more.
 */
const REFUSED_FOR_GOOD: ReadonlySet<number> = new Set([400, 405, 406, 410, 411, 413, 414, 415, 417, 422, 431]);

/**
 * Redirects are not followed (they could lead to an address nobody checked) and would not go away. The other 4xx are
 * retried: 401, 403 and 404 are what proxies answer while a receiver is deployed or its token is rotated, and a lost
 * page costs more than some refused requests. So is an error that came with a 2xx: most are a service that is busy.
 */
function isRefused({ status, blocked, forGood }: AttemptAnswer): boolean {
  if (blocked) return true;
  if (forGood !== null) return forGood;
  if (status === null || status < 300) return false;
  return status < 400 || REFUSED_FOR_GOOD.has(status);
}

/** Reads a `Retry-After` header, seconds or an HTTP date, as ms from now; null when it says neither. */
export function parseRetryAfter(text: string | null, nowMs: number): number | null {
  if (text === null) return null;
  if (/^\s*\d+\s*$/.test(text)) return Number(text) * SECOND;
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : Math.max(0, at - nowMs);
}
