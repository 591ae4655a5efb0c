import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { BUILT_IN_RULES } from "@/lib/alerts/catalogue/built-in";
import { fromStored } from "@/lib/alerts/engine/evaluate-alerts";
import { scopeOf } from "@/lib/alerts/engine/target-visibility";
import type { Reading } from "@/lib/alerts/model/reading";
import { HOUR, MINUTE, SECOND } from "@/lib/base/time/duration";
import { type BrokerMemory, firstMemory } from "@/lib/collector/broker/memory";
import type { Runtime } from "@/lib/collector/runtime";
import { testRuntime } from "@/lib/collector/runtime.testing";
import { reevaluateNotifications, restoreNotifications } from "@/lib/collector/tick/notifications";
import { saveTick } from "@/lib/collector/tick/save-tick";
import { openAlerts, updateScope } from "@/lib/collector/tick/scope-state";
import { aWebhook } from "@/lib/notifications/delivery/webhooks.testing";
import type { Webhook } from "@/lib/notifications/formats/webhook";
import type { Client } from "@/lib/rabbitmq/clients/client";
import { newLifetimes } from "@/lib/rabbitmq/clients/lifetimes";
import { NO_REPLICAS } from "@/lib/rabbitmq/clients/replicas";
import { acknowledgeAlert, unacknowledgeAlert } from "@/lib/server/commands/acknowledge-alert";
import {
  acknowledgeIncident,
  silenceIncident,
  unacknowledgeIncident,
} from "@/lib/server/commands/acknowledge-incident";
import { loadOpenAlerts } from "@/lib/storage/alerts/alerts";
import type { Database } from "@/lib/storage/database";
import { listDeliveries } from "@/lib/storage/deliveries";
import { readCursor } from "@/lib/storage/page";
import { applyRetention } from "@/lib/storage/samples/retention";
import { emptyTables, testDatabase } from "@/lib/storage/storage.testing";
import { alertView } from "@/lib/views/alerts/read";
import { readIncident, readIncidents } from "@/lib/views/incidents/read";

const T = Date.UTC(2026, 10, 21, 12);
const author = (atMs: number) => ({ who: "admin", atMs });

const common = { ...aWebhook("http://127.0.0.1:1"), secrets: undefined };
const WEBHOOKS: readonly Webhook[] = [
  { ...common, id: "chat", format: "slack" },
  { ...common, id: "pager", format: "pagerduty", routingKey: "k", severities: ["critical"] },
  aWebhook("http://127.0.0.1:2"),
];

let database: Database;
let live: Runtime;

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
  const fresh = testRuntime({ database, rules: BUILT_IN_RULES, webhooks: WEBHOOKS, startedMs: T });
  const scopes = Map.groupBy(await loadOpenAlerts(database.db), ({ labels }) => scopeOf(labels));
  for (const [scope, alerts] of scopes) updateScope(fresh.scopes, scope, { alerts: fromStored(alerts) });
  await restoreNotifications(fresh, T);
  return fresh;
}

/** What was measured; a signal that is absent keeps its last value. */
const BROKER = {
  "broker.up": 1,
  "broker.nodes.down": 0,
  "broker.restart.recovery": 0,
  "queue.consumers.missing": 0,
} as const;
type BrokerValues = Partial<Record<keyof typeof BROKER, number>>;

function brokerTick(values: BrokerValues, atMs: number): Promise<void> {
  const measured = { ...BROKER, ...values };
  const readings: Reading[] = Object.entries(measured).flatMap(([signal, value]) =>
    measured["broker.up"] === 0 && signal !== "broker.up"
      ? []
      : [{ signal, labels: signal.startsWith("queue.") ? QUEUE : { broker: "main" }, value }],
  );
  return saveTick(
    live,
    "broker:main",
    { samples: [], readings, ended: [] },
    { nowMs: atMs, steppedMs: 0 },
    async () => {},
  );
}
async function brokerTicks(values: BrokerValues, fromMs: number, toMs: number): Promise<void> {
  for (let atMs = fromMs; atMs < toMs; atMs += 20 * SECOND) await brokerTick(values, atMs);
}
const QUEUE = { broker: "main", vhost: "/", queue: "mails" };

