import type { Queue } from "@/lib/rabbitmq/api/broker";

export type QueueRole = "work" | "retry" | "dead-letter" | "delay";

/**
 * Why a queue has its role. `named-…`: inferred from its name alone, because only the bindings of a named dead-letter
 * exchange show where it leads.
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
  /** The queue that a retry or delay queue returns its messages to; null for other roles, and where it is not known. */
  readonly retriesInto: string | null;
}

export type RoleResult = Pick<RoledQueue, "role" | "roleBecause" | "retriesInto">;
