import type { Reason } from "@/lib/base/messages/reason";
import type { AttemptAnswer } from "@/lib/notifications/delivery/retry-schedule";
import type { WebhookEvent } from "@/lib/notifications/formats/event";

/** What one message says. */
export interface OutgoingMessage {
  /** The `webhook-id`, the same at every attempt. */
  readonly id: string;
  readonly event: WebhookEvent;
  /** Further events of the same message, after `event`; only in formats that can carry them. */
  readonly more?: readonly WebhookEvent[];
  /** The `webhook-id` of the first message about this alert, which mails refer to as their thread; null: there is none. */
  readonly first?: string | null;
}

/** What one attempt resulted in. */
export interface SendResult extends AttemptAnswer {
  readonly durationMs: number;
  /** Why the webhook did not accept the message, without URL or secret; null when it did. */
  readonly reason: Reason | null;
}

/** How the attempt of one message is limited. */
export interface SendOptions {
  readonly now: () => number;
  /** Ends the attempt from outside; it then counts as one without an answer. */
  readonly signal: AbortSignal;
  readonly timeoutMs?: number;
}
