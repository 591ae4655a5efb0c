import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type Broker, startBroker } from "@/e2e/world/broker";
import { type Client, spawnClient } from "@/e2e/world/clients/spawn";
import type { Stoppable } from "@/lib/base/concurrency/loop";
import type { BrokerMemory } from "@/lib/collector/broker/memory";
import { pollBroker } from "@/lib/collector/broker/poll-broker";
import type { Runtime } from "@/lib/collector/runtime";
import { testRuntime } from "@/lib/collector/runtime.testing";
import { FileConfig } from "@/lib/config/schema";
import { isOwnClient } from "@/lib/rabbitmq/api/own";
import type { Client as ClientOfBroker } from "@/lib/rabbitmq/clients/client";
import type { Database } from "@/lib/storage/database";
import { testDatabase } from "@/lib/storage/storage.testing";

/** The broker lists consumers after 5 s and we wait 15 s for them; the rest is a busy machine. */
const WITHIN = { timeout: 120_000, interval: 500 };
const LIBRARIES = ["amqplib", "rabbitmq-client", "pika", "aio-pika"] as const;
type Library = (typeof LIBRARIES)[number];

let broker: Broker;
let database: Database;
let runtime: Runtime;
let loop: Stoppable;
const started: Client[] = [];

beforeAll(async () => {
  broker = await startBroker();
  database = await testDatabase();
  runtime = testRuntime({ database });
  const { managementUrl, amqpUrl } = broker;
  const [config] = FileConfig.parse({ brokers: [{ id: "main", managementUrl, amqpUrl, pollSeconds: 1 }] }).brokers;
  if (config === undefined) throw new Error("no broker in the configuration");
  loop = pollBroker(runtime, config);
  await vi.waitFor(() => expect(memory().pushStatus.log.is).toBe("flowing"), WITHIN);
}, 180_000);

afterAll(async () => {
  await Promise.all(started.map((client) => client.kill()));
  await loop?.stop();
  await database?.close();
  await broker?.kill();
}, 120_000);

function memory(): BrokerMemory {
  const found = runtime.brokers.get("main");
  if (found === undefined) throw new Error("the broker has not been polled yet");
  return found;
}

async function start(library: Library, name: string | null, queue: string | null): Promise<Client> {
  const client = await spawnClient({ url: broker.amqpUrl, name, library, queue, heartbeat: 60, reconnect: false });
  started.push(client);
  await client.waitFor("connected");
  return client;
}

const shown = (namedBy: ClientOfBroker["namedBy"]) =>
  [...memory().clients.values()]
    .filter((client) => client.namedBy === namedBy && client.state !== "departed" && !isOwnClient(client))
    .map(({ name, state, reconnectsMs }) => [name.replace(/^.* guest@127\.0\.0\.1 /u, ""), state, reconnectsMs.length])
    .toSorted();
const unnamed = () => shown("identity");
const named = () => shown("connection-name");

/** A client seen for half a minute is none that only visits. */
const ESTABLISHED_MS = 45_000;
const established = () => {
  const sinceMs = Date.now();
  return vi.waitFor(() => expect(Date.now() - sinceMs).toBeGreaterThan(ESTABLISHED_MS), WITHIN);
};

test.concurrent("unnamed clients of four libraries, killed and back without their queues, are likely the same", async () => {
  const clients = await Promise.all(LIBRARIES.map((library) => start(library, null, `q.${library}`)));
  const expected = LIBRARIES.map((library) => `(q.${library})`).toSorted();
  await vi.waitFor(() => expect(unnamed()).toEqual(expected.map((name) => [name, "connected", 0])), WITHIN);
  await established();
  await Promise.all(clients.map((client) => client.kill()));
  const back = await Promise.all(LIBRARIES.map((library) => start(library, null, null)));
  await vi.waitFor(() => expect(unnamed()).toEqual(expected.map((name) => [name, "connected", 1])), WITHIN);
  const joined = [...memory().open.values()].filter(({ likely }) => likely);
  expect(joined).toHaveLength(LIBRARIES.length);
  await Promise.all(back.map((client) => client.kill()));
}, 400_000);

test.concurrent("default names of Spring are one client at each start, and those of two prefixes two", async () => {
  const first = await Promise.all([
    start("amqplib", "rabbitConnectionFactory#6b1274d2:0", "q.spring"),
    start("amqplib", "orders#0", "q.orders"),
    start("amqplib", "audit#0", "q.audit"),
  ]);
  await vi.waitFor(() => expect(named()).toHaveLength(first.length), WITHIN);
  await established();
  await Promise.all(first.map((client) => client.kill()));
  await Promise.all([
    start("amqplib", "rabbitConnectionFactory#1f9e5a07:0", "q.spring"),
    start("amqplib", "orders#1", "q.orders"),
    start("amqplib", "audit#1", "q.audit"),
  ]);
  await vi.waitFor(
    () =>
      expect(named()).toEqual([
        ["audit", "connected", 1],
        ["orders", "connected", 1],
        ["rabbitConnectionFactory (127.0.0.1)", "connected", 1],
      ]),
    WITHIN,
  );
}, 300_000);
