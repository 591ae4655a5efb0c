import type { Page } from "@playwright/test";
import { z } from "zod";
import { expect, test } from "./fixtures.ts";
import type { ClientOptions } from "./world/clients/options.ts";
import { spawnClient } from "./world/clients/spawn.ts";
import { type Lastbeat, startLastbeat } from "./world/lastbeat.ts";
import { until } from "./world/until.ts";

const Alerts = z.object({
  items: z.array(
    z.object({
      rule: z.string(),
      state: z.string(),
      firedMs: z.number().nullable(),
      labels: z.record(z.string(), z.string()),
      summary: z.string(),
    }),
  ),
});
const Clients = z.object({
  items: z.array(
    z.object({
      name: z.string(),
      rates: z.object({ publish: z.number().nullable(), deliver: z.number().nullable(), ack: z.number().nullable() }),
      activity: z.object({ consumersExpected: z.number().nullable(), usualSessions: z.number().nullable() }).nullable(),
    }),
  ),
});
const Overview = z.object({
  verdict: z.object({ notConsuming: z.number(), publishSilent: z.number(), pinned: z.number(), leaking: z.number() }),
});

/** Built-in rules with thresholds of seconds, so that a test can wait for them; signals and evaluation are the same. */
const RULES = [
  { id: "client-not-consuming", signal: "client.consumers.missing", critical: 6 },
  { id: "client-consumers-gone", signal: "client.consumers.idle", warning: 20 },
  { id: "client-publish-silent", signal: "client.publish.silent", warning: 15 },
  { id: "client-unacked-pinned", signal: "client.unacked.pinned", warning: 20 },
  { id: "client-blocked", signal: "client.blocked", critical: 5 },
  { id: "client-connections-leaked", signal: "client.connections.leaked", warning: 4 },
];
const LEARN = { learnConsumers: "5s", learnSessions: "15s" };

const WORKS = { publishEveryMs: 300 };
/** Long enough for Lastbeat to learn consumers and sessions, even on a busy machine. */
const AFTER_MS = 40_000;
const EXTRA = 6;

const CAST: Readonly<Record<string, Partial<z.input<typeof ClientOptions>>>> = {
  "zombie-a": { ...WORKS, cancelAfterMs: AFTER_MS },
  "zombie-r": { ...WORKS, cancelAfterMs: AFTER_MS, library: "rabbitmq-client" },
  "idle-a": { cancelAfterMs: AFTER_MS },
  "idle-r": { cancelAfterMs: AFTER_MS, library: "rabbitmq-client" },
  "hung-a": { ...WORKS, prefetch: 3, acks: false },
  "hung-r": { ...WORKS, prefetch: 3, acks: false, library: "rabbitmq-client" },
  // Three clients on one queue: two stop publishing, the third continues and so keeps delivering to them.
  "silent-a": { ...WORKS, queue: "q.shared", publishForMs: AFTER_MS },
  "silent-r": { ...WORKS, queue: "q.shared", publishForMs: AFTER_MS, library: "rabbitmq-client" },
  "steady-a": { ...WORKS, queue: "q.shared" },
  "leak-a": { leakConnections: EXTRA, leakAfterMs: AFTER_MS },
  "leak-r": { leakConnections: EXTRA, leakAfterMs: AFTER_MS, library: "rabbitmq-client" },
  // As many connections as the leaking clients, but from the start.
  "pool-a": { leakConnections: EXTRA },
  "healthy-a": WORKS,
  "healthy-r": { ...WORKS, library: "rabbitmq-client" },
  "reader-a": {},
};
const MISBEHAVE = [
  "client-connections-leaked leak-a",
  "client-connections-leaked leak-r",
  "client-consumers-gone idle-a",
  "client-consumers-gone idle-r",
  "client-not-consuming zombie-a",
  "client-not-consuming zombie-r",
  "client-publish-silent silent-a",
  "client-publish-silent silent-r",
  "client-unacked-pinned hung-a",
  "client-unacked-pinned hung-r",
];
/** Clients that publish or have published within the last hour. */
const PUBLISHERS = Object.keys(CAST).filter((name) => CAST[name]?.publishEveryMs !== undefined);

const FIRE_WITHIN_MS = 240_000;

