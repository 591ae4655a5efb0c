import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { BUILT_IN_RULES } from "@/lib/alerts/catalogue/built-in";
import { fromStored } from "@/lib/alerts/engine/evaluate-alerts";
import { scopeOf } from "@/lib/alerts/engine/target-visibility";
import { resolutionOf } from "@/lib/alerts/model/resolution";
import { HOUR, MINUTE } from "@/lib/base/time/duration";
import type { Runtime } from "@/lib/collector/runtime";
import { testRuntime } from "@/lib/collector/runtime.testing";
import { endUnwatched } from "@/lib/collector/tick/end-unwatched";
import {
  notificationSettings,
  reevaluateNotifications,
  restoreNotifications,
} from "@/lib/collector/tick/notifications";
import { saveTick } from "@/lib/collector/tick/save-tick";
import { openAlerts, scopeState, updateScope } from "@/lib/collector/tick/scope-state";
import { parseConfig } from "@/lib/config/parse";
import { readConfig } from "@/lib/config/read-config";
import { aWebhook } from "@/lib/notifications/delivery/webhooks.testing";
import { acknowledgeAlert, unacknowledgeAlert } from "@/lib/server/commands/acknowledge-alert";
import { createWindow, editWindow, expireWindow, previewWindow } from "@/lib/server/commands/silence-window";
import { listAlerts, loadOpenAlerts } from "@/lib/storage/alerts/alerts";
import type { Database } from "@/lib/storage/database";
import { listDeliveries } from "@/lib/storage/deliveries";
import { applyRetention } from "@/lib/storage/samples/retention";
import { emptyTables, testDatabase } from "@/lib/storage/storage.testing";
import { alertView } from "@/lib/views/alerts/read";
import { readWindows } from "@/lib/views/silence-windows/read";

const T = Date.UTC(2026, 10, 21, 12);
const SCOPE = "source:mine";
const CONFIG = `
rules: [{ id: deep, signal: jobs.queued, warning: 10, critical: 100 }]
inhibit: [{ source: rule=deep, target: rule="source-unreachable", equal: [source] }]
maintenance:
  - { id: nightly, match: queue=batch, cron: "30 12 * * *", zone: UTC, duration: 1h }
`;

let database: Database;
let live: Runtime;
let nudges = 0;

beforeAll(async () => {
  database = await testDatabase();
  await applyRetention(database.db, T);
});
afterAll(() => database.close());
beforeEach(async () => {
  await emptyTables(database.db);
  live = await started();
});

/** A process that starts with what the database holds. */
async function started(): Promise<Runtime> {
  const { config: file } = parseConfig(CONFIG, {});
  if (file === null) throw new Error("the configuration of this test can be read");
  nudges = 0;
  const fresh = testRuntime({
    database,
    config: { ...readConfig({}), ...file },
    rules: file.rules,
    webhooks: [aWebhook("http://127.0.0.1:1")],
    deliverer: {
      start: async () => {},
      stop: async () => {},
      nudge: () => {
        nudges++;
      },
      quietMs: () => null,
    },
    startedMs: T,
    notificationSettings: notificationSettings(file),
  });
  const scopes = Map.groupBy(await loadOpenAlerts(database.db), ({ labels }) => scopeOf(labels));
  for (const [scope, alerts] of scopes) updateScope(fresh.scopes, scope, { alerts: fromStored(alerts) });
  await restoreNotifications(fresh, T);
  return fresh;
}

/** One tick of the source: how many jobs wait in each queue. */
function tick(waiting: Readonly<Record<string, number>>, atMs: number, more = async () => {}): Promise<void> {
  const readings = Object.entries(waiting).map(([queue, value]) => ({
    ...{ signal: "jobs.queued", labels: { source: "mine", queue }, value },
  }));
  return saveTick(live, SCOPE, { samples: [], readings, ended: [] }, { nowMs: atMs, steppedMs: 0 }, more);
}

