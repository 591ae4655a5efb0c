import { Connection } from "rabbitmq-client";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { Broker } from "@/e2e/world/broker";
import { openBroker } from "@/e2e/world/external-services";
import type { Stoppable } from "@/lib/base/concurrency/loop";
import { SAMPLED } from "@/lib/base/signals/catalogue";
import { queueContext, queueSamples } from "@/lib/collector/broker/derive/measure-queues";
import type { BrokerMemory } from "@/lib/collector/broker/memory";
import { pollBroker } from "@/lib/collector/broker/poll-broker";
import type { Runtime } from "@/lib/collector/runtime";
import { testRuntime } from "@/lib/collector/runtime.testing";
import { FileConfig } from "@/lib/config/schema";
import type { Database } from "@/lib/storage/database";
import { loadConsumedQueues } from "@/lib/storage/rabbitmq/consumed-queues";
import { testDatabase } from "@/lib/storage/storage.testing";

/** For a statistics interval and several polls on a busy machine. */
const WITHIN = { timeout: 60_000, interval: 500 };
const MARK = `rules-${process.pid}`;

let broker: Broker;
let database: Database;
let runtime: Runtime;
let loops: readonly Stoppable[] = [];
const connections: Connection[] = [];

beforeAll(async () => {
  broker = await openBroker();
  database = await testDatabase();
  runtime = testRuntime({ database });
  const { brokers } = FileConfig.parse({ brokers: [{ id: "main", managementUrl: broker.managementUrl }] });
  loops = brokers.map((one) => pollBroker(runtime, { ...one, pollSeconds: 1 }));
}, 180_000);

afterAll(async () => {
  for (const one of connections) one.unsafeDestroy();
  await Promise.all(loops.map((loop) => loop.stop()));
  await database?.close();
  await broker?.kill();
}, 120_000);

function memory(): BrokerMemory {
  const known = runtime.brokers.get("main");
  if (known === undefined) throw new Error("the broker has not been polled yet");
  return known;
}

async function connect(connectionName: string) {
  const connection = new Connection({ url: broker.amqpUrl, connectionName });
  connection.on("error", () => undefined);
  connections.push(connection);
  return { connection, channel: await connection.acquire() };
}

function measured(queue: string) {
  const sample = queueSamples(memory()).find(({ labels }) => labels.queue === queue);
  if (sample === undefined) throw new Error(`${queue} is not listed yet`);
  const values = Object.fromEntries(SAMPLED.queue.map(([name], at) => [name, sample.values[at]]));
  return { values, context: queueContext(memory(), sample) };
}

test("consumers at the prefetch limit, and then a queue whose consumers have left, with the client's name", async () => {
  const [queue, name] = [`${MARK}-full`, `${MARK}-worker`];
  const { connection, channel } = await connect(name);
  await channel.queueDeclare({ queue, durable: true });
  for (let sent = 0; sent < 20; sent++) await channel.basicPublish({ routingKey: queue }, "work");
  await channel.basicQos({ prefetchCount: 5 });
  await channel.basicConsume({ queue }, () => undefined);
  await vi.waitFor(() => {
    const { values, context } = measured(queue);
    expect(values).toMatchObject({ "queue.ready": 15, "queue.consumers.idle": 2, "queue.unavailable": 0 });
    expect(context).toMatchObject({ unacked: 5, consumers: 1, clients: name });
  }, WITHIN);
  connection.unsafeDestroy();
  await vi.waitFor(() => {
    const { values, context } = measured(queue);
    expect(values).toMatchObject({ "queue.ready": 20, "queue.consumers.missing": 2, "queue.consumers.idle": null });
    expect(context).toMatchObject({ hadConsumers: 1, clients: name });
  }, WITHIN);
  const stored = await loadConsumedQueues(database.db, "main");
  expect([...stored].filter((key) => key.endsWith(`\0${queue}`))).toHaveLength(1);
}, 180_000);

test("messages that no queue got are counted, and their publisher is known", async () => {
  const name = `${MARK}-publisher`;
  const { channel } = await connect(name);
  await vi.waitFor(() => expect(memory().unroutable.total).not.toBeNull(), WITHIN);
  const before = memory().unroutable.total ?? 0;
  const publish = setInterval(() => void channel.basicPublish({ routingKey: `${MARK}-nowhere` }, "lost"), 200);
  await vi
    .waitFor(() => {
      expect(memory().unroutable.total).toBeGreaterThan(before);
      expect(memory().unroutable.connections.size).toBeGreaterThan(0);
    }, WITHIN)
    .finally(() => clearInterval(publish));
}, 120_000);

test("a node has its limits, and what changes in days was requested", async () => {
  await vi.waitFor(() => expect(memory().checks.requestedMs).not.toBeNull(), WITHIN);
  const [node] = memory().nodes;
  expect(node?.resources?.fileDescriptors?.limit).toBeGreaterThan(0);
  expect(node?.resources?.diskFreeBytes?.used).toBeGreaterThan(0);
  expect(node?.partitions).toEqual([]);
  expect(memory().checks.certificates).toEqual([]);
  expect(memory().checks.disabledFlags).not.toBeNull();
}, 120_000);