function sourceTick(up: 0 | 1, stalled: number | null, atMs: number, silent: 0 | 1 = 0): Promise<void> {
  const readings: Reading[] = [
    { signal: "jobs.source.up", labels: { source: "table" }, value: up },
    ...(up === 0 ? [] : [{ signal: "jobs.retry.stalled", labels: { source: "table", queue: "jobs" }, value: stalled }]),
    ...(up === 0 ? [] : [{ signal: "runner.silent", labels: { source: "table", runner: "r1" }, value: silent }]),
  ];
  return saveTick(
    live,
    "source:table",
    { samples: [], readings, ended: [] },
    { nowMs: atMs, steppedMs: 0 },
    async () => {},
  );
}

const all = async () => (await listDeliveries(database.db, { limit: 200, before: null })).items.toReversed();

/** Everything that was sent to a webhook, oldest first: event and rule. */
async function sent(webhook: string): Promise<string[]> {
  const own = (await all()).filter((delivery) => delivery.webhook === webhook);
  return own.map(({ event, body }) => `${event.slice("alert.".length)} ${JSON.parse(body).data.alert.rule}`);
}
/** The ids under which a receiver has incidents open: one page each. */
const pages = async (webhook: string) =>
  new Set((await all()).filter((delivery) => delivery.webhook === webhook).map(({ alertId }) => alertId)).size;

const incidents = async () => (await readIncidents(live, { limit: 50, before: null }, "en")).items;

describe("timelines", () => {
  test("a broker restart with a consumer that does not return is one incident and one page", async () => {
    await brokerTick({ "broker.up": 0 }, T);
    await brokerTick({ "broker.up": 0 }, T + 20 * SECOND);
    live = await started();
    // The clients that are still away; the last one is then lost.
    live.brokers.set("main", recovering());
    await brokerTick({}, T + 40 * SECOND);
    await brokerTicks({ "queue.consumers.missing": 2 }, T + MINUTE, T + 3 * MINUTE);
    await brokerTicks({ "queue.consumers.missing": 2, "broker.restart.recovery": 2 }, T + 3 * MINUTE, T + 8 * MINUTE);
    live = await started();
    await reevaluateNotifications(live, "broker:main", () => T + 9 * MINUTE);
    const [incident, ...others] = await incidents();
    expect(others).toEqual([]);
    expect([incident?.cause.rule, incident?.state, incident?.alertsTotal]).toEqual(["broker-unreachable", "firing", 3]);
    await brokerTick({}, T + 10 * MINUTE);
    for (const webhook of ["chat", "pager"]) {
      expect(await pages(webhook), webhook).toBe(1);
      expect(await sent(webhook)).toEqual([
        "firing broker-unreachable",
        "firing clients-not-back",
        "firing clients-not-back",
        "resolved broker-unreachable",
      ]);
    }
    expect((await incidents()).map(({ state, resolvedMs }) => [state, resolvedMs])).toEqual([
      ["resolved", T + 10 * MINUTE],
    ]);
  });

  test("a node that is down is one incident and one page", async () => {
    await brokerTick({ "broker.nodes.down": 1 }, T);
    await brokerTick({ "broker.nodes.down": 1 }, T + 20 * SECOND);
    await brokerTick({ "broker.nodes.down": 1, "broker.restart.recovery": 2 }, T + MINUTE);
    await brokerTick({ "broker.restart.recovery": 2 }, T + 3 * MINUTE);
    await brokerTick({}, T + 6 * MINUTE);
    expect((await incidents()).map(({ cause, state }) => [cause.rule, state])).toEqual([["node-down", "resolved"]]);
    expect(await pages("pager")).toBe(1);
  });

  test("a database that is away is one incident, and the jobs behind it join it", async () => {
    await sourceTick(1, 700, T);
    await sourceTick(0, null, T + MINUTE);
    await sourceTick(0, null, T + 2 * MINUTE);
    await sourceTick(1, 700, T + 4 * MINUTE, 1);
    await reevaluateNotifications(live, "source:table", () => T + 6 * MINUTE);
    const [incident, ...others] = await incidents();
    expect(others).toEqual([]);
    expect([incident?.cause.rule, incident?.alertsTotal]).toEqual(["source-unreachable", 3]);
    expect(await pages("chat")).toBe(1);
    expect(await pages("pager")).toBe(1);
  });
});

