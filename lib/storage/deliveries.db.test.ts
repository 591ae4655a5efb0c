import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { reason, verbatim } from "@/lib/base/messages/reason";
import { MINUTE } from "@/lib/base/time/duration";
import { HEALTHY } from "@/lib/notifications/delivery/endpoint-health";
import type { Database } from "@/lib/storage/database";
import {
  type Attempt,
  type Delivery,
  findDelivery,
  listDeliveries,
  recordAttempts,
  requeueDelivery,
  saveDeliveries,
} from "@/lib/storage/deliveries";
import {
  backlogAt,
  endpointHealthOf,
  endpointHealths,
  firstDelivery,
  pendingDeliveries,
  resumeEndpoint,
  saveEndpointHealth,
  sentSince,
} from "@/lib/storage/endpoint-health";
import { readCursor } from "@/lib/storage/page";
import type { DeliveryState } from "@/lib/storage/schema/schema";
import { emptyTables, testDatabase } from "@/lib/storage/storage.testing";

const T = Date.UTC(2026, 10, 21, 12);
let database: Database;
beforeAll(async () => {
  database = await testDatabase();
});
beforeEach(() => emptyTables(database.db));
afterAll(() => database.close());

const delivery = (id: string, more: Partial<Delivery> = {}): Delivery => ({
  id,
  webhook: "ops",
  alertId: "a1",
  event: "alert.firing",
  body: '{"type":"alert.firing","data":{"name":"\\u0000"}}',
  summary: "worker is late",
  state: "queued",
  createdMs: T,
  nextAttemptMs: T,
  ...more,
});

const attempt = (atMs: number, more: Partial<Attempt> = {}): Attempt => ({
  atMs,
  status: 503,
  durationMs: 12.5,
  reason: reason("sendStatus", { status: 503 }),
  message: null,
  ...more,
});
const tried = (id: string, state: DeliveryState, more: Partial<Attempt> = {}, nextAttemptMs: number | null = null) =>
  recordAttempts(database.db, [{ id, state, tries: 1, nextAttemptMs, attempt: attempt(more.atMs ?? T, more) }]);
const waiting = async (dueMs: number | null = T, webhook = "ops") =>
  (await pendingDeliveries(database.db, webhook, { dueMs, limit: 100 })).map(({ id }) => id);

test("a delivery is saved once, tried, delivered, found and replayed", async () => {
  const { db } = database;
  await saveDeliveries(db, [delivery("d1")]);
  await saveDeliveries(db, [delivery("d1", { body: "another" })]);
  const cut = attempt(T + 2, { status: null, reason: reason("sendTimedOut", { seconds: 15 }), message: "msg_batch_1" });
  await tried("d1", "failed", { atMs: T + 1 }, T + MINUTE);
  expect(await pendingDeliveries(db, "ops", { dueMs: null, limit: 9 })).toEqual([
    { id: "d1", alertId: "a1", body: delivery("d1").body, tries: 1, sinceMs: T, dueMs: T + MINUTE },
  ]);
  await tried("d1", "delivered", cut);
  expect(await waiting(null)).toEqual([]);
  expect(await findDelivery(db, "d1")).toEqual({
    ...delivery("d1", { state: "delivered", nextAttemptMs: null }),
    attempts: [attempt(T + 1), cut],
  });
  expect((await requeueDelivery(db, "d1", T + 5))?.state).toBe("queued");
  expect(await requeueDelivery(db, "d1", T + 6)).toBeNull();
  expect(await pendingDeliveries(db, "ops", { dueMs: T + 5, limit: 9 })).toMatchObject([{ tries: 0, sinceMs: T + 5 }]);
});

test("a delivery that does not exist is not found", async () => {
  const { db } = database;
  await tried("none", "delivered");
  expect(await findDelivery(db, "none")).toBeNull();
  expect(await requeueDelivery(db, "none", T)).toBeNull();
  expect(await waiting()).toEqual([]);
  expect([await endpointHealthOf(db, "none"), await backlogAt(db, T), await firstDelivery(db, "none", "a1")]).toEqual([
    HEALTHY,
    [],
    null,
  ]);
});

