import pg from "pg";
import { expect, test } from "./fixtures.ts";
import { expectWellRendered } from "./visual.ts";
import { type Lastbeat, startLastbeat } from "./world/lastbeat.ts";
import { type Received, type Receiver, startReceiver } from "./world/receiver.ts";
import { until } from "./world/until.ts";

const WITHIN_MS = 60_000;
/** Below the number of alerts that are combined into one notification. */
const QUEUES = 12;

interface ReceivedNotification {
  readonly id: string;
  readonly type: string;
  readonly rule: string;
  readonly subject: string;
  readonly summary: string;
}

/** Notifications that the receiver accepted, in order of arrival. */
const accepted = (receiver: Receiver): ReceivedNotification[] =>
  receiver.received.filter(({ status }) => status === 204).flatMap(notificationsOf);

interface Alert {
  readonly rule: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly summary: string;
}

function notificationsOf({ id, json }: Received): ReceivedNotification[] {
  const body = json as { type: string; data: { alert: Alert } } | null;
  if (body === null || id === null) return [];
  const { rule, labels, summary } = body.data.alert;
  return [{ id, type: body.type, rule, subject: labels.queue ?? labels.webhook ?? "", summary }];
}

/** Counts distinct ids: a delivery may arrive twice. */
const acceptedIds = (receiver: Receiver): number => new Set(accepted(receiver).map(({ id }) => id)).size;

async function ask(app: Lastbeat, path: string, method = "GET") {
  const headers = { authorization: `Bearer ${app.apiToken}` };
  return await (await fetch(`${app.url}/api/v1/${path}`, { method, headers })).json();
}

test("changes arrive in order despite an outage and kill -9; a dead delivery raises an alert and is replayed", async ({
  postgres,
  page,
}, info) => {
  const [ops, other, watch] = [await startReceiver(), await startReceiver(), await startReceiver()];
  const databaseUrl = await postgres.createDatabase("alarms");
  const table = new pg.Client({ connectionString: databaseUrl });
  await table.connect();
  await table.query(`CREATE TABLE alarms AS SELECT 'q' || i AS queue, 0 AS n FROM generate_series(1, ${QUEUES}) i`);
  const queries = { counts: "SELECT queue, 'failed' AS state, n AS count FROM alarms" };
  const webhook = (id: string, receiver: Receiver) => ({
    ...{ id, url: receiver.url, secret: receiver.secret, allowPrivate: true },
  });
  const app = await startLastbeat({
    config: {
      brokers: [],
      sources: [{ id: "table", kind: "sql", databaseUrl, pollSeconds: 5, queries }],
      rules: [{ id: "alarm", signal: "jobs.failed", warning: 1 }],
      webhooks: [webhook("ops", ops), { ...webhook("other", other), language: "zh-CN" }],
      heartbeats: [{ id: "night", url: watch.url, everySeconds: 5, allowPrivate: true }],
    },
  });

  ops.answer(503);
  await table.query("UPDATE alarms SET n = 1");
  await until("the other webhook to receive all alerts", WITHIN_MS, () => acceptedIds(other) === QUEUES);
  await until("a delivery attempt to the failing webhook", WITHIN_MS, () => ops.received.length > 0);
  await app.kill();
  await table.query("UPDATE alarms SET n = 0");
  ops.answer(204);
  const again = await app.again();
  for (const receiver of [ops, other]) {
    await until("all firing and resolved notifications", WITHIN_MS, () => acceptedIds(receiver) === 2 * QUEUES);
    for (let n = 1; n <= QUEUES; n++) {
      const types = accepted(receiver).filter(({ subject }) => subject === `q${n}`);
      expect([...new Set(types.map(({ type }) => type))]).toEqual(["alert.firing", "alert.resolved"]);
      expect(new Set(types.map(({ id }) => id)).size).toBe(2);
    }
    expect(receiver.received.every(({ signatureValid }) => signatureValid)).toBe(true);
  }

  ops.answer(400);
  await table.query("UPDATE alarms SET n = 1 WHERE queue = 'q1'");
  const dead = await other.waitFor((request) => notificationsOf(request)[0]?.rule === "webhook-dead", WITHIN_MS);
  expect(notificationsOf(dead)).toMatchObject([
    { type: "alert.firing", subject: "ops", summary: "发往 webhook ops 的 1 个投递已被放弃，可以重新投递" },
  ]);
  const log = (receiver: Receiver) => accepted(receiver).find(({ subject }) => subject === "q2")?.summary;
  expect([log(ops), log(other)]).toEqual(["table/q2: alarm at 1, threshold 1", "table/q2：alarm，当前为 1，阈值 1"]);
  expect(ops.received.flatMap(notificationsOf).some(({ rule }) => rule === "webhook-dead")).toBe(false);
  const refused = ops.received.findLast(({ status }) => status === 400);
  const { items } = await ask(again, "webhooks");
  expect(items).toMatchObject([
    { id: "ops", dead: 1, waiting: 0 },
    { id: "other", dead: 0 },
  ]);

  ops.answer(204);
  await page.request.post(`${again.url}/api/v1/session`, { data: { password: again.adminPassword } });
  const inChinese = await page.request.get(`${again.url}/api/v1/alerts?state=firing`, {
    headers: { "accept-language": "zh-CN" },
  });
  const summaries = (answer: { readonly items: readonly Alert[] }) => answer.items.map(({ summary }) => summary);
  expect(summaries(await inChinese.json())).toContain("table/q1：alarm，当前为 1，阈值 1");
  expect(summaries(await ask(again, "alerts?state=firing"))).toContain("table/q1: alarm at 1, threshold 1");
  await page.goto(`${again.url}/alerts?lang=zh-CN`);
  const firing = page.locator('[data-alerts="firing"] [data-alert]');
  await expectWellRendered(page, info, "alerts-zh", async () => {
    await expect(firing.filter({ hasText: "q1" })).toContainText("table/q1：alarm，当前为 1，阈值 1");
    await expect(firing.filter({ hasText: "webhook-dead" })).toContainText("发往 webhook ops 的 1 个投递已被放弃");
  });
  await page.goto(`${again.url}/?lang=zh-CN`);
  await expect(page.getByRole("main")).toContainText("发往 webhook ops 的 1 个投递已被放弃，可以重新投递");
  await page.goto(`${again.url}/deliveries?lang=en`);
  await expect(page.locator('[data-heartbeat="night"]')).toContainText("sending");
  await page
    .locator('[data-webhook="ops"]')
    .getByRole("button", { name: /^Resend failed deliveries/ })
    .click();
  await ops.waitFor(({ id, status }) => id === refused?.id && status === 204, WITHIN_MS);
  await other.waitFor(
    (request) =>
      notificationsOf(request)[0]?.rule === "webhook-dead" && notificationsOf(request)[0]?.type === "alert.resolved",
    WITHIN_MS,
  );
  expect(await ask(again, "webhooks/ops/replay", "POST")).toEqual({ replayed: 0, left: 0 });
  expect(watch.received.some(({ path }) => path === "/hook")).toBe(true);

  expect(await again.stop()).toMatchObject({ code: 0, signal: null });
  again.remove();
  await table.end();
  for (const receiver of [ops, other, watch]) await receiver.stop();
});
