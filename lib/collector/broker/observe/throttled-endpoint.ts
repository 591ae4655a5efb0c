import "server-only";
import type { Result } from "@/lib/base/errors/failure";
import { SECOND } from "@/lib/base/time/duration";
import type { ManagementAnswer, ManagementApi } from "@/lib/rabbitmq/api/management-api";
import { SHARE } from "@/lib/rabbitmq/api/reach";

export interface ThrottledAnswer<T> {
  readonly answer: Result<T>;
  /** false: the answer is one that was taken before. */
  readonly fresh: boolean;
  readonly bytes: number;
}

export interface ThrottledEndpoint<T> {
  /** For the poll: asks where that is quick, and takes what `ahead` last brought where it is dear. */
  read(signal: AbortSignal): Promise<ThrottledAnswer<T>>;
  /** Between two polls: asks for what is too dear to be waited for, if it is due. Never rejects. */
  readAhead(signal: AbortSignal): Promise<void>;
}

/** Older than this, the answer before says nothing of now, however dear a new one is. */
const OLD_MS_MAX = 30 * SECOND;

/** A poll waits no longer than this for a list that is not its own: what it knows of the clients would grow old. */
const WAITED_FOR_MS = 250;

/**
 * Asks one endpoint no more often than its own cost allows: a list that takes a second is asked every sixth one, and
 * holds up neither the poll nor the others. In between the answer before stands. `now` never steps back, ms.
 */
export function throttledEndpoint<T>(
  api: ManagementApi,
  path: string,
  parse: (json: unknown) => Result<T>,
  now: () => number,
): ThrottledEndpoint<T> {
  let last: { readonly answer: Result<T>; readonly askedMs: number; readonly tookMs: number } | null = null;
  // Of the last answer, until it is taken.
  let untaken: { readonly bytes: number } | null = null;

  async function ask(signal: AbortSignal): Promise<Result<T>> {
    const askedMs = now();
    const raw: Result<ManagementAnswer> = await api.get(path, signal);
    const answer = raw.ok ? parse(raw.value.json) : raw;
    last = { answer, askedMs, tookMs: now() - askedMs };
    untaken = { bytes: raw.ok ? raw.value.bytes : 0 };
    return answer;
  }
  const isDue = (): boolean => last === null || now() - last.askedMs >= Math.min(OLD_MS_MAX, SHARE * last.tookMs);
  const isDear = (): boolean => last !== null && last.tookMs > WAITED_FOR_MS;

  return {
    async read(signal) {
      const answer = last === null || (isDue() && !isDear()) ? await ask(signal) : last.answer;
      const fresh = untaken !== null;
      const bytes = untaken?.bytes ?? 0;
      untaken = null;
      return { answer, fresh, bytes };
    },
    async readAhead(signal) {
      if (isDear() && isDue()) await ask(signal);
    },
  };
}
