import type { Queue } from "@/lib/rabbitmq/api/broker";

export type QueueRole = "work" | "retry" | "dead-letter" | "delay";

/**
 * Why a queue has its role. `named-…`: concluded from the name alone, because a dead-letter exchange with a name leads
 * somewhere only its bindings tell.
 */
export type RoleReason =
  | "ttl-returns-to-cycle"
  | "ttl-returns-to-queue"
  | "message-ttl-returns-to-queue"
  | "message-ttl-returns-to-cycle"
  | "expiring-returns-to-queue"
  | "delays-inside"
  | "dead-letter-target"
  | "named-retry"
  | "named-delay"
  | "named-dead-letter"
  | "consumed"
  | "exchange-unresolved"
  | "nothing-special";

export interface RoledQueue extends Queue {
  readonly role: QueueRole;
  readonly roleBecause: RoleReason;
  /** The queue a retry or delay queue gives its messages back to; null for other roles and where it is not known. */
  readonly retriesInto: string | null;
}

export type RoleResult = Pick<RoledQueue, "role" | "roleBecause" | "retriesInto">;
