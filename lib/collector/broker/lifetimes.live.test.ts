import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { connect } from "amqplib";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { Broker } from "@/e2e/world/broker";
import { type Client, spawnClient } from "@/e2e/world/clients/spawn";
import { openBroker } from "@/e2e/world/external-services";
import { BUILT_IN_RULES } from "@/lib/alerts/catalogue/built-in";
import type { Stoppable } from "@/lib/base/concurrency/loop";
import { SECOND } from "@/lib/base/time/duration";
import { pollBroker } from "@/lib/collector/broker/poll-broker";
import type { Runtime } from "@/lib/collector/runtime";
import { testRuntime } from "@/lib/collector/runtime.testing";
import { FileConfig } from "@/lib/config/schema";
import type { Database } from "@/lib/storage/database";
import { testDatabase } from "@/lib/storage/storage.testing";

const MODES = ["events", "polled"] as const;
/** Seconds on an idle machine; others run here, too. */
const WITHIN = { timeout: 150_000, interval: 500 };
const REQUESTS = 25;

let broker: Broker;
let database: Database;
let runtime: Runtime;
let loops: readonly Stoppable[] = [];
const clients: Client[] = [];
const prefix = `lives-${randomBytes(3).toString("hex")}`;
const nameOf = (name: string): string => `${prefix}-${name}`;

beforeAll(async () => {
  [broker, database] = await Promise.all([openBroker(), testDatabase()]);
  runtime = testRuntime({ database, rules: BUILT_IN_RULES });
  const { managementUrl, amqpUrl } = broker;
  // Short times, so that a test of a minute shows what takes ten minutes and a day by default.
  const learning = { giveUp: "15s", learnConsumers: "20s", learnSessions: "10m" };
  const { brokers } = FileConfig.parse({
    brokers: [
      { id: "polled", managementUrl, pollSeconds: 1, clients: learning },
      { id: "events", managementUrl, amqpUrl, pollSeconds: 1, clients: learning },
    ],
  });
  loops = brokers.map((one) => pollBroker(runtime, one));
  await vi.waitFor(() => {
    expect(runtime.brokers.get("events")?.pushStatus.log.is).toBe("flowing");
    expect(runtime.brokers.get("polled")?.lastPollMs).not.toBeNull();
  }, WITHIN);
}, 180_000);

afterAll(async () => {
  await Promise.all(clients.map((client) => client.kill()));
  await Promise.all(loops.map((loop) => loop.stop()));
  await database?.close();
  await broker?.kill();
}, 120_000);

function clientOf(mode: string, name: string) {
  const memory = runtime.brokers.get(mode);
  return [...(memory?.clients.values() ?? [])].find((client) => client.name === nameOf(name)) ?? null;
}

/** Every alert that has fired about a client, open or resolved. */
async function alertsOf(mode: string, name: string) {
  const { rows } = await database.pool.query<{ rule: string; state: string; summary: string }>(
    `SELECT rule, state, summary FROM lastbeat.alerts
     WHERE labels->>'client' = $1 AND labels->>'broker' = $2 AND fired_ms IS NOT NULL ORDER BY started_ms`,
    [nameOf(name), mode],
  );
  return rows;
}

const start = async (name: string, queue: string | null): Promise<Client> => {
  const options = { url: broker.amqpUrl, library: "amqplib", heartbeat: 60, reconnect: false } as const;
  const client = await spawnClient({ ...options, name: nameOf(name), queue: queue && nameOf(queue) });
  clients.push(client);
  await client.waitFor("connected");
  return client;
};

/** As PHP does it: a connection for each request, closed in order. */
async function request(): Promise<void> {
  const connection = await connect(broker.amqpUrl, { clientProperties: { connection_name: nameOf("shop-fpm") } });
  const channel = await connection.createChannel();
  await channel.close();
  await connection.close();
}

const SCRIPT = `import { connect } from "amqplib";
const [url, name] = process.argv.slice(1);
await connect(url, { clientProperties: { connection_name: name } });
process.exit(0);`;

async function script(): Promise<void> {
  const args = ["--input-type=module", "-e", SCRIPT, broker.amqpUrl, nameOf("report-export")];
  await once(spawn(process.execPath, args, { stdio: "ignore" }), "exit");
}

test("requests, scripts that exit without a close, and a worker that is killed", async () => {
  const worker = await start("worker", "work");
  for (let at = 0; at < REQUESTS; at++) await request();
  for (let at = 0; at < 4; at++) await script();
  await vi.waitFor(() => {
    for (const mode of MODES) {
      const observed = clientOf(mode, "worker");
      expect((observed?.lastSeenMs ?? 0) - (observed?.firstSeenMs ?? 0), mode).toBeGreaterThan(35 * SECOND);
      expect(observed?.consuming).toEqual([nameOf("work")]);
    }
    for (const name of ["shop-fpm", "report-export"]) expect(clientOf("events", name)?.state).toBe("departed");
  }, WITHIN);

  await worker.kill();
  for (const mode of MODES) {
    await vi.waitFor(
      async () => expect((await alertsOf(mode, "worker")).map(({ rule }) => rule)).toEqual(["client-lost"]),
      {
        ...WITHIN,
      },
    );
  }
  const summaries = await Promise.all(MODES.map(async (mode) => (await alertsOf(mode, "worker"))[0]?.summary));
  expect(summaries[0]).toMatch(/last disconnect: connection lost \(inferred\)/);
  expect(summaries[1]).toMatch(/last disconnect: unknown; without amqpUrl a close in order looks the same/);
  for (const mode of MODES) {
    for (const name of ["shop-fpm", "report-export"]) {
      expect(await alertsOf(mode, name), `${mode} ${name}`).toEqual([]);
      expect(["departed", "connected", "absent", undefined]).toContain(clientOf(mode, name)?.state);
    }
  }
  expect(clientOf("events", "shop-fpm")).toMatchObject({ reconnectsMs: [], unreplaced: 0 });
  // One short session may be the start of a long life; the second shows that it is a script.
  expect(clientOf("events", "report-export")?.reconnectsMs.length).toBeLessThanOrEqual(1);
}, 400_000);

test("three processes of one name, of which two are killed and started again", async () => {
  const [first, ...others] = await Promise.all([1, 2, 3].map(() => start("orders", "orders")));
  await vi.waitFor(() => {
    for (const mode of MODES) {
      const { sessions, consumers } = clientOf(mode, "orders")?.replicas ?? {};
      expect([sessions?.usual, consumers?.usual], mode).toEqual([3, 3]);
    }
  }, WITHIN);
  await Promise.all(others.map((client) => client.kill()));
  for (const mode of MODES) {
    await vi.waitFor(async () => {
      const alerts = await alertsOf(mode, "orders");
      expect(alerts.map(({ rule, state }) => [rule, state])).toEqual([["client-replicas-missing", "firing"]]);
      expect(alerts[0]?.summary).toMatch(/has had 1 of its usual 3 sessions and 1 of 3 consumers for/);
    }, WITHIN);
  }
  await Promise.all([1, 2].map(() => start("orders", "orders")));
  for (const mode of MODES) {
    await vi.waitFor(async () => {
      const alerts = await alertsOf(mode, "orders");
      expect(alerts.map(({ rule, state }) => [rule, state])).toEqual([["client-replicas-missing", "resolved"]]);
      expect(alerts[0]?.summary).toMatch(/has 3 sessions and 3 consumers again, as many as usual/);
    }, WITHIN);
  }
  await first?.kill();
}, 600_000);
