import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { type Receiver, startReceiver } from "@/e2e/world/receiver";
import { reason } from "@/lib/base/messages/reason";
import { createDeliverer, type Deliverer } from "@/lib/notifications/delivery/deliver";
import { anEvent, aWebhook, SECRETS } from "@/lib/notifications/delivery/webhooks.testing";
import { standardBody } from "@/lib/notifications/formats/standard";
import type { Webhook } from "@/lib/notifications/formats/webhook";
import { enableWebhook } from "@/lib/server/commands/enable-webhook";
import { replayDead, replayDelivery } from "@/lib/server/commands/replay-delivery";
import { testWebhook } from "@/lib/server/commands/test-webhook";
import type { Database } from "@/lib/storage/database";
import { countDead, type Delivery, findDelivery, saveDeliveries } from "@/lib/storage/deliveries";
import { deliveryStore } from "@/lib/storage/delivery-store";
import { emptyTables, testDatabase } from "@/lib/storage/storage.testing";
import { deliveryView } from "@/lib/views/deliveries/read";
import { previewOf, readWebhooks } from "@/lib/views/webhooks/read";

let database: Database;
let receiver: Receiver;
let deliverer: Deliverer;
let webhooks: readonly Webhook[];
const live = () => ({ database, deliverer, webhooks });

beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  await emptyTables(database.db);
  receiver = await startReceiver({ secret: SECRETS[0] ?? "" });
  webhooks = [aWebhook(receiver.url)];
  const { db } = database;
  const store = deliveryStore(db);
  deliverer = createDeliverer({ db, webhooks, store, log: () => {}, now: Date.now, alone: async () => true });
  await deliverer.start();
});
afterEach(async () => {
  await deliverer.stop();
  await receiver.stop();
});

const until = (claim: () => unknown) => vi.waitFor(claim, { timeout: 15_000, interval: 20 });
const stateOf = async (id: string) => (await findDelivery(database.db, id))?.state ?? null;

async function storeDelivery(id: string, change: Partial<Delivery> = {}): Promise<void> {
  const body = JSON.stringify(standardBody(anEvent));
  const row = { id, webhook: "ops", alertId: null, event: "alert.firing", body, summary: "s", nextAttemptMs: null };
  await saveDeliveries(database.db, [{ ...row, state: "dead", createdMs: 1, ...change }]);
}

describe("a test event", () => {
  test("is signed, sent once, and stored among the deliveries", async () => {
    const delivery = await testWebhook(live(), "ops", Date.now);
    expect(receiver.received.map(({ id, signatureValid }) => [id, signatureValid])).toEqual([[delivery.id, true]]);
    expect(receiver.received[0]?.json).toMatchObject({ type: "webhook.test" });
    expect(deliveryView(delivery)).toMatchObject({
      state: "delivered",
      event: "webhook.test",
      attempts: [{ status: 204 }],
    });
    expect(await stateOf(delivery.id)).toBe("delivered");
  });

  test("that the receiver refuses is neither counted nor replayed as a dead delivery", async () => {
    receiver.answer(500);
    const delivery = await testWebhook(live(), "ops", Date.now);
    expect([delivery.state, delivery.attempts[0]?.reason]).toEqual(["dead", reason("sendStatus", { status: 500 })]);
    expect(deliveryView(delivery).attempts[0]).toMatchObject({
      error: "answered 500",
      reason: { code: "sendStatus", params: { status: 500 } },
    });
    expect(await countDead(database.db)).toBe(0);
    expect(await replayDead(live(), null, 5)).toEqual({ replayed: 0, left: 0 });
  });

  test("of a webhook that is not configured is refused", async () => {
    await expect(testWebhook(live(), "none", Date.now)).rejects.toMatchObject({ status: 404 });
  });
});

