import "server-only";
import type { ManagementAnswer, ManagementApi } from "@/lib/brokers/management-api";
import { SHARE } from "@/lib/brokers/reach";
import type { Outcome } from "@/lib/errors/failure";
import { SECOND } from "@/lib/time/duration";

export interface Beaten<T> {
  readonly answer: Outcome<T>;
  /** false: not asked again yet, and the answer is the one before. */
  readonly fresh: boolean;
  readonly bytes: number;
}

/** Older than this, the answer before says nothing of now, however dear a new one is. */
const OLD_MS_MAX = 30 * SECOND;

/**
 * Asks one endpoint no more often than its own cost allows: a list that takes a second is asked every sixth one, and
 * holds up neither the poll nor the others. In between the answer before stands. `now` never steps back, ms.
 */
export function atOwnBeat<T>(
  api: ManagementApi,
  path: string,
  parse: (json: unknown) => Outcome<T>,
  now: () => number,
): (signal: AbortSignal) => Promise<Beaten<T>> {
  let before: { readonly answer: Outcome<T>; readonly askedMs: number; readonly tookMs: number } | null = null;
  return async (signal) => {
    const askedMs = now();
    if (before !== null && askedMs - before.askedMs < Math.min(OLD_MS_MAX, SHARE * before.tookMs)) {
      return { answer: before.answer, fresh: false, bytes: 0 };
    }
    const raw: Outcome<ManagementAnswer> = await api.get(path, signal);
    const answer = raw.ok ? parse(raw.value.json) : raw;
    before = { answer, askedMs, tookMs: now() - askedMs };
    return { answer, fresh: true, bytes: raw.ok ? raw.value.bytes : 0 };
  };
}
