import { expect, test } from "vitest";
import { SAMPLED } from "@/lib/base/signals/catalogue";
import { queueContext, queueSamples } from "@/lib/collector/broker/derive/measure-queues";
import { firstMemory } from "@/lib/collector/broker/memory";
import type { Queue } from "@/lib/rabbitmq/api/broker";
import { queueKey } from "@/lib/rabbitmq/queues/queue";
import { aQueue, dlx } from "@/lib/rabbitmq/queues/queues.testing";

const AT = SAMPLED.queue.findIndex(([name]) => name === "queue.consumers.missing");

test.each<[string, Queue, boolean, number | null]>([
  ["messages and no consumer", aQueue("orders", { ready: 3 }), false, 1],
  ["messages and no consumer, where it had some", aQueue("orders", { ready: 3 }), true, 2],
  ["messages and a consumer", aQueue("orders", { ready: 3, consumers: 1 }), true, 0],
  ["no message", aQueue("orders"), true, 0],
  ["only unacknowledged messages", aQueue("orders", { unacked: 3 }), true, 0],
  [
    "a retry queue has no consumer",
    aQueue("orders.retry", { ready: 3, arguments: dlx("", "orders", 5_000) }),
    false,
    0,
  ],
  ["a dead-letter queue", aQueue("orders.dlq", { ready: 3 }), false, 0],
  ["statistics are off", aQueue("orders", { ready: null }), true, null],
  ["a stream retains what was read", aQueue("orders", { type: "stream", ready: 3 }), true, 0],
  ["an exclusive queue ends with its connection", aQueue("amq.gen-JzTY", { exclusive: true, ready: 3 }), false, 0],
  ["the session of an MQTT client that is offline", aQueue("mqtt-subscription-s7qos1", { ready: 3 }), true, 0],
])("%s", (_, queue, consumed, value) => {
  const first = firstMemory("main", 5_000, 0, { clients: [], sessions: [] });
  const memory = { ...first, queues: [queue], everConsumed: new Set(consumed ? [queueKey(queue)] : []) };
  const [sample] = queueSamples(memory);
  expect(sample?.values[AT]).toBe(value);
  expect(sample && queueContext(memory, sample)).toMatchObject({
    ready: queue.ready,
    hadConsumers: value === 2 ? 1 : 0,
  });
});
