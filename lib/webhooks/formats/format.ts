import { reason } from "@/lib/messages/because";
import { SECOND } from "@/lib/time/duration";
import type { FormatName, Json, WebhookOf } from "@/lib/webhooks/endpoint";
import type { WebhookEvent } from "@/lib/webhooks/event";

/** A message before the secrets are put into it: it can be shown to whoever may see the alert. */
export interface Written {
  /** Appended to the webhook's URL; empty for most. */
  readonly path: string;
  readonly contentType: string;
  readonly body: Json;
}

export const written = (body: Json, path = "", contentType = "application/json"): Written => ({
  path,
  contentType,
  body,
});

/** What a receiver answered. */
export interface Heard {
  readonly status: number;
  /** The beginning of the answer; services that say what went wrong say it in a few hundred bytes. */
  readonly body: string;
}

export type Verdict =
  | { readonly accepted: true }
  /** `because` holds nothing of the answer but numbers and code words: receivers echo what they were sent. */
  | { readonly accepted: false; readonly because: string; readonly retryAfterMs: number | null };

/** One way to say an event. Pure: what depends on a secret or on the time of the attempt is added by `seal`. */
export interface Format<F extends FormatName> {
  /** Cuts what is too long for the service; never fails. */
  write(event: WebhookEvent, webhook: WebhookOf<F>): Written;
  /** Several events as one message, in their order. Absent: the format has no such message, and none is made. */
  writeMany?(events: readonly [WebhookEvent, ...WebhookEvent[]], webhook: WebhookOf<F>): Written;
  accepted(answer: Heard): Verdict;
}

export const ACCEPTED: Verdict = { accepted: true };
export const refused = (because: string, retryAfterMs: number | null = null): Verdict => ({
  accepted: false,
  because,
  retryAfterMs,
});

/** 2xx is yes. Redirects are not followed: they could lead to an address nobody checked. */
export function byStatus({ status }: Heard): Verdict {
  if (status >= 200 && status < 300) return ACCEPTED;
  return refused(
    status >= 300 && status < 400 ? reason("sentRedirected", { status }) : reason("sentStatus", { status }),
  );
}

/** A field of a JSON answer by its path; undefined where there is none. */
export function answered(body: string, ...path: readonly string[]): unknown {
  try {
    return path.reduce<unknown>(
      (value, name) => (typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined),
      JSON.parse(body),
    );
  } catch {
    return undefined;
  }
}

/** For the services that answer 200 to everything: the number under `names` is 0 when the message was taken. */
export function byCode(answer: Heard, names: readonly string[], busy: Readonly<Record<number, number>>): Verdict {
  const verdict = byStatus(answer);
  if (!verdict.accepted) return verdict;
  const code = names.map((name) => answered(answer.body, name)).find((value) => typeof value === "number");
  if (code === undefined) return refused(reason("sentSilent", {}));
  if (code === 0) return ACCEPTED;
  return refused(reason("sentError", { code }), busy[code] ?? null);
}

/** Seconds of an answer as ms; null where it says none. */
export const secondsOf = (value: unknown): number | null =>
  typeof value === "number" && Number.isFinite(value) ? Math.max(0, value * SECOND) : null;