test("each rule fires for the misbehaving clients only, and for no healthy one", async ({ broker, page }) => {
  const { managementUrl, amqpUrl } = broker;
  const app = await startLastbeat({
    config: { brokers: [{ id: "main", managementUrl, pollSeconds: 1, clients: LEARN }], rules: RULES },
  });
  const clients = await Promise.all(
    Object.entries(CAST).map(([name, options]) =>
      spawnClient({ url: amqpUrl, name, library: "amqplib", heartbeat: 60, queue: `q.${name}`, ...options }),
    ),
  );
  for (const client of clients) await client.waitFor("connected");

  let leaking = 0;
  await until("an alert for every misbehaving client", FIRE_WITHIN_MS, async () => {
    // With so short a history, a leak is soon learned as usual: it is reported for less than a minute.
    leaking = Math.max(leaking, (await verdict(app)).leaking);
    const firedAlerts = await fired(app);
    expect(firedAlerts.filter((one) => !MISBEHAVE.includes(one))).toEqual([]);
    return firedAlerts.length === MISBEHAVE.length;
  });
  expect(leaking).toBe(2);
  await seenOnThePage(app, page);
  await worksAreMeasured(app);

  await broker.alarm(true);
  const blocked = ["broker-alarm -", ...PUBLISHERS.map((name) => `client-blocked ${name}`)].sort();
  await until("an alert for every blocked publisher", 60_000, async () => {
    const firedAlerts = (await fired(app)).filter((one) => !MISBEHAVE.includes(one));
    expect(firedAlerts.filter((one) => !blocked.includes(one))).toEqual([]);
    return firedAlerts.length === blocked.length;
  });
  const summaries = (await alerts(app)).filter((one) => one.rule === "client-blocked").map((one) => one.summary);
  for (const summary of summaries) expect(summary).toMatch(/blocked from publishing for \d+ s: memory alarm on t\d+@/);
  await broker.alarm(false);
  await until("the alerts of the alarm to be resolved", 60_000, async () => {
    const open = (await alerts(app)).filter((one) => one.state === "firing").map((one) => one.rule);
    return !open.includes("client-blocked") && !open.includes("broker-alarm");
  });
  expect((await fired(app)).filter((one) => !MISBEHAVE.includes(one) && !blocked.includes(one))).toEqual([]);

  await Promise.all(clients.map((client) => client.stop()));
  await app.stop();
  app.remove();
});

async function get(app: Lastbeat, path: string): Promise<unknown> {
  const answer = await fetch(app.url + path, { headers: { authorization: `Bearer ${app.apiToken}` } });
  return await answer.json();
}

const alerts = async (app: Lastbeat) => Alerts.parse(await get(app, "/api/v1/alerts?limit=200")).items;

/** "rule client" for every alert that has ever fired. */
async function fired(app: Lastbeat): Promise<string[]> {
  const all = (await alerts(app)).filter((one) => one.firedMs !== null);
  return [...new Set(all.map((one) => `${one.rule} ${one.labels.client ?? "-"}`))].sort();
}

const verdict = async (app: Lastbeat) => Overview.parse(await get(app, "/api/v1/overview")).verdict;

async function seenOnThePage(app: Lastbeat, page: Page): Promise<void> {
  expect(await verdict(app)).toMatchObject({ notConsuming: 4, publishSilent: 2, pinned: 2 });
  const entered = await page.request.post(`${app.url}/api/v1/session`, { data: { password: app.adminPassword } });
  expect(entered.ok()).toBe(true);
  await page.goto(app.url);
  await expect(page.getByRole("heading", { level: 1 })).toContainText("4 clients are connected but not consuming");
  await expect(
    page.getByText(/connected but has consumed nothing for .+; it used to consume q\.zombie-a/),
  ).toBeVisible();
}

async function worksAreMeasured(app: Lastbeat): Promise<void> {
  const rates = (among: z.infer<typeof Clients>["items"], name: string) =>
    among.find((one) => one.name === name)?.rates;
  // One message every 300 ms; counters are updated every 5 s, and a poll may see one update more or less.
  const isRight = (rate: number | null | undefined) => typeof rate === "number" && rate > 0.5 && rate < 10;
  const items = await until("the rates of the healthy clients", 60_000, async () => {
    const now = Clients.parse(await get(app, "/api/v1/clients?limit=200")).items;
    const works = ["healthy-a", "healthy-r"].map((name) => rates(now, name));
    return works.every((one) => isRight(one?.publish) && isRight(one?.ack)) ? now : null;
  });
  const of = (name: string) => items.find((one) => one.name === name);
  expect(of("hung-a")?.rates).toMatchObject({ deliver: 0, ack: 0 });
  expect(of("zombie-r")?.activity?.consumersExpected).toBe(1);
  expect(of("pool-a")?.activity?.usualSessions).toBe(1 + EXTRA);
}
