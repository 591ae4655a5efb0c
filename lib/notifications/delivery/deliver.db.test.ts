import { randomUUID } from "node:crypto";
import { createServer, type RequestListener, type Server } from "node:http";
import { Webhook as Verifier } from "standardwebhooks";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { reason } from "@/lib/base/messages/reason";
import { renderReasonOrNull } from "@/lib/base/messages/render-reason";
import { createDeliverer, type Deliverer } from "@/lib/notifications/delivery/deliver";
import type { DeliveryStore } from "@/lib/notifications/delivery/delivery-store";
import { disabledWebhooks } from "@/lib/notifications/delivery/disabled-webhooks";
import type { RetrySchedule } from "@/lib/notifications/delivery/retry-schedule";
import { aWebhook, changed, SECRETS } from "@/lib/notifications/delivery/webhooks.testing";
import { standardBody } from "@/lib/notifications/formats/standard";
import type { Webhook } from "@/lib/notifications/formats/webhook";
import type { Database } from "@/lib/storage/database";
import { type Delivery, findDelivery, saveDeliveries } from "@/lib/storage/deliveries";
import { deliveryStore } from "@/lib/storage/delivery-store";
import { settingsOf } from "@/lib/storage/settings";
import { emptyTables, testDatabase } from "@/lib/storage/storage.testing";

const [secret = ""] = SECRETS;

let database: Database;
let server: Server;
let answer: RequestListener;
let received: { webhook: string; id: string; valid: boolean; body: string }[];
let store: DeliveryStore;
let deliverer: Deliverer;
let complaints: string[];

beforeAll(async () => {
  database = await testDatabase();
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    const body = Buffer.concat(chunks).toString();
    const valid = headers["webhook-id"] === undefined || new Verifier(secret).verify(body, headers) !== null;
    received.push({ webhook: (request.url ?? "").slice(1), id: headers["webhook-id"] ?? "", valid, body });
    answer(request, response);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await database.close();
});

beforeEach(async () => {
  received = [];
  complaints = [];
  store = deliveryStore(database.db);
  answer = (_, response) => response.end();
  await emptyTables(database.db);
});
afterEach(() => deliverer.stop());