describe("a replay", () => {
  test.each(["dead", "delivered"] as const)("of a %s delivery arrives under the same id", async (state) => {
    await storeDelivery("msg_1", { state });
    await replayDelivery(live(), "msg_1", 5);
    await until(async () => expect(await stateOf("msg_1")).toBe("delivered"));
    expect(receiver.received.map(({ id, signatureValid }) => [id, signatureValid])).toEqual([["msg_1", true]]);
  });

  test.each(["queued", "failed"] as const)(
    "of a %s delivery is refused, since it will be attempted anyway",
    async (state) => {
      await storeDelivery("msg_1", { state });
      await expect(replayDelivery(live(), "msg_1", 5)).rejects.toMatchObject({ status: 409 });
      await expect(replayDelivery(live(), "msg_2", 5)).rejects.toMatchObject({ status: 404 });
    },
  );

  test("of all dead deliveries covers those of one webhook, the oldest first, and only dead ones", async () => {
    await storeDelivery("msg_b", { createdMs: 2 });
    await storeDelivery("msg_a", { createdMs: 1 });
    await storeDelivery("msg_other", { webhook: "other" });
    await storeDelivery("msg_done", { state: "delivered" });
    expect(await replayDead(live(), "ops", 5)).toEqual({ replayed: 2, left: 1 });
    await until(async () =>
      expect([await stateOf("msg_a"), await stateOf("msg_b")]).toEqual(["delivered", "delivered"]),
    );
    expect(receiver.received.map(({ id }) => id).toSorted()).toEqual(["msg_a", "msg_b"]);
    expect([await stateOf("msg_other"), await stateOf("msg_done")]).toEqual(["dead", "delivered"]);
  });
});

test("a receiver that answers 410 disables its webhook until an operator enables it", async () => {
  receiver.answer(410);
  await storeDelivery("msg_1");
  await replayDelivery(live(), "msg_1", 5);
  await until(async () => expect(await stateOf("msg_1")).toBe("dead"));
  expect(await readWebhooks(live())).toMatchObject([{ state: "disabled", disabledBecause: "answered 410" }]);
  receiver.answer(204);
  await replayDelivery(live(), "msg_1", 6);
  await until(async () => expect((await findDelivery(database.db, "msg_1"))?.attempts).toHaveLength(2));
  expect(receiver.received).toHaveLength(1);
  await enableWebhook(live(), "ops");
  expect(await readWebhooks(live())).toMatchObject([{ state: "active", disabledMs: null }]);
  await replayDelivery(live(), "msg_1", 7);
  await until(async () => expect(await stateOf("msg_1")).toBe("delivered"));
});

test("neither the list nor a preview contains a secret, whatever the format", async () => {
  const mark = "m4rk3d";
  const { secrets: _, format: __, ...rest } = aWebhook(`http://${mark}:${mark}@127.0.0.1/${mark}?key=${mark}`);
  const secrets = [`whsec_${mark}`];
  const all: Webhook[] = [
    { ...rest, format: "standard", secrets },
    { ...rest, format: "cloudevents", secrets, token: mark },
    { ...rest, format: "alertmanager", secrets, token: mark },
    { ...rest, format: "alertmanager-api", secrets, token: mark },
    { ...rest, format: "template", secrets, token: mark, template: { text: "{{type}}", key: "{{token}}" } },
    { ...rest, format: "slack" },
    { ...rest, format: "teams" },
    { ...rest, format: "discord" },
    { ...rest, format: "wecom" },
    { ...rest, format: "telegram", token: mark, chat: "1", thread: null },
    { ...rest, format: "pagerduty", routingKey: mark },
    { ...rest, format: "opsgenie", apiKey: mark },
    { ...rest, format: "feishu", secret: mark },
    { ...rest, format: "dingtalk", secret: mark, at: { mobiles: [], userIds: [], all: false } },
    {
      ...rest,
      url: `smtp://${mark}:${mark}@127.0.0.1`,
      format: "email",
      from: "a@example.com",
      to: ["b@example.com"],
      startTls: "required",
      ca: null,
    },
  ];
  const text = JSON.stringify([
    await readWebhooks({ database, webhooks: all }),
    all.map((webhook) => previewOf(webhook, 1)),
  ]);
  expect(text).not.toContain(mark);
  expect(text).toContain("127.0.0.1");
});