test("deliveries are paged, the latest first, each with its latest attempts", async () => {
  const { db } = database;
  await saveDeliveries(
    db,
    [1, 2, 3].map((n) => delivery(`d${n}`, { createdMs: T + n, alertId: null })),
  );
  for (let n = 0; n < 25; n += 1) await tried("d3", "failed", { atMs: T + n, reason: verbatim("e".repeat(9_000)) }, T);
  const first = await listDeliveries(db, { limit: 2, before: null });
  expect(first.items.map((one) => [one.id, one.attempts.length])).toEqual([
    ["d3", 20],
    ["d2", 0],
  ]);
  expect(first.items[0]?.attempts.at(-1)?.atMs).toBe(T + 24);
  expect(first.items[0]?.attempts[0]?.reason).toEqual(verbatim("e".repeat(2_000)));
  const second = await listDeliveries(db, { limit: 2, before: readCursor(first.next ?? "") });
  expect([second.items.map((one) => one.id), second.next]).toEqual([["d1"], null]);
});

test("pending deliveries are in the order in which they were decided, whatever the clock said", async () => {
  const { db } = database;
  await saveDeliveries(db, [delivery("b"), delivery("a", { createdMs: T - MINUTE })]);
  await saveDeliveries(db, [delivery("c", { createdMs: T - 9 * MINUTE }), delivery("x", { webhook: "other" })]);
  expect(await waiting()).toEqual(["b", "a", "c"]);
  expect(await firstDelivery(db, "ops", "a1")).toBe("b");
  expect((await backlogAt(db, T)).toSorted()).toEqual(["ops", "other"]);
});

test("a delivery behind one of its alert that is not due waits for it, others do not", async () => {
  const { db } = database;
  await saveDeliveries(db, [
    delivery("late", { alertId: "a1", nextAttemptMs: T + MINUTE }),
    delivery("behind", { alertId: "a1" }),
    delivery("free", { alertId: "a2" }),
    delivery("test", { alertId: null }),
  ]);
  expect(await waiting()).toEqual(["free", "test"]);
  expect(await waiting(null)).toEqual(["late", "behind", "free", "test"]);
  await tried("free", "delivered");
  await tried("test", "delivered");
  expect([await backlogAt(db, T), await backlogAt(db, T + MINUTE)]).toEqual([[], ["ops"]]);
  await tried("late", "delivered");
  expect([await waiting(), await backlogAt(db, T)]).toEqual([["behind"], ["ops"]]);
});

test("the health of a webhook is saved, and a batch counts as one message", async () => {
  const { db } = database;
  const health = { failures: 3, failingSinceMs: T, restUntilMs: T + MINUTE };
  await saveEndpointHealth(db, "ops", { failures: 1, failingSinceMs: null, restUntilMs: 0 });
  await saveEndpointHealth(db, "ops", health);
  await saveDeliveries(
    db,
    ["a", "b", "c", "d"].map((id) => delivery(id)),
  );
  await tried("a", "dead", { atMs: T + 1, message: "msg_batch_1" });
  await tried("b", "delivered", { atMs: T + 1, message: "msg_batch_1" });
  await tried("c", "delivered", { atMs: T + 2 });
  expect((await sentSince(db, "ops", T)).toSorted()).toEqual([T + 1, T + 2]);
  expect(await sentSince(db, "ops", T + 1)).toEqual([T + 2]);
  expect(await endpointHealths(db, ["ops", "none"])).toEqual([
    { ...health, webhook: "ops", waiting: 1, dead: 1 },
    { ...HEALTHY, webhook: "none", waiting: 0, dead: 0 },
  ]);
  await resumeEndpoint(db, "ops");
  expect(await endpointHealthOf(db, "ops")).toEqual({ ...health, restUntilMs: 0 });
});

test("the backlog names webhooks that may be sent to now, the longest due first", async () => {
  const { db } = database;
  await saveDeliveries(db, [
    delivery("a", { webhook: "new", nextAttemptMs: T - 1 }),
    delivery("b", { webhook: "old", nextAttemptMs: T - MINUTE }),
    delivery("c", { webhook: "later", nextAttemptMs: T + 1 }),
    delivery("d", { webhook: "resting", nextAttemptMs: T - MINUTE }),
    delivery("e", { webhook: "failing", nextAttemptMs: T + MINUTE }),
    delivery("f", { webhook: "done", state: "delivered" }),
  ]);
  const failing = { failures: 1, failingSinceMs: T - MINUTE };
  await saveEndpointHealth(db, "resting", { ...failing, restUntilMs: T + 1 });
  await saveEndpointHealth(db, "failing", { ...failing, restUntilMs: T });
  expect(await backlogAt(db, T)).toEqual(["old", "new", "failing"]);
  expect(await backlogAt(db, T + 1)).toEqual(["old", "resting", "new", "later", "failing"]);
});
