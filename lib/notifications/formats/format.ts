import { type Reason, reason } from "@/lib/base/messages/reason";
import { SECOND } from "@/lib/base/time/duration";
import type { WebhookEvent } from "@/lib/notifications/formats/event";
import type { FormatName, Json, WebhookOf } from "@/lib/notifications/formats/webhook";

/** A message without secrets, so it can be shown to everyone who may see the alert. */
export interface FormattedMessage {
  /** Appended to the webhook's URL; empty for most. */
  readonly path: string;
  readonly contentType: string;
  readonly body: Json;
}

export const formattedMessage = (body: Json, path = "", contentType = "application/json"): FormattedMessage => ({
  path,
  contentType,
  body,
});

/** The answer of a receiver. */
export interface ServiceAnswer {
  readonly status: number;
  /** The start of the answer: services explain a failure in a few hundred bytes. */
  readonly body: string;
}

export type AnswerVerdict =
  | { readonly accepted: true }
  /** `reason` holds only numbers and code words of the answer, because receivers echo what they were sent. */
  | { readonly accepted: false; readonly reason: Reason; readonly retryAfterMs: number | null };

/** One message format. Pure: `buildRequest` adds what depends on a secret or on the time of the attempt. */
export interface Format<F extends FormatName> {
  /** Cuts texts that are too long for the service; never fails. */
  write(event: WebhookEvent, webhook: WebhookOf<F>): FormattedMessage;
  /** Several events as one message, in their order. Absent: the format has no batches. */
  writeMany?(events: readonly [WebhookEvent, ...WebhookEvent[]], webhook: WebhookOf<F>): FormattedMessage;
  accepted(answer: ServiceAnswer): AnswerVerdict;
}

export const ACCEPTED: AnswerVerdict = { accepted: true };
export const refused = (why: Reason, retryAfterMs: number | null = null): AnswerVerdict => ({
  accepted: false,
  reason: why,
  retryAfterMs,
});

/** 2xx is accepted. Redirects are not followed: they could lead to an unchecked address. */
export function byStatus({ status }: ServiceAnswer): AnswerVerdict {
  if (status >= 200 && status < 300) return ACCEPTED;
  return refused(
    status >= 300 && status < 400 ? reason("sendRedirected", { status }) : reason("sendStatus", { status }),
  );
}

/** A field of a JSON answer by its path; undefined where there is none. */
export function answerField(body: string, ...path: readonly string[]): unknown {
  try {
    return path.reduce<unknown>(
      (value, name) => (typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined),
      JSON.parse(body),
    );
  } catch {
    return undefined;
  }
}

/** For services that answer 200 to everything: the number under `names` is 0 when the message was accepted. */
export function byCode(
  answer: ServiceAnswer,
  names: readonly string[],
  busy: Readonly<Record<number, number>>,
): AnswerVerdict {
  const verdict = byStatus(answer);
  if (!verdict.accepted) return verdict;
  const code = names.map((name) => codeOf(answerField(answer.body, name))).find((value) => value !== null);
  if (code === undefined || code === null) return refused(reason("sendUnconfirmed", {}));
  if (code === 0) return ACCEPTED;
  return refused(reason("sendErrorCode", { code }), busy[code] ?? null);
}

/** Relays of such a service may quote the number. */
function codeOf(value: unknown): number | null {
  if (typeof value === "number") return value;
  return typeof value === "string" && /^\d{1,9}$/.test(value) ? Number(value) : null;
}

/** Seconds of an answer as ms; null where it names none. */
export const secondsOf = (value: unknown): number | null =>
  typeof value === "number" && Number.isFinite(value) ? Math.max(0, value * SECOND) : null;