/** Everything that was sent, oldest first: event and queue. */
async function sent(): Promise<string[]> {
  const { items } = await listDeliveries(database.db, { limit: 100, before: null });
  const notified = items.map(
    ({ event, body }) => `${event.slice("alert.".length)} ${JSON.parse(body).data.alert.labels.queue}`,
  );
  return notified.reverse();
}

const alertOf = (queue: string) => {
  const alerts = openAlerts(live.scopes);
  const alert = alerts.find(({ labels }) => labels.queue === queue);
  if (alert === undefined) throw new Error(`an alert of ${queue} is open`);
  return alert;
};
const author = (atMs: number) => ({ who: "admin", atMs });

test("the notifications of a tick are stored with its alerts or not at all, and once", async () => {
  const broken = tick({ mail: 20 }, T, async () => {
    throw new Error("the database went away");
  });
  await expect(broken).rejects.toThrow("went away");
  expect(await sent()).toEqual([]);
  await tick({ mail: 20 }, T + MINUTE);
  live = await started();
  await tick({ mail: 20 }, T + 2 * MINUTE);
  expect(await sent()).toEqual(["firing mail"]);
  await tick({ mail: 0 }, T + 3 * MINUTE);
  expect(await sent()).toEqual(["firing mail", "resolved mail"]);
});

test("a silence window is previewed, survives a restart, and alerts that still fire at its end are notified then", async () => {
  const wanted = { match: ['queue="mail"'], comment: "deployment", untilMs: T + HOUR };
  const window = await createWindow(live, wanted, author(T));
  await tick({ mail: 20, other: 20 }, T + MINUTE);
  expect(await sent()).toEqual(["firing other"]);
  expect(alertView(alertOf("mail"), live, "en").mutedBy).toEqual({
    ...{ by: "silence-window", id: window.id, text: "deployment", untilMs: T + HOUR },
  });
  expect(previewWindow(live, ["rule=deep"], { nowMs: T + MINUTE, locale: "en" }).count).toBe(2);
  live = await started();
  expect(alertView(alertOf("mail"), live, "en").mutedBy).toMatchObject({ id: window.id });
  await reevaluateNotifications(live, SCOPE, () => T + HOUR - 1);
  expect(await sent()).toEqual(["firing other"]);
  await reevaluateNotifications(live, SCOPE, () => T + HOUR);
  expect(await sent()).toEqual(["firing other", "firing mail"]);
  expect(readWindows(live, T + HOUR).map(({ id, state }) => [id, state])).toEqual([
    ["file-nightly", "active"],
    [window.id, "ended"],
  ]);
});

test("a window is edited and ended by hand; one of the file is not", async () => {
  const wanted = { match: ['queue="mail"'], comment: "", untilMs: T + HOUR };
  const { id } = await createWindow(live, wanted, author(T));
  const edited = await editWindow(live, id, { ...wanted, match: ["queue=~mail|other"], by: "ann" }, author(T + MINUTE));
  expect([edited.match, edited.by, edited.fromMs]).toEqual([['queue=~"mail|other"'], "ann (admin)", T]);
  await tick({ mail: 20, other: 20 }, T + 2 * MINUTE);
  expect(await sent()).toEqual([]);
  await expireWindow(live, id, T + 3 * MINUTE);
  await reevaluateNotifications(live, SCOPE, () => T + 3 * MINUTE);
  expect((await sent()).toSorted()).toEqual(["firing mail", "firing other"]);
  await expect(expireWindow(live, "file-nightly", T)).rejects.toMatchObject({ status: 409 });
  await expect(expireWindow(live, id, T + 4 * MINUTE)).rejects.toMatchObject({ status: 409 });
});

test("a maintenance window of the file is active in its hour of each day", async () => {
  await tick({ batch: 20 }, T + 31 * MINUTE);
  expect(await sent()).toEqual([]);
  await reevaluateNotifications(live, SCOPE, () => T + 90 * MINUTE);
  expect(await sent()).toEqual(["firing batch"]);
});