function port(): number {
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

/** Short delays, so that tests need not wait. */
const SOON: RetrySchedule = { retryDelaysMs: [10, 10, 10], breakerDelaysMs: [10], giveUpAfterMs: 60_000 };

const at = (path: string): Webhook => ({ ...aWebhook(`http://127.0.0.1:${port()}/${path}`), id: path });
const digests = (): Webhook => {
  const { secrets: _, format: __, ...common } = aWebhook(`http://127.0.0.1:${port()}/wecom`);
  return { ...common, id: "wecom", format: "wecom" };
};

interface Begin {
  readonly schedule?: RetrySchedule;
  readonly timeoutMs?: number;
  readonly alone?: () => Promise<boolean>;
}
async function begin({ schedule = SOON, alone = async () => true, ...options }: Begin = {}): Promise<void> {
  const webhooks = [at("ops"), at("slow"), digests()];
  const log = (_: string, message: string) => void complaints.push(message);
  const { db } = database;
  deliverer = createDeliverer({ db, webhooks, store, log, now: Date.now, alone, schedule, ...options });
  await deliverer.start();
}

const rowOf = (webhook: string, alertId: string, body?: string): Delivery => ({
  id: `msg_${randomUUID()}`,
  webhook,
  alertId,
  event: "alert.firing",
  body: body ?? JSON.stringify(standardBody(changed({ alert: { id: alertId } }))),
  summary: "s",
  state: "queued",
  createdMs: Date.now(),
  nextAttemptMs: Date.now(),
});

/** What a tick does: it stores deliveries in a transaction, and nudges after it. */
async function decide(rows: readonly Delivery[], fail: Error | null = null): Promise<void> {
  await database.db.transaction().execute(async (trx) => {
    await saveDeliveries(trx, rows);
    if (fail) throw fail;
  });
  deliverer.nudge();
}
async function deliver(webhook = "ops", alertId: string = randomUUID(), body?: string): Promise<string> {
  const row = rowOf(webhook, alertId, body);
  await decide([row]);
  return row.id;
}

/** The status of each attempt at a delivery, then its state. */
async function historyOf(id: string): Promise<string> {
  const delivery = await findDelivery(database.db, id);
  return [...(delivery?.attempts.map(({ status }) => String(status)) ?? []), delivery?.state ?? "none"].join(" ");
}
const errorOf = async (id: string) =>
  renderReasonOrNull((await findDelivery(database.db, id))?.attempts.at(-1)?.reason ?? null);
const until = (claim: () => unknown) => vi.waitFor(claim, { timeout: 15_000, interval: 10 });
const settled = (id: string, story: string) => until(async () => expect(await historyOf(id)).toBe(story));
const idsOf = (webhook: string) => received.filter((request) => request.webhook === webhook).map(({ id }) => id);
const respond = (...statuses: number[]): RequestListener => {
  const left = [...statuses];
  return (_, response) => response.writeHead(left.shift() ?? 200, { location: "/ops" }).end();
};

describe("a delivery", () => {
  test.each([
    ["is accepted", [200], "200 delivered"],
    ["is accepted at the third attempt", [500, 429, 204], "500 429 204 delivered"],
    ["is given up when its receiver is gone", [410], "410 dead"],
    ["is given up at a redirect", [307], "307 dead"],
  ])("%s", async (_, statuses, story) => {
    answer = respond(...statuses);
    await begin();
    const id = await deliver();
    await settled(id, story);
    expect(received).toMatchObject(statuses.map(() => ({ webhook: "ops", id, valid: true })));
  });

  test("is given up when it is too old", async () => {
    answer = respond(500, 500);
    await begin({ schedule: { ...SOON, giveUpAfterMs: -1 } });
    await settled(await deliver(), "500 dead");
  });

  test("is tried again after a time-out", async () => {
    let calls = 0;
    answer = (_, response) => void (calls++ > 0 && response.end());
    await begin({ timeoutMs: 200 });
    await settled(await deliver(), "null 200 delivered");
  });

  test("that is rolled back is not sent", async () => {
    await begin();
    await expect(decide([rowOf("ops", "a")], new Error("rolled back"))).rejects.toThrow("rolled back");
    const id = await deliver();
    await settled(id, "200 delivered");
    expect(idsOf("ops")).toEqual([id]);
  });

  test("to a webhook that is no longer configured is dead, with the reason", async () => {
    await begin();
    const id = await deliver("former");
    await settled(id, "null dead");
    expect(await errorOf(id)).toContain("no longer in the configuration");
  });

  test("that is answered with 410 disables its webhook, until a person enables it or its settings change", async () => {
    answer = respond(410);
    await begin();
    await settled(await deliver(), "410 dead");
    expect(complaints).toContain("a webhook was disabled: its receiver answered 410");
    const [later, other] = [await deliver(), await deliver("slow")];
    await settled(later, "null dead");
    await settled(other, "200 delivered");
    expect(await errorOf(later)).toBe("the webhook is switched off: it answered 410");
    expect(idsOf("ops")).toHaveLength(1);
    const webhook = at("ops");
    expect(await store.disabled(webhook)).toMatchObject({ reason: reason("sendStatus", { status: 410 }) });
    expect(await store.disabled({ ...webhook, url: `${webhook.url}/new` })).toBeNull();
    await disabledWebhooks(settingsOf(database.db)).enable(webhook);
    await settled(await deliver(), "200 delivered");
  });

  test("whose stored event cannot be read is dead, with the reason, and the rest of its batch is sent", async () => {
    await begin();
    const rows = [rowOf("wecom", "a", '{"type":"alert.firing"}'), ...many("wecom", 40)];
    answer = (_, response) => response.end('{"errcode":0}');
    await decide(rows);
    await settled(rows[0]?.id ?? "", "null dead");
    for (const { id } of rows.slice(1)) await settled(id, "200 delivered");
  });
});

const many = (webhook: string, count: number): Delivery[] =>
  Array.from({ length: count }, (_, n) => rowOf(webhook, `alert-${n}`));

describe("many deliveries at once", () => {
  test("are each sent once, and those of an alert in order", async () => {
    answer = (_, response) => void setTimeout(() => response.end(), Math.random() * 20);
    await begin();
    const rows = [...many("ops", 30), ...many("ops", 30), ...many("ops", 30)];
    await decide(rows);
    for (const { id } of rows) await settled(id, "200 delivered");
    expect(idsOf("ops").toSorted()).toEqual(rows.map(({ id }) => id).toSorted());
    for (const { alertId } of rows.slice(0, 30)) {
      const order = rows.filter((row) => row.alertId === alertId).map(({ id }) => id);
      expect(idsOf("ops").filter((id) => order.includes(id))).toEqual(order);
    }
  });

  test("are sent as one digest where the service allows no more, and each row names its batch", async () => {
    answer = (_, response) => response.end('{"errcode":0}');
    await begin();
    const rows = [...many("wecom", 30), ...many("wecom", 30)];
    await decide(rows);
    for (const { id } of rows) await settled(id, "200 delivered");
    expect(received).toHaveLength(1);
    expect(received[0]?.body).toContain("Changes: 60 · Alerts: 30");
    const carried = await Promise.all(rows.map(({ id }) => findDelivery(database.db, id)));
    expect(new Set(carried.map((row) => row?.attempts[0]?.message)).size).toBe(1);
  });

  test("respect a service's limit after a restart", async () => {
    answer = (_, response) => response.end('{"errcode":0}');
    await begin();
    for (let n = 0; n < 20; n++) await settled(await deliver("wecom"), "200 delivered");
    await deliverer.stop();
    await begin();
    const id = await deliver("wecom");
    await settled(await deliver("ops"), "200 delivered");
    expect(await historyOf(id)).toBe("queued");
    expect(idsOf("wecom")).toHaveLength(20);
  });

  test("to a webhook that hangs do not delay other webhooks", async () => {
    answer = (request, response) => void (request.url === "/ops" && response.end());
    await begin({ timeoutMs: 4_000 });
    for (let count = 0; count < 12; count++) await deliver("slow");
    await until(() => expect(received.length).toBeGreaterThan(0));
    for (const id of [await deliver(), await deliver()]) await settled(id, "200 delivered");
    expect(idsOf("slow").length).toBeLessThanOrEqual(8);
  });
});

describe("stopping and dying", () => {
  test("a deliverer whose poll hangs is noticed by its quiet time", async () => {
    let release = () => {};
    const { backlog } = store;
    const hanging = new Promise<void>((resolve) => {
      release = resolve;
    });
    store = { ...store, backlog: (nowMs) => hanging.then(() => backlog(nowMs)) };
    await begin();
    const id = await deliver();
    expect(deliverer.quietMs()).toBeNull();
    release();
    await settled(id, "200 delivered");
    await until(() => expect(deliverer.quietMs()).toBeLessThan(10_000));
  });

  test("deliveries that were stored and not sent when the process died are sent by the next one", async () => {
    await begin();
    await deliverer.stop();
    const row = rowOf("ops", "a");
    await saveDeliveries(database.db, [row]);
    await begin();
    await settled(row.id, "200 delivered");
  });

  test.each([
    ["alone: taken over at once", true, "200 delivered"],
    ["beside another, which may hold it: left until it expires", false, "queued"],
  ])("a lease held at the start of a deliverer that is %s", async (_, alone, story) => {
    const row = rowOf("ops", "a");
    await saveDeliveries(database.db, [row]);
    // As a process leaves it that is killed in the middle of a pass.
    await database.pool.query(
      "INSERT INTO lastbeat.leases VALUES ('webhook:ops', 'killed', 1, now() + interval '10 seconds')",
    );
    await begin({ alone: async () => alone });
    await until(() => expect(deliverer.quietMs()).not.toBeNull());
    await settled(row.id, story);
  });

  test("an attempt that a stop cuts off is made again at the next start under the same id", async () => {
    answer = () => undefined;
    await begin();
    const id = await deliver();
    await until(() => expect(received).toHaveLength(1));
    await deliverer.stop();
    expect(await historyOf(id)).toBe("queued");
    answer = (_, response) => response.end();
    await begin();
    await settled(id, "200 delivered");
    expect(idsOf("ops")).toEqual([id, id]);
  });

  test("an attempt that could not be recorded is repeated under the same id as soon as it can be", async () => {
    const { record } = store;
    let failures = 1;
    store = {
      ...store,
      record: (...report) => (failures-- > 0 ? Promise.reject(new Error("the database is away")) : record(...report)),
    };
    await begin();
    const id = await deliver();
    await until(() => expect(complaints).toContain("a delivery pass failed"));
    await settled(id, "200 delivered");
    expect(idsOf("ops")).toEqual([id, id]);
  });

  test("a webhook that was busy when a second deliverer began is served at once when it is free again", async () => {
    answer = () => undefined;
    await begin({ timeoutMs: 2_000 });
    const first = deliverer;
    const long = await deliver();
    await until(() => expect(received).toHaveLength(1));
    await begin({ alone: async () => false });
    answer = (_, response) => response.end();
    await settled(long, "null 200 delivered");
    await first.stop();
    await settled(await deliver(), "200 delivered");
  });

  test("two deliverers on one database share the webhooks, and never send to one together", async () => {
    await begin();
    const first = deliverer;
    await begin();
    const rows = [...many("ops", 40), ...many("slow", 40)];
    await decide(rows);
    for (const { id } of rows) await settled(id, "200 delivered");
    await first.stop();
    expect(received.map(({ id }) => id).toSorted()).toEqual(rows.map(({ id }) => id).toSorted());
  });
});
