import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type Broker, startBroker } from "@/e2e/world/broker";
import { type Client, spawnClient } from "@/e2e/world/clients/spawn";
import type { Stoppable } from "@/lib/base/concurrency/loop";
import { areClientsKnown, connectionsOf } from "@/lib/collector/broker/derive/coverage";
import { heartbeatOf } from "@/lib/collector/broker/derive/measure-clients";
import type { BrokerMemory } from "@/lib/collector/broker/memory";
import { pollBroker } from "@/lib/collector/broker/poll-broker";
import type { Runtime } from "@/lib/collector/runtime";
import { testRuntime } from "@/lib/collector/runtime.testing";
import { FileConfig } from "@/lib/config/schema";
import type { Database } from "@/lib/storage/database";
import { testDatabase } from "@/lib/storage/storage.testing";

/** For events, log lines, metrics and the broker's own timeout on a busy machine. */
const WITHIN = { timeout: 120_000, interval: 500 };
const TIMING = { lagMs: 15_000, pollMs: 1_000 };

let broker: Broker;
let database: Database;
let runtime: Runtime;
let loops: readonly Stoppable[] = [];
const clients: Client[] = [];

beforeAll(async () => {
  // As in the official image without its management tag, where somebody enabled the plugin.
  broker = await startBroker({ extraConf: ["management_agent.disable_metrics_collector = true"] });
  database = await testDatabase();
  runtime = testRuntime({ database });
  const { managementUrl, amqpUrl, metricsUrl } = broker;
  const { brokers } = FileConfig.parse({
    brokers: [
      { id: "names", managementUrl },
      { id: "events", managementUrl, amqpUrl },
      { id: "metrics", managementUrl, amqpUrl, metricsUrl },
    ],
  });
  loops = brokers.map((one) => pollBroker(runtime, { ...one, pollSeconds: 1 }));
  await vi.waitFor(() => {
    for (const id of ["events", "metrics"]) expect(memoryOf(id).pushStatus.log.is, id).toBe("flowing");
    for (const id of ["names", "events", "metrics"]) expect(memoryOf(id).overview?.statsDisabled, id).toBe(true);
  }, WITHIN);
}, 180_000);

afterAll(async () => {
  await Promise.all(clients.map((client) => client.kill()));
  await Promise.all(loops.map((loop) => loop.stop()));
  await database?.close();
  await broker?.kill();
}, 120_000);

function memoryOf(id: string): BrokerMemory {
  const memory = runtime.brokers.get(id);
  if (memory === undefined) throw new Error(`broker ${id} has not been polled yet`);
  return memory;
}

function clientOf(id: string, name: string) {
  const memory = memoryOf(id);
  const client = [...memory.clients.values()].find((one) => one.name === name);
  if (client === undefined) return null;
  const open = [...memory.open.values()].filter((session) => session.client === client.id);
  const heartbeat = heartbeatOf(client, open, { ...TIMING, nowMs: Date.now() });
  return { state: client.state, end: client.lastEnd, open: open.length, silence: heartbeat?.silenceSeconds ?? null };
}

test("statistics off: names, events and metrics say what they know, and nothing is zero for it", async () => {
  const common = { url: broker.amqpUrl, library: "rabbitmq-client", queue: "work" } as const;
  clients.push(
    await spawnClient({ ...common, name: "steady", heartbeat: 4, publishEveryMs: 200 }),
    await spawnClient({ ...common, name: "frozen", heartbeat: 4, reconnect: false }),
  );
  const [, frozen] = clients;
  await Promise.all(clients.map((client) => client.waitFor("connected")));
  await vi.waitFor(() => {
    for (const id of ["events", "metrics"]) {
      for (const name of ["steady", "frozen"])
        expect(clientOf(id, name)).toMatchObject({ state: "connected", open: 1 });
    }
    // The two clients, and two connections of our own.
    expect(connectionsOf(memoryOf("names"))).toBeGreaterThanOrEqual(4);
  }, WITHIN);
  expect(areClientsKnown(memoryOf("names"))).toBe(false);
  expect([...memoryOf("names").clients.values()]).toEqual([]);
  await vi.waitFor(() => expect(clientOf("metrics", "steady")?.silence).not.toBeNull(), WITHIN);
  expect(clientOf("events", "steady")?.silence).toBeNull();

  frozen?.freeze();
  await vi.waitFor(() => {
    for (const id of ["events", "metrics"]) {
      expect(clientOf(id, "frozen")).toMatchObject({ open: 0, end: { reason: "heartbeat", inferred: false } });
    }
  }, WITHIN);
  for (const id of ["events", "metrics"]) expect(clientOf(id, "steady")).toMatchObject({ state: "connected", open: 1 });
  // Queues have their totals, and no number of consumers, which is not measured.
  expect(memoryOf("names").queues.find((queue) => queue.name === "work")).toMatchObject({
    ready: expect.any(Number),
    consumers: null,
  });
}, 300_000);
