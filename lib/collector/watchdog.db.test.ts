import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { type Receiver, startReceiver } from "@/e2e/world/receiver";
import type { Stoppable } from "@/lib/base/concurrency/loop";
import { MINUTE } from "@/lib/base/time/duration";
import { updateScope } from "@/lib/collector/tick/scope-state";
import { startWatchdog } from "@/lib/collector/watchdog";
import { FileConfig } from "@/lib/config/schema";
import { aWebhook } from "@/lib/notifications/delivery/webhooks.testing";
import type { Database } from "@/lib/storage/database";
import { saveEndpointHealth } from "@/lib/storage/endpoint-health";
import { testDatabase } from "@/lib/storage/storage.testing";

let database: Database;
/** The same, gone: each of its statements fails. */
let closedDatabase: Database;
let receiver: Receiver;
let loop: Stoppable;
let live: Parameters<typeof startWatchdog>[0] & { database: Database };
let quietMs: number | null;

beforeAll(async () => {
  [database, closedDatabase] = await Promise.all([testDatabase(), testDatabase()]);
  await closedDatabase.close();
});
afterAll(() => database.close());
beforeEach(async () => {
  receiver = await startReceiver();
  quietMs = 0;
  await saveEndpointHealth(database.db, "ops", { failures: 0, failingSinceMs: null, restUntilMs: 0 });
  const config = FileConfig.parse({
    brokers: [{ id: "main", managementUrl: "http://127.0.0.1:1" }],
    heartbeats: [{ id: "night", url: receiver.url, everySeconds: 5, allowPrivate: true }],
  });
  live = {
    config: {
      ...config,
      databaseUrl: null,
      dataDir: "",
      secret: null,
      adminPassword: null,
      apiToken: null,
      caFiles: [],
      logLevel: "info",
    },
    database,
    log: () => {},
    webhooks: [aWebhook("https://x.example")],
    deliverer: { quietMs: () => quietMs },
    startedSteadyMs: performance.now() - 10 * MINUTE,
    brokers: new Map(),
    scopes: new Map(),
    pings: new Map(),
  };
  for (const scope of ["broker:main", "webhooks"]) saved(scope, 0);
  const [heartbeat] = config.heartbeats;
  // Impatient: the least an operator may ask for is five seconds.
  if (heartbeat) loop = startWatchdog(live, { ...heartbeat, everySeconds: 0.02 });
});
afterEach(async () => {
  await loop.stop();
  await receiver.stop();
});

const saved = (scope: string, agoMs: number) =>
  updateScope(live.scopes, scope, { savedSteadyMs: performance.now() - agoMs });
const pings = () => receiver.received.filter(({ path }) => path === "/hook").length;
const ends = () => receiver.received.filter(({ path }) => path === "/hook/fail").map(({ body }) => body);
const until = (claim: () => unknown) => vi.waitFor(claim, { timeout: 15_000, interval: 10 });
/** Nothing but the end is told while it lasts; afterwards the beat goes on. */
async function stopsPinging(because: string, mend: () => void): Promise<void> {
  await until(() => expect(ends()).toEqual([because]));
  const before = pings();
  await until(() =>
    expect(live.pings.get("night")).toMatchObject({ liveness: { alive: false }, isFailureReported: true }),
  );
  expect(pings()).toBe(before);
  mend();
  await until(() => expect(pings()).toBeGreaterThan(before + 2));
  expect(ends()).toEqual([because]);
}

test("the watchdog is pinged while ticks are saved, deliveries are polled and the database is written", async () => {
  await until(() => expect(pings()).toBeGreaterThan(3));
  expect(ends()).toEqual([]);
  expect(live.pings.get("night")).toMatchObject({ liveness: { alive: true }, error: null });
});

test("no ping while no tick is saved", async () => {
  await until(() => expect(pings()).toBeGreaterThan(0));
  saved("broker:main", 100_000);
  await stopsPinging("nothing was kept of broker main for 100 s", () => saved("broker:main", 0));
});

test("no ping while the delivery loop hangs", async () => {
  quietMs = 45_000;
  await stopsPinging("nobody looked for deliveries for 45 s", () => {
    quietMs = 1;
  });
});

test("no ping while the database is unavailable", async () => {
  live.database = closedDatabase;
  await stopsPinging("the database cannot be written: it answers with an error", () => {
    live.database = database;
  });
});

test("no ping while no webhook has been reachable for long", async () => {
  const failing = (failingSinceMs: number | null) =>
    saveEndpointHealth(database.db, "ops", { failures: 9, failingSinceMs, restUntilMs: 0 });
  await failing(Date.now() - 11 * MINUTE);
  await stopsPinging("every webhook has been failing for more than ten minutes", () => void failing(null));
});
