import { createServer, type Server } from "node:http";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { Stoppable } from "@/lib/base/concurrency/loop";
import { renderReason } from "@/lib/base/messages/render-reason";
import { pollBroker } from "@/lib/collector/broker/poll-broker";
import type { Runtime } from "@/lib/collector/runtime";
import { testRuntime } from "@/lib/collector/runtime.testing";
import { FileConfig } from "@/lib/config/schema";
import type { Database } from "@/lib/storage/database";
import { testDatabase } from "@/lib/storage/storage.testing";

const ANSWERS: Readonly<Record<string, unknown>> = {
  "/api/overview": { rabbitmq_version: "3.10.8" },
  "/api/nodes": [{ name: "n", running: true, uptime: 60_000 }],
};

let database: Database;
const servers: Server[] = [];
let loops: readonly Stoppable[] = [];
let hanging = 0;

beforeAll(async () => {
  database = await testDatabase();
});
afterAll(async () => {
  // Ends the requests that hang, and with them the tick under way.
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
  await Promise.all(loops.map((loop) => loop.stop()));
  await database.close();
});

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

const healthy = () =>
  createServer((request, response) => {
    const path = request.url?.split("?")[0] ?? "";
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(ANSWERS[path] ?? []));
  });
const silent = () => createServer(() => void hanging++);

const live = (published: string[]): Runtime =>
  testRuntime({ database, subscribers: new Set([(topics) => void published.push(...topics)]) });

test("a broker that never answers and one that refuses connections do not slow down a healthy one", async () => {
  const well = healthy();
  const hung = silent();
  servers.push(well, hung);
  const closed = createServer();
  const ports = { well: await listen(well), hung: await listen(hung), closed: await listen(closed) };
  await new Promise((resolve) => closed.close(resolve));
  const published: string[] = [];
  const runtime = live(published);
  const { brokers } = FileConfig.parse({
    brokers: Object.entries(ports).map(([id, port]) => ({ id, managementUrl: `http://127.0.0.1:${port}` })),
  });
  loops = brokers.map((broker) => pollBroker(runtime, { ...broker, pollSeconds: 0.05 }));
  const ticksOf = (broker: string) => published.filter((topic) => topic === `broker:${broker}`).length;
  await vi.waitFor(() => expect(ticksOf("well")).toBeGreaterThanOrEqual(10), { timeout: 12_000 });
  expect(hanging).toBeGreaterThan(0);
  expect(ticksOf("hung")).toBe(0);
  expect(ticksOf("closed")).toBeGreaterThan(0);
  expect(runtime.brokers.get("closed")?.reach.is).toBe("unreachable");
  expect(runtime.health.ticksFailed).toBe(0);
});

test("a tick that cannot be saved is failing, since when and why, until one is saved", async () => {
  const well = healthy();
  servers.push(well);
  const port = await listen(well);
  const runtime = live([]);
  const { brokers } = FileConfig.parse({ brokers: [{ id: "full", managementUrl: `http://127.0.0.1:${port}` }] });
  // As a full disk answers: reading goes on, and every write fails.
  await database.pool.query(`
    CREATE FUNCTION lastbeat.full() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100';
    END $$;
    CREATE TRIGGER full_disk BEFORE INSERT ON lastbeat.samples FOR EACH STATEMENT EXECUTE FUNCTION lastbeat.full()`);
  const failing = () => [...runtime.health.failing].map(([what, { reason }]) => `${what}: ${renderReason(reason)}`);
  try {
    loops = brokers.map((broker) => pollBroker(runtime, { ...broker, pollSeconds: 0.05 }));
    await vi.waitFor(() => expect(failing()).toEqual([FULL]), { timeout: 12_000 });
    const since = runtime.health.failing.get("broker:full")?.sinceMs;
    const before = runtime.health.ticksFailed;
    await vi.waitFor(() => expect(runtime.health.ticksFailed).toBeGreaterThan(before + 1), { timeout: 12_000 });
    expect(runtime.health.failing.get("broker:full")?.sinceMs).toBe(since);
  } finally {
    await database.pool.query("DROP TRIGGER full_disk ON lastbeat.samples; DROP FUNCTION lastbeat.full()");
  }
  await vi.waitFor(() => expect(failing()).toEqual([]), { timeout: 12_000 });
  expect(runtime.health.lastSavedMs).not.toBeNull();
});

const FULL = "broker:full: could not extend file: No space left on device";
