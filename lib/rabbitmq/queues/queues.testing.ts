import type { Queue } from "@/lib/rabbitmq/api/broker";

/** For tests: an empty queue without consumers. */
export const aQueue = (name: string, facts: Partial<Queue> = {}): Queue => ({
  broker: "main",
  vhost: "/",
  name,
  type: "classic",
  state: "running",
  durable: true,
  exclusive: false,
  arguments: {},
  effectivePolicy: {},
  ready: 0,
  unacked: 0,
  consumers: 0,
  rates: { publish: null, deliver: null, ack: null },
  delayed: null,
  counters: null,
  members: null,
  online: null,
  headMessageTimestampSeconds: null,
  ...facts,
});

/** For tests: the arguments of a queue that dead-letters. `ttl` in ms. */
export const dlx = (exchange: string, key?: string, ttl?: number) => ({
  "x-dead-letter-exchange": exchange,
  ...(key === undefined ? {} : { "x-dead-letter-routing-key": key }),
  ...(ttl === undefined ? {} : { "x-message-ttl": ttl }),
});
