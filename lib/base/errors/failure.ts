/** What can go wrong when we ask somebody else. Expected, so it is a value and not an exception. */
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
  /** Whether the same call may succeed later without anybody changing a setting. */
  readonly retry: boolean;
  /** One sentence for an operator: what was tried, what came back. Never holds a secret. */
  readonly detail: string;
}

export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: Failure };

/** A path as a detail may name it: what was asked, without its parameters. */
export const withoutQuery = (path: string): string => path.split("?", 1)[0] ?? path;

export const done = <T>(value: T): Result<T> => ({ ok: true, value });
export const failed = (failure: Failure): { ok: false; failure: Failure } => ({ ok: false, failure });
