import { expect, test } from "vitest";
import type { Alert } from "@/lib/alerts/model/alert";
import { deliveriesFor } from "@/lib/collector/tick/deliveries";
import type { Notification } from "@/lib/notifications/decide/notification";
import { aReceiver } from "@/lib/notifications/decide/scenario.testing";
import { readEvent } from "@/lib/notifications/formats/event";

const T = Date.UTC(2026, 10, 21, 12);
const NAME = "扫描器媒体库".repeat(30);

const lost = (at: number): Alert => ({
  ...{ id: `client-lost-${at}-1`, rule: "client-lost", severity: "critical", state: "firing" },
  ...{ labels: { broker: "main", client: `${NAME}${at}` }, value: 1, threshold: 1 },
  ...{ startedMs: T, firedMs: T, resolvedMs: null, summary: `${NAME}${at} has not come back (inferred)` },
  ...{ facts: { context: {}, outcome: "open", lastedMs: 0 }, inferred: true, acknowledgedBy: null },
  ...{ flapping: false, noData: false, incident: null },
});
const notification = (webhook: string, at: number): Notification => ({
  ...{
    webhook,
    type: "alert.firing",
    reason: "first",
    alert: lost(at),
    acknowledgement: null,
    incident: null,
    isWhole: false,
    atMs: T,
  },
});
const group = { by: ["broker", "rule"], over: 5, waitMs: 0 };
const RECEIVERS = [
  { ...aReceiver({ id: "en", group }), language: "en" as const },
  { ...aReceiver({ id: "zh", group }), language: "zh-CN" as const },
];

test("a storm is one delivery in each webhook's language, and with long Chinese names its body is under 20 kB", () => {
  const many = RECEIVERS.flatMap(({ id }) => Array.from({ length: 23 }, (_, at) => notification(id, at)));
  const [english, chinese] = deliveriesFor(many, RECEIVERS, T);
  expect(english?.summary).toMatch(
    /^23 alerts at once \(broker=main, rule=client-lost\), such as: 扫描器.* has not come/,
  );
  expect(chinese?.summary).toMatch(
    /^同时有 23 条告警（broker=main, rule=client-lost），例如：扫描器.* 没有回来（推断）$/,
  );
  for (const delivery of [english, chinese]) {
    const body = delivery?.body ?? "";
    expect(Buffer.byteLength(body)).toBeLessThan(20_000);
    const event = readEvent(body);
    expect(event?.group).toMatchObject({ count: 23 });
    expect(event?.alert).not.toHaveProperty("facts");
  }
  expect(JSON.stringify(readEvent(chinese?.body ?? "")?.group)).toContain("没有回来（推断）");
});

test("a client is shown by its display name; its labels stay what rules match", () => {
  const alert: Alert = { ...lost(1), labels: { broker: "main", client: "orders" } };
  const aliased: Alert = { ...alert, facts: { context: { name: "Checkout" }, outcome: "open", lastedMs: 0 } };
  const sent = deliveriesFor([{ ...notification("zh", 1), alert: aliased }], RECEIVERS, T).map(({ body }) =>
    readEvent(body),
  );
  expect(sent.map((event) => event?.alert)).toMatchObject([
    { subject: "Checkout", labels: { client: "orders" }, summary: "Checkout 没有回来（推断）" },
  ]);
});

test("the id of a delivery is derived from its notifications, whatever its language", () => {
  const ids = (language: "en" | "zh-CN") =>
    deliveriesFor([notification("en", 1)], [{ ...aReceiver({ id: "en" }), language }], T).map(({ id }) => id);
  expect(ids("zh-CN")).toEqual(ids("en"));
});

test.each([
  ["firing", "client-1 has not come back (inferred); it keeps changing between firing and resolved, and fires now"],
  [
    "resolved",
    "client-1 has not come back (inferred); it keeps changing between firing and resolved, and is resolved now",
  ],
] as const)("a notification of flapping says whether the alert is %s now", (state, expected) => {
  const alert: Alert = { ...lost(1), state, summary: "client-1 has not come back (inferred)" };
  const flapping: Notification = { ...notification("en", 1), type: "alert.flapping", reason: "flapping", alert };
  expect(deliveriesFor([flapping], RECEIVERS, T).map(({ summary }) => summary)).toEqual([expected]);
});