test("each webhook is notified in its own language, and a queued delivery keeps its text", async () => {
  const speaking = (ops: "en" | "zh-CN", team: "en" | "zh-CN") => [
    { ...aWebhook("http://127.0.0.1:1"), language: ops },
    { ...aWebhook("http://127.0.0.1:2"), id: "team", language: team },
  ];
  live = { ...live, webhooks: speaking("en", "zh-CN") };
  await tick({ mail: 20 }, T);
  const bodies = async () => {
    const { items } = await listDeliveries(database.db, { limit: 10, before: null });
    return items
      .map(({ webhook, body, summary }) => [webhook, JSON.parse(body).data.alert.summary, summary])
      .toSorted();
  };
  const english = "mine/mail: deep at 20, threshold 10";
  const chinese = "mine/mail：deep，当前为 20，阈值 10";
  const both = [
    ["ops", english, english],
    ["team", chinese, chinese],
  ];
  expect(await bodies()).toEqual(both);
  live = { ...(await started()), webhooks: speaking("en", "en") };
  await reevaluateNotifications(live, SCOPE, () => T + MINUTE);
  expect(await bodies()).toEqual(both);
  const { items } = await listDeliveries(database.db, { limit: 10, before: null });
  for (const { body } of items)
    expect(JSON.parse(body).data.alert, "machines are told no more").not.toHaveProperty("facts");
});

test("a page shows alerts and causes in its language, also after a restart", async () => {
  await tick({ mail: 20 }, T);
  live = await started();
  const away = BUILT_IN_RULES.filter(({ id }) => id === "source-unreachable").map((rule) => ({ ...rule, forMs: 0 }));
  live = { ...live, rules: [...live.rules, ...away] };
  const view = (locale: "en" | "zh-CN") => alertView(alertOf("mail"), live, locale);
  expect([view("en").summary, view("zh-CN").summary]).toEqual([
    "mine/mail: deep at 20, threshold 10",
    "mine/mail：deep，当前为 20，阈值 10",
  ]);
  expect(view("zh-CN")).not.toHaveProperty("facts");
  await saveTick(
    live,
    SCOPE,
    { samples: [], readings: blind(20), ended: [] },
    { nowMs: T + MINUTE, steppedMs: 0 },
    async () => {},
  );
  await saveTick(
    live,
    SCOPE,
    { samples: [], readings: blind(20), ended: [] },
    { nowMs: T + 3 * MINUTE, steppedMs: 0 },
    async () => {},
  );
  const muted = (locale: "en" | "zh-CN") => {
    const alerts = openAlerts(live.scopes);
    return alerts.map((alert) => alertView(alert, live, locale).mutedBy?.text).filter((text) => text !== undefined);
  };
  expect([muted("en"), muted("zh-CN")]).toEqual([[view("en").summary], [view("zh-CN").summary]]);
});

/** The queue has its jobs, and the source is said to be away: the configuration makes the first the cause. */
const blind = (waiting: number) => [
  { signal: "jobs.queued", labels: { source: "mine", queue: "mail" }, value: waiting },
  { signal: "jobs.source.up", labels: { source: "mine" }, value: 0 },
];

test("an acknowledgement is notified, stored in the row, survives a restart and ends when the alert gets worse", async () => {
  await tick({ mail: 20 }, T);
  const { id } = alertOf("mail");
  const acknowledged = await acknowledgeAlert(live, { id, comment: "on it", by: "ann" }, author(T + MINUTE), "en");
  expect([acknowledged.acknowledgedBy, acknowledged.acknowledgedUntilMs]).toEqual([
    "ann (admin)",
    T + MINUTE + 8 * HOUR,
  ]);
  await reevaluateNotifications(live, SCOPE, () => T + 2 * MINUTE);
  expect((await loadOpenAlerts(database.db))[0]?.acknowledgedBy).toBe("ann (admin)");
  live = await started();
  await tick({ mail: 20 }, T + 3 * MINUTE);
  await tick({ mail: 200 }, T + 4 * MINUTE);
  expect(await sent()).toEqual(["firing mail", "acknowledged mail", "firing mail"]);
  expect((await loadOpenAlerts(database.db))[0]?.acknowledgedBy).toBeNull();
  await expect(unacknowledgeAlert(live, id, "en")).rejects.toMatchObject({ status: 409 });
});