/** A broker whose restart took a client along that is still away. */
function recovering(): BrokerMemory {
  const memory = firstMemory("main", 5 * SECOND, T, { clients: [], sessions: [] });
  const away: Client = {
    ...{ id: "c1", broker: "main", vhost: "/", user: "app", name: "mailer", namedBy: "connection-name" },
    ...{ folded: [], alias: null, displayName: "mailer" },
    ...{ product: null, productVersion: null, platform: null, peerHost: null, state: "absent", stateSinceMs: T },
    ...{ consuming: ["mails"], lastEnd: null, unreplaced: 0, firstSeenMs: T - HOUR, lastSeenMs: T, reconnectsMs: [] },
    lifetimes: newLifetimes(T - HOUR),
    replicas: NO_REPLICAS,
  };
  return { ...memory, restartRecovery: { atMs: T, reason: "broker-stopped", inferred: true, back: [], away: [away] } };
}

const stalled = { first: "retry-not-draining", joined: "runner-silent" };

test("programs get each alert with its incident, and each alert names its incident in the API", async () => {
  await sourceTick(1, 700, T);
  const [incident] = await incidents();
  const own = (await all()).filter(({ webhook }) => webhook === "ops").map(({ body }) => JSON.parse(body).data);
  expect(own.map(({ alert, incident: sentIncident }) => [alert.rule, alert.incident, sentIncident.id])).toEqual([
    [stalled.first, incident?.id, incident?.id],
  ]);
  expect(openAlerts(live.scopes).map((alert) => alertView(alert, live, "en").incident)).toEqual([incident?.id]);
  expect(incident).toMatchObject({ severity: "critical", alertsFiring: 1, nextStep: expect.stringMatching(/./) });
  expect(await readIncident(live, incident?.id ?? "", "zh-CN")).toMatchObject({ id: incident?.id });
  expect(await readIncident(live, "none", "en")).toBeNull();
});

