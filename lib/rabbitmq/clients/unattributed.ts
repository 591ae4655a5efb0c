import type { Consumer } from "@/lib/rabbitmq/api/broker";

/** The names of queues with a consumer whose row does not say whose it is. null: the consumers could not be read. */
export const unattributedQueues = (consumers: readonly Consumer[] | null): ReadonlySet<string> =>
  new Set(consumers?.flatMap(({ connection, queue }) => (connection === null ? [queue] : [])));
