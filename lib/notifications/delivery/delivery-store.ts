import type { Reason } from "@/lib/base/messages/reason";
import type { Lease } from "@/lib/base/postgres/leases";
import type { EndpointHealth } from "@/lib/notifications/delivery/endpoint-health";
import type { PendingDelivery } from "@/lib/notifications/delivery/send-limits";
import type { Webhook } from "@/lib/notifications/formats/webhook";

export type QueuedState = "queued" | "delivered" | "failed" | "dead";

/** Why and since when a webhook is disabled: its receiver wants no more. */
export interface Disabled {
  readonly atMs: number;
  readonly reason: Reason;
}

/** One attempt, as it is stored with each delivery that it carried. */
export interface AttemptMade {
  readonly atMs: number;
  /** null when no answer came. */
  readonly status: number | null;
  readonly durationMs: number;
  /** Why it was not accepted, or not by all recipients; null when it was. */
  readonly reason: Reason | null;
  /** The `webhook-id` of the batch; null where the delivery went alone. */
  readonly message: string | null;
}

/** One delivery after an attempt. */
export interface AttemptReport {
  readonly id: string;
  readonly state: QueuedState;
  readonly tries: number;
  readonly nextAttemptMs: number | null;
  readonly attempt: AttemptMade;
}

/** A pending delivery with its event as the standard body. Each attempt writes the webhook's format from it. */
export interface QueuedDelivery extends PendingDelivery {
  readonly body: string;
}

/** What attempts at one webhook resulted in. */
export interface WebhookReport {
  readonly attempts: readonly AttemptReport[];
  /** null: unchanged. */
  readonly health: EndpointHealth | null;
  /** A webhook to disable until its settings change or a person enables it. */
  readonly disabled: { readonly webhook: Webhook; readonly as: Disabled } | null;
}

/** The stored deliveries, as the deliverer needs them. */
export interface DeliveryStore {
  /** The webhooks to which something may be sent at `nowMs`, the longest due first. Rate limits are not considered. */
  backlog(nowMs: number): Promise<readonly string[]>;
  /** Pending deliveries in order: due by `dueMs` (null: all) and not behind one of the same alert that is not due. */
  pending(
    webhook: string,
    which: { readonly dueMs: number | null; readonly limit: number },
  ): Promise<readonly QueuedDelivery[]>;
  /** The id of the first delivery of an alert to a webhook; null when there is none. */
  first(webhook: string, alertId: string): Promise<string | null>;
  /** When messages to a webhook began since `sinceMs`. */
  sentSince(webhook: string, sinceMs: number): Promise<readonly number[]>;
  health(webhook: string): Promise<EndpointHealth>;
  /** Why the webhook is disabled; null when it is enabled. */
  disabled(webhook: Webhook): Promise<Disabled | null>;
  /** Stores a report in one transaction. Rejects, and stores nothing, where another holder has taken the lease over. */
  record(lease: Lease, webhook: string, report: WebhookReport): Promise<void>;
}