describe("an acknowledged incident", () => {
  const warning = () => sourceTick(1, 400, T);

  test("covers what joins it, until it gets worse", async () => {
    await sourceTick(0, null, T);
    await sourceTick(0, null, T + MINUTE);
    const [{ id = "" } = {}] = await incidents();
    await acknowledgeIncident(live, { id, comment: "on it", by: "ann" }, author(T + MINUTE), "en");
    await reevaluateNotifications(live, "source:table", () => T + 2 * MINUTE);
    live = await started();
    await sourceTick(1, 400, T + 3 * MINUTE);
    expect(await sent("chat")).toEqual(["firing source-unreachable", "acknowledged source-unreachable"]);
    expect(openAlerts(live.scopes).map((alert) => alertView(alert, live, "en").acknowledgedBy)).toContain(
      "ann (admin)",
    );
    const [alert] = openAlerts(live.scopes);
    await expect(unacknowledgeAlert(live, alert?.id ?? "", "en")).rejects.toMatchObject({
      message: `it is acknowledged with incident ${id}`,
    });
    await sourceTick(1, 700, T + 4 * MINUTE);
    expect(await sent("chat")).toEqual([
      "firing source-unreachable",
      "acknowledged source-unreachable",
      `firing ${stalled.first}`,
    ]);
    expect((await incidents()).map(({ acknowledgedBy }) => acknowledgedBy)).toEqual([null]);
    expect(await sent("pager")).toEqual([`firing ${stalled.first}`]);
  });

  test("is sent once, and is given back", async () => {
    await warning();
    const [{ id = "" } = {}] = await incidents();
    await acknowledgeIncident(live, { id, comment: "" }, author(T + MINUTE), "en");
    await reevaluateNotifications(live, "source:table", () => T + 2 * MINUTE);
    await unacknowledgeIncident(live, id, "en");
    await reevaluateNotifications(live, "source:table", () => T + 3 * MINUTE);
    expect((await sent("chat")).map((text) => text.split(" ")[0])).toEqual(["firing", "acknowledged", "firing"]);
    await expect(unacknowledgeIncident(live, id, "en")).rejects.toMatchObject({ status: 409 });
    await expect(acknowledgeIncident(live, { id: "x-1", comment: "" }, author(T), "en")).rejects.toMatchObject({
      status: 404,
    });
  });

  test("is also one whose alerts were all acknowledged by themselves", async () => {
    await warning();
    const [alert] = openAlerts(live.scopes);
    await acknowledgeAlert(live, { id: alert?.id ?? "", comment: "" }, author(T + MINUTE), "en");
    await reevaluateNotifications(live, "source:table", () => T + 2 * MINUTE);
    expect((await sent("chat")).map((text) => text.split(" ")[0])).toEqual(["firing", "acknowledged"]);
  });

  test("ends with its incident", async () => {
    await warning();
    const [{ id = "" } = {}] = await incidents();
    await acknowledgeIncident(live, { id, comment: "" }, author(T + MINUTE), "en");
    await sourceTick(1, 0, T + 2 * MINUTE);
    expect(live.notifications.acknowledgements.size).toBe(0);
    await expect(acknowledgeIncident(live, { id, comment: "" }, author(T), "en")).rejects.toMatchObject({
      status: 409,
    });
  });
});

test("a silenced incident sends nothing, also of what joins it, until it gets worse", async () => {
  await sourceTick(1, 400, T);
  const [{ id = "" } = {}] = await incidents();
  const window = await silenceIncident(live, { id, comment: "", untilMs: T + HOUR }, author(T + MINUTE));
  expect(window.match).toEqual([`incident="${id}"`, 'severity="warning"']);
  await reevaluateNotifications(live, "source:table", () => T + 2 * MINUTE);
  live = await started();
  await sourceTick(0, null, T + 3 * MINUTE);
  await sourceTick(0, null, T + 4 * MINUTE);
  expect(await sent("chat")).toEqual([`firing ${stalled.first}`]);
  await sourceTick(1, 700, T + 5 * MINUTE);
  expect(await sent("chat")).toEqual([`firing ${stalled.first}`, `firing ${stalled.first}`]);
  expect(await sent("pager")).toEqual([`firing ${stalled.first}`]);
});

test("incidents are listed by pages", async () => {
  for (let n = 0; n < 5; n += 1) {
    const labels = { source: `s${n}`, queue: "jobs" };
    const readings = [{ signal: "jobs.retry.stalled", labels, value: 700 }];
    await saveTick(
      live,
      `source:s${n}`,
      { samples: [], readings, ended: [] },
      { nowMs: T + n, steppedMs: 0 },
      async () => {},
    );
  }
  const first = await readIncidents(live, { limit: 3, before: null, open: true }, "en");
  const second = await readIncidents(live, { limit: 3, before: readCursor(first.next ?? ""), open: true }, "en");
  expect([...first.items, ...second.items].map(({ cause }) => cause.labels.source)).toEqual([
    "s4",
    "s3",
    "s2",
    "s1",
    "s0",
  ]);
  expect([second.next, (await readIncidents(live, { limit: 3, before: null, open: false }, "en")).items]).toEqual([
    null,
    [],
  ]);
});