test("the row of an ended alert says who had acknowledged it", async () => {
  await tick({ mail: 20 }, T);
  await acknowledgeAlert(live, { id: alertOf("mail").id, comment: "" }, author(T + MINUTE), "en");
  await tick({ mail: 0 }, T + 2 * MINUTE);
  const { rows } = await database.pool.query("SELECT state, acknowledged_by FROM lastbeat.alerts");
  expect(rows).toEqual([{ state: "resolved", acknowledged_by: "admin" }]);
  expect(live.notifications.acknowledgements.size).toBe(0);
});

test("a storm in one tick is one delivery, whose body says how many and stays small", async () => {
  const storm = Object.fromEntries(Array.from({ length: 300 }, (_, n) => [`q${n}-${"x".repeat(200)}`, 20]));
  await tick(storm, T);
  const { items } = await listDeliveries(database.db, { limit: 100, before: null });
  expect(items).toHaveLength(1);
  const [{ body = "", summary = "" } = {}] = items;
  const { group } = JSON.parse(body).data;
  expect([group.key, group.count, group.alerts.length + group.rest]).toEqual(["source=mine, rule=deep", 300, 300]);
  expect(group.alerts.length).toBeGreaterThan(5);
  expect(Buffer.byteLength(body)).toBeLessThan(20_000);
  expect(summary).toContain("300 alerts at once");
  await tick(storm, T + MINUTE);
  expect((await listDeliveries(database.db, { limit: 100, before: null })).items).toHaveLength(1);
  expect(nudges).toBe(1);
});

test.each([
  ["the alerts of a source that is no longer configured end, and are told so", [], ["firing mail", "resolved mail"]],
  ["those of one that is are left as they are", [{ id: "mine" }], ["firing mail"]],
])("%s", async (_, sources, notified) => {
  await tick({ mail: 20 }, T);
  live = await started();
  const config = { ...live.config, ...parseConfig(sourcesOf(sources), {}).config };
  await endUnwatched({ ...live, config }, T + MINUTE);
  expect(await sent()).toEqual(notified);
  expect(scopeState(live.scopes, SCOPE).alerts.size).toBe(sources.length);
});

const sourcesOf = (sources: readonly { readonly id: string }[]): string =>
  JSON.stringify({ sources: sources.map(({ id }) => ({ id, kind: "river", databaseUrl: "postgres://127.0.0.1/x" })) });

test("so does the alert of a webhook that is no longer configured", async () => {
  const dead = (webhook: string) => ({ signal: "webhook.dead", labels: { webhook }, value: 1 });
  const rule = live.rules.find(({ id }) => id === "deep");
  if (rule === undefined) throw new Error("the rule of this test is there");
  const rules = [{ ...rule, id: "webhook-dead", signal: "webhook.dead", warning: 1, critical: null }];
  const found = { samples: [], readings: [dead("ops"), dead("old")], ended: [] };
  await saveTick({ ...live, rules }, "webhooks", found, { nowMs: T, steppedMs: 0 }, async () => {});
  await endUnwatched({ ...live, rules }, T + MINUTE);
  const left = [...scopeState(live.scopes, "webhooks").alerts.values()];
  expect(left.map(({ alert }) => alert.labels.webhook)).toEqual([live.webhooks[0]?.id]);
  const { items } = await listAlerts(live.database.db, { limit: 10, before: null, states: ["resolved"] });
  expect(items.map(resolutionOf)).toEqual(["unwatched"]);
});
