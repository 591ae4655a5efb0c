import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { listen } from "@/e2e/world/listen";
import { changed } from "@/lib/notifications/delivery/webhooks.testing";
import { standardBody } from "@/lib/notifications/formats/standard";
import type { Database } from "@/lib/storage/database";
import { type Delivery, saveDeliveries } from "@/lib/storage/deliveries";
import { endpointHealths } from "@/lib/storage/endpoint-health";
import { emptyTables, testDatabase } from "@/lib/storage/storage.testing";

const PROCESS = fileURLToPath(new URL("./deliverer-process.testing.mjs", import.meta.url));
/** Two lease periods. */
const TAKEOVER_MS = 20_000;
const DONE_WITHIN_MS = 120_000;
/** At 20 ms each and eight at once, some seconds of work for one process. */
const DELIVERIES = 1_500;
const ANSWER_MS = 20;

/** One request, by the process that sent it: each has a path of its own. */
interface Request {
  readonly id: string;
  readonly from: string;
  readonly atMs: number;
}

let database: Database;
let receiver: { readonly port: number; close(): Promise<void> };
let requests: Request[];
let inFlight: Map<string, number>;
let overlaps: string[];
let processes: ChildProcess[];

beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

beforeEach(async () => {
  [requests, inFlight, overlaps, processes] = [[], new Map(), [], []];
  await emptyTables(database.db);
  receiver = await listen(
    createServer((request, response) => {
      const from = (request.url ?? "").slice(1);
      requests.push({ id: String(request.headers["webhook-id"]), from, atMs: performance.now() });
      for (const [other, count] of inFlight) if (other !== from && count > 0) overlaps.push(`${other} and ${from}`);
      const count = (by: number) => inFlight.set(from, (inFlight.get(from) ?? 0) + by);
      count(1);
      response.on("close", () => count(-1));
      request.resume();
      request.on("end", () => setTimeout(() => response.end(), ANSWER_MS));
    }),
  );
});
afterEach(async () => {
  for (const child of processes) await end(child, "SIGKILL");
  await receiver.close();
});

async function begin(name: string): Promise<ChildProcess> {
  const { rows } = await database.pool.query<{ name: string }>("SELECT current_database() AS name");
  const url = new URL(process.env.LASTBEAT_TEST_DATABASE_URL ?? "");
  url.pathname = `/${rows[0]?.name}`;
  const args = [PROCESS, url.href, `http://127.0.0.1:${receiver.port}/${name}`];
  const child = spawn(process.execPath, args, { stdio: ["pipe", "pipe", "inherit"] });
  processes.push(child);
  const exited = once(child, "exit").then(() => Promise.reject(new Error("the process ended while starting")));
  await Promise.race([once(child.stdout, "data"), exited]);
  exited.catch(() => undefined);
  return child;
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill(signal);
  await exited;
}

const rows: readonly Delivery[] = Array.from({ length: DELIVERIES }, (_, n) => {
  // Two deliveries for each alert, whose order must hold whichever process sends them.
  const event = changed({ alert: { id: `alert-${Math.floor(n / 2)}` } });
  return {
    id: `msg_${n}`,
    webhook: "ops",
    alertId: event.alert.id,
    event: event.type,
    body: JSON.stringify(standardBody(event)),
    summary: "s",
    state: "queued",
    createdMs: 0,
    nextAttemptMs: 0,
  };
});
const allDelivered = () =>
  vi.waitFor(async () => expect(await endpointHealths(database.db, ["ops"])).toMatchObject([{ waiting: 0, dead: 0 }]), {
    timeout: DONE_WITHIN_MS,
    interval: 100,
  });
const inOrder = (): boolean => {
  const first = new Map<string, number>();
  for (const [place, { id }] of requests.entries()) if (!first.has(id)) first.set(id, place);
  const placeOf = (n: number) => first.get(`msg_${n}`) ?? Number.NaN;
  return rows.every((_, n) => n % 2 === 0 || placeOf(n - 1) < placeOf(n));
};

test("two processes on one database never send to a webhook together, and send each delivery once", async () => {
  await Promise.all([begin("a"), begin("b")]);
  for (let n = 0; n < DELIVERIES; n += 100) {
    await saveDeliveries(database.db, rows.slice(n, n + 100));
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  await allDelivered();
  expect(overlaps).toEqual([]);
  expect(requests.map(({ id }) => id).toSorted()).toEqual(rows.map(({ id }) => id).toSorted());
  expect(inOrder()).toBe(true);
});

test(
  "when one of two processes is killed, the other takes its webhook over within two lease periods and loses nothing",
  async () => {
    const named = new Map([
      ["a", await begin("a")],
      ["b", await begin("b")],
    ]);
    await saveDeliveries(database.db, rows);
    await vi.waitFor(() => expect(requests.length).toBeGreaterThan(DELIVERIES / 10), { timeout: 30_000, interval: 5 });
    const holder = requests.at(-1)?.from ?? "";
    const killed = named.get(holder);
    if (killed === undefined) throw new Error("one of the two processes sent the last request");
    await end(killed, "SIGKILL");
    const killedMs = performance.now();
    const before = requests.length;
    await allDelivered();
    const after = requests.slice(before).filter(({ from }) => from !== holder);
    const tookOverMs = (after[0]?.atMs ?? Number.POSITIVE_INFINITY) - killedMs;
    process.stdout.write(`taken over after ${(tookOverMs / 1_000).toFixed(1)} s\n`);
    expect(tookOverMs).toBeLessThan(TAKEOVER_MS);
    expect([...new Set(requests.map(({ id }) => id))].toSorted()).toEqual(rows.map(({ id }) => id).toSorted());
    // Only what the killed process had in flight may have been sent twice.
    expect(requests.length - DELIVERIES).toBeLessThanOrEqual(16);
    expect([overlaps, inOrder()]).toEqual([[], true]);
  },
  DONE_WITHIN_MS,
);

test("a process that is killed and started again alone delivers at once", async () => {
  await end(await begin("a"), "SIGKILL");
  await database.pool.query(
    "INSERT INTO lastbeat.leases VALUES ('webhook:ops', 'killed', 7, now() + interval '10 seconds')",
  );
  await saveDeliveries(database.db, rows.slice(0, 1));
  await begin("b");
  const startedMs = performance.now();
  await vi.waitFor(() => expect(requests).toHaveLength(1), { timeout: TAKEOVER_MS, interval: 5 });
  expect(performance.now() - startedMs).toBeLessThan(5_000);
  const { rows: leases } = await database.pool.query("SELECT fence FROM lastbeat.leases");
  expect(leases).toEqual([{ fence: 8 }]);
});
