import "server-only";
import type { Result } from "@/lib/base/errors/failure";
import { SECOND } from "@/lib/base/time/duration";
import type { ManagementAnswer, ManagementApi } from "@/lib/rabbitmq/api/management-api";
import { SHARE } from "@/lib/rabbitmq/api/reach";

export interface ThrottledAnswer<T> {
  readonly answer: Result<T>;
  /** false: the answer was returned before. */
  readonly fresh: boolean;
  readonly bytes: number;
}

export interface ThrottledEndpoint<T> {
  /** For the poll: requests where that is fast, and returns the last answer of `readAhead` where it is expensive. */
  read(signal: AbortSignal): Promise<ThrottledAnswer<T>>;
  /** Between two polls: requests what is too expensive for a poll to wait for, if it is due. Never rejects. */
  readAhead(signal: AbortSignal): Promise<void>;
}

/** An older answer does not describe the present, however expensive a new one is. */
const OLD_MS_MAX = 30 * SECOND;

/** A poll waits no longer than this for other lists: meanwhile its list of connections would become stale. */
const WAITED_FOR_MS = 250;

/**
 * Requests one endpoint no more often than its own cost allows: a list that takes a second is requested every six seconds,
 * and delays neither the poll nor other endpoints. In between, the previous answer is returned. `now` is a steady clock, ms.
 */
export function throttledEndpoint<T>(
  api: ManagementApi,
  path: () => string,
  parse: (json: unknown) => Result<T>,
  now: () => number,
): ThrottledEndpoint<T> {
  let last: { readonly answer: Result<T>; readonly requestedMs: number; readonly tookMs: number } | null = null;
  // Of the last answer, until it is returned.
  let unread: { readonly bytes: number } | null = null;

  async function request(signal: AbortSignal): Promise<Result<T>> {
    const requestedMs = now();
    const raw: Result<ManagementAnswer> = await api.get(path(), signal);
    const answer = raw.ok ? parse(raw.value.json) : raw;
    last = { answer, requestedMs, tookMs: now() - requestedMs };
    unread = { bytes: raw.ok ? raw.value.bytes : 0 };
    return answer;
  }
  const isDue = (): boolean => last === null || now() - last.requestedMs >= Math.min(OLD_MS_MAX, SHARE * last.tookMs);
  const isExpensive = (): boolean => last !== null && last.tookMs > WAITED_FOR_MS;

  return {
    async read(signal) {
      const answer = last === null || (isDue() && !isExpensive()) ? await request(signal) : last.answer;
      const fresh = unread !== null;
      const bytes = unread?.bytes ?? 0;
      unread = null;
      return { answer, fresh, bytes };
    },
    async readAhead(signal) {
      if (isExpensive() && isDue()) await request(signal);
    },
  };
}
