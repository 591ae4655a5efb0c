import type { Reason } from "@/lib/base/messages/reason";

/** How reading a broker, a source or an application can fail. Expected failures are values and not exceptions. */
export type FailureCode =
  | "timeout"
  | "refused"
  | "unauthorized"
  | "too-large"
  | "bad-answer"
  | "not-found"
  | "incompatible"
  | "unavailable";

export interface Failure {
  readonly code: FailureCode;
  /** Whether the same call may succeed later without a change of settings. */
  readonly retry: boolean;
  /** For an operator: what was attempted and what came back. Never holds a secret. */
  readonly reason: Reason;
}

export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: Failure };

/** A path as a reason may contain it: without its parameters. */
export const withoutQuery = (path: string): string => path.split("?", 1)[0] ?? path;

export const done = <T>(value: T): Result<T> => ({ ok: true, value });
export const failed = (failure: Failure): { ok: false; failure: Failure } => ({ ok: false, failure });
