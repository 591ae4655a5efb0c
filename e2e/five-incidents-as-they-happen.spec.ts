import type { Page } from "@playwright/test";
import { z } from "zod";
import { test as base, expect } from "./fixtures.ts";
import { type Lastbeat, startLastbeat } from "./world/lastbeat.ts";
import { freePorts } from "./world/ports.ts";
import type { Receiver } from "./world/receiver.ts";
import { SCENARIOS } from "./world/scenarios/cast.ts";
import { PORTS_EACH, type RunningScenario } from "./world/scenarios/scenario.ts";
import { until } from "./world/until.ts";

/** All six scenarios share one environment, so that their waiting times overlap. */
const SET_UP_WITHIN_MS = 300_000;
const POLL_SECONDS = 2;
/** Covers the slowest firing or resolved notification: the broker closes a silent client after 60 s. */
const NOTIFIED_WITHIN_MS = 240_000;
/** RoadRunner is polled at most every 15 s, a request may hang for 10 s, and the broker restarts first. */
const REDIALLED_WITHIN_MS = 240_000;

interface Incidents {
  readonly app: Lastbeat;
  /** Runs a scene of a scenario, at most once. */
  reach(scenario: string, scene: string): Promise<void>;
}

const test = base.extend<object, { readonly incidents: Incidents }>({
  incidents: [
    async ({ broker, postgres, receiver }, use) => {
      const stories = new Map<string, RunningScenario>();
      const places = new Map<string, Parameters<(typeof SCENARIOS)[number]["begin"]>[0]>();
      for (const scenario of SCENARIOS) {
        const place = {
          amqpUrl: broker.amqpUrl,
          restartBroker: () => broker.restart("orderly"),
          databaseUrl: await postgres.createDatabase(scenario.name),
          port: await freePorts(PORTS_EACH),
        };
        places.set(scenario.name, place);
        stories.set(scenario.name, await scenario.begin(place));
      }
      const app = await startLastbeat({ config: configure(broker, receiver, places) });
      const acted = new Map<string, Promise<void>>();
      const reach = (scenario: string, name: string): Promise<void> => {
        const scene = stories.get(scenario)?.scenes.find((one) => one.name === name);
        if (scene === undefined) throw new Error(`${scenario} has no scene ${name}`);
        const acting = acted.get(`${scenario}/${name}`) ?? scene.act();
        acted.set(`${scenario}/${name}`, acting);
        return acting;
      };
      await use({ app, reach });
      await Promise.all([...stories.values()].map((story) => story.stop()));
      await app.stop();
      app.remove();
    },
    { scope: "worker", timeout: SET_UP_WITHIN_MS },
  ],
  baseURL: async ({ incidents }, use) => use(incidents.app.url),
  signedIn: async ({ page, incidents }, use) => {
    const answer = await page.request.post("/api/v1/session", { data: { password: incidents.app.adminPassword } });
    expect(answer.ok(), `sign-in answered ${answer.status()}`).toBe(true);
    await page.goto("/");
    await use(page);
  },
});

function configure(
  broker: { readonly managementUrl: string; readonly amqpUrl: string },
  receiver: Receiver,
  places: ReadonlyMap<string, Parameters<(typeof SCENARIOS)[number]["begin"]>[0]>,
) {
  const { managementUrl, amqpUrl } = broker;
  const clients = Object.assign({}, ...SCENARIOS.map((scenario) => scenario.clients));
  return {
    brokers: [{ id: "main", managementUrl, amqpUrl, pollSeconds: POLL_SECONDS, clients }],
    sources: SCENARIOS.flatMap((scenario) => {
      const place = places.get(scenario.name);
      return place === undefined ? [] : scenario.sources(place);
    }),
    rules: SCENARIOS.flatMap((scenario) => scenario.rules),
    webhooks: [{ id: "ops", url: receiver.url, format: "standard", secret: receiver.secret, allowPrivate: true }],
  };
}

const Notified = z.object({
  type: z.enum(["alert.firing", "alert.resolved"]),
  data: z.object({
    alert: z.object({
      rule: z.string(),
      severity: z.string(),
      labels: z.record(z.string(), z.string()),
      summary: z.string(),
      inferred: z.boolean(),
    }),
  }),
});

interface Wanted {
  readonly rule: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Validly signed notifications received so far with this rule and these labels, oldest first. */
const notified = (receiver: Receiver, { rule, labels }: Wanted) =>
  receiver.received.flatMap(({ json, signatureValid }) => {
    const body = Notified.safeParse(json);
    if (!signatureValid || !body.success) return [];
    const { type, data } = body.data;
    const isMeant = Object.entries(labels).every(([name, value]) => data.alert.labels[name] === value);
    return data.alert.rule === rule && isMeant ? [{ type, alert: data.alert }] : [];
  });

/** Waits for the first of these notifications of this type, or returns it if it has arrived already. */
const webhook = async (
  receiver: Receiver,
  type: "alert.firing" | "alert.resolved",
  wanted: Wanted,
  withinMs = NOTIFIED_WITHIN_MS,
) => {
  const one = await until(
    `${type} for ${wanted.rule}`,
    withinMs,
    () => notified(receiver, wanted).find((seen) => seen.type === type) ?? null,
  );
  return one.alert;
};

const verdict = (page: Page) => page.getByRole("heading", { level: 1 });

test.describe.configure({ mode: "serial" });

test("frozen-runner: silent, stuck and idle runners are distinguished, and the alerts resolve", async ({
  incidents: { reach },
  receiver,
  signedIn: page,
}) => {
  // The scenes of later tests start here, so that their waiting times pass during this test.
  await Promise.all([
    reach("retry-conflict", "collides"),
    reach("lost-notify", "missed"),
    reach("frozen-runner", "frozen"),
    reach("frozen-runner", "stands"),
  ]);
  // A contact that the server wrote while the runner was being frozen is new: then the limit is reached by waiting.
  const silent = await webhook(receiver, "alert.firing", { rule: "runner-silent", labels: { runner: "encoder-2" } });
  expect(silent).toMatchObject({ severity: "critical", labels: { source: "videos" } });
  expect(silent.summary).toMatch(
    /encoder-2 silent (?:[2-9]|\d\d) min.* \(limit 2 min\), holding 1 job; restart the runner/,
  );
  const stuck = await webhook(receiver, "alert.firing", { rule: "runner-stuck", labels: { runner: "encoder-3" } });
  expect(stuck.summary).toContain("is in contact and its work stands still");
  await expect(verdict(page)).toContainText("1 runner that holds jobs has stopped reporting");
  await expect(page.getByRole("main")).toContainText(/encoder-2 · silent (?:[2-9]|\d\d) min.*, holding 1 job/);

  await page.getByRole("link", { name: "Runners", exact: true }).click();
  const row = (name: string) => page.getByRole("row").filter({ hasText: name });
  await expect(verdict(page)).toContainText("2 of 4 runners need attention.");
  await expect(row("encoder-1")).toContainText("working");
  await expect(row("encoder-2")).toContainText("holds a job and has stopped reporting");
  await expect(row("encoder-2")).toContainText("What to do: restart the runner");
  await expect(row("encoder-3")).toContainText("reporting, but its job is not being updated");
  await expect(row("encoder-3")).toContainText("What to do: cancel the job");
  await expect(row("encoder-4")).toContainText("has nothing to do");

  await reach("frozen-runner", "thawed");
  for (const { rule, runner } of [
    { rule: "runner-silent", runner: "encoder-2" },
    { rule: "runner-stuck", runner: "encoder-3" },
  ]) {
    await webhook(receiver, "alert.resolved", { rule, labels: { source: "videos", runner } });
  }
  await expect(verdict(page)).toContainText("All 4 runners are in contact or have nothing to do.");
});

test("scan-blocks-heartbeat: the client is late, the broker closes it for missed heartbeats, it reconnects", async ({
  incidents: { app, reach },
  receiver,
  signedIn: page,
}) => {
  const name = "aiormq guest@127.0.0.1 (scanner.rescan)";
  const client = await until("the scanner to be listed", NOTIFIED_WITHIN_MS, () => clientCalled(app, name));
  // Both pages are open before the client is late: on a busy machine the broker may close it before a click.
  const own = await page.context().newPage();
  await own.goto(`/clients/${client.id}`);
  await reach("scan-blocks-heartbeat", "scans");
  const soon = { timeout: NOTIFIED_WITHIN_MS };
  await Promise.all([
    expect(verdict(page)).toContainText("1 client has missed its heartbeat", soon),
    expect(verdict(own)).toContainText("has missed its heartbeat since", soon),
    expect(own.getByRole("main")).toContainText(/Silent .* of 20 s; the broker/, soon),
  ]);
  const late = await webhook(receiver, "alert.firing", { rule: "heartbeat-late", labels: { client: name } });
  expect(late).toMatchObject({ inferred: true });
  expect(late.summary).toMatch(/silent \d+ s of 20 s, the broker will close it in about/);
  expect(late.summary).toContain("set ?heartbeat= in the client's own URL, for aiormq does not take the broker's");

  // The silence of the next publisher is unusual only once its usual interval is known; there was time to learn it.
  await until("the usual publish interval to be learned", NOTIFIED_WITHIN_MS, async () => {
    const publisher = await clientCalled(app, "shop@orders-1");
    return typeof publisher?.activity?.publishLimitSeconds === "number";
  });
  await reach("silent-publisher", "hangs");
  await webhook(receiver, "alert.resolved", { rule: "heartbeat-late", labels: { client: name } });
  const back = await until("the scanner to be connected again", NOTIFIED_WITHIN_MS, async () => {
    const one = await clientCalled(app, name);
    return one?.state === "connected" && one.reconnects.last1h === 1 ? one : null;
  });
  expect(back.lastEnd).toMatchObject({ reason: "heartbeat", inferred: false });
  await expect(verdict(own)).toContainText("has been connected since");
  await expect(own.getByRole("main")).toContainText("missed heartbeats");
  await expect(own.getByRole("main")).toContainText("What to do: work that holds its event loop");
  const matcher = await clientCalled(app, "aiormq guest@127.0.0.1 (scanner)");
  expect(matcher).toMatchObject({ state: "connected", lastEnd: null });
});

test("silent-publisher: it receives messages and publishes nothing; after a restart it publishes", async ({
  incidents: { app, reach },
  receiver,
  signedIn: page,
}) => {
  const name = "shop@orders-1";
  const labels = { client: name };
  const silent = await webhook(receiver, "alert.firing", { rule: "client-publish-silent", labels });
  expect(silent.summary).toMatch(
    /has published nothing for \d+ .*, usually every .*, and is still given work \(inferred\)/,
  );
  expect(silent.summary).toContain("FastStream before 0.5.0");
  await expect(verdict(page)).toContainText("1 client has stopped publishing");
  await page.getByRole("link", { name }).first().click();
  await expect(verdict(page)).toContainText("although messages arrive (inferred)");
  await expect(page.getByRole("region", { name: "Activity" })).toContainText("unusually silent for");
  const own = { rule: "subscriber-publish-silent", labels: { source: "shop", queue: "default.orders.shop" } };
  const stalled = await webhook(receiver, "alert.firing", own);
  expect(stalled.summary).toContain("its application has published nothing for");
  expect(stalled.summary).toContain("see whether the broker has an alarm or blocks the client");
  const before = await applicationOf(app, "shop");
  expect(before).toMatchObject({ publishing: { is: "stalled" }, client: { name } });

  await reach("silent-publisher", "restarted");
  await webhook(receiver, "alert.resolved", { rule: "client-publish-silent", labels });
  await webhook(receiver, "alert.resolved", own);
  await expect(verdict(page)).toContainText("has been connected since");
  expect(await applicationOf(app, "shop")).toMatchObject({ publishing: { is: "moving" } });
});

test("retry-conflict: rows and table counters reveal the loop, and the recommended delete resolves it", async ({
  incidents: { reach },
  receiver,
  signedIn: page,
}) => {
  await reach("retry-conflict", "collides");
  const labels = { source: "bitmagnet", queue: "process_torrent" };
  const loop = await webhook(receiver, "alert.firing", { rule: "retry-conflict-loop", labels });
  expect(loop).toMatchObject({ severity: "critical" });
  expect(loop.summary).toContain("8 retries whose key a pending job holds");
  // The table's counters are evidence once most counted updates were rolled back: at the first notification or later.
  expect(loop.summary).toMatch(/, nothing drained for \d+ .* \(inferred\)/);
  expect(loop.summary).toContain("delete only the retry rows that have a pending twin");
  await expect(verdict(page)).toContainText("job queues are making no progress");
  await page.goto("/jobs/bitmagnet");
  await expect(page.getByRole("main")).toContainText("8 retries can never be stored (inferred)");
  await expect(page.getByRole("main")).toContainText("What to do: upgrade Bitmagnet to 0.10");
  await expect(page.getByRole("region", { name: "Most common errors" })).toContainText("tmdb: # Too Many Requests");

  await reach("retry-conflict", "cleaned");
  await webhook(receiver, "alert.resolved", { rule: "retry-conflict-loop", labels });
  await expect(page.getByRole("main")).not.toContainText("can never be stored");
});

test("lost-notify: pending requests are not picked up until one more request wakes the scanner", async ({
  incidents: { reach },
  receiver,
  signedIn: page,
}) => {
  await reach("lost-notify", "missed");
  const labels = { source: "kyoo", queue: "scanner" };
  const waits = await webhook(receiver, "alert.firing", { rule: "jobs-not-taken", labels });
  expect(waits.summary).toMatch(/12 jobs wait and nobody has taken any for .*\(inferred\)/);
  expect(waits.summary).toContain("start a library scan, or restart the scanner");
  await expect(page.getByRole("main")).toContainText(/kyoo\/scanner · work waits, and nobody has taken any for/);
  // The rest of this test uses only the database, so the broker restarts meanwhile for the next test.
  const restarting = reach("redial-without-consumer", "restart");
  await page.goto("/jobs/kyoo");
  await expect(page.getByRole("main")).toContainText("12 wait and nobody has taken any for");
  await expect(page.getByRole("main")).toContainText("What to do: Kyoo's scanner wakes only when told");

  await reach("lost-notify", "leaderless");
  const leaderless = await webhook(receiver, "alert.firing", { rule: "leader-absent", labels: { source: "kyoo" } });
  expect(leaderless.summary).toMatch(/nobody has held the leader's lock for .*; no scanner holds the lock 198347/);

  await reach("lost-notify", "woken");
  await webhook(receiver, "alert.resolved", { rule: "jobs-not-taken", labels });
  await webhook(receiver, "alert.resolved", { rule: "leader-absent", labels: { source: "kyoo" } });
  await expect(page.getByRole("main")).not.toContainText("nobody has taken any for");
  await restarting;
});

test("redial-without-consumer: missing clients and failed pipelines raise alerts after a broker restart", async ({
  incidents: { app, reach },
  receiver,
  signedIn: page,
}) => {
  const unnamed = (queue: string) => `AMQP 0.9.1 Client guest@127.0.0.1 (${queue})`;
  await reach("redial-without-consumer", "restart");
  // Whoever is away longer than the others is a warning first, under the same alert.
  const missing = { rule: "clients-not-back", labels: { broker: "main" } };
  const gone = await until("the clients that did not come back to be critical", NOTIFIED_WITHIN_MS, () => {
    const named = notified(receiver, missing).find(({ alert }) => alert.severity === "critical");
    return named?.alert ?? null;
  });
  expect(gone).toMatchObject({ severity: "critical", inferred: true });
  for (const queue of ["emails", "invoices"]) expect(gone.summary).toContain(unnamed(queue));
  expect(gone.summary).not.toContain(unnamed("exports"));
  await expect(verdict(page)).toContainText("2 clients have not returned");
  await expect(page.getByRole("main")).toContainText(/php-old · answers \/jobs with an error for/);
  expect(await clientCalled(app, unnamed("exports"))).toMatchObject({ state: "connected", reconnects: { last1h: 1 } });

  const broken = { rule: "pipeline-broken", labels: { source: "php-old" } };
  expect((await webhook(receiver, "alert.firing", broken)).summary).toContain("made /jobs answer 503");
  const gaveUp = { rule: "pipeline-gave-up", labels: { source: "php-old", queue: "invoices" } };
  expect((await webhook(receiver, "alert.firing", gaveUp)).summary).toContain(
    "set redial_timeout: 300 in whole seconds",
  );
  const idle = { rule: "pipeline-not-consuming", labels: { source: "php", queue: "emails" } };
  const unconsumed = await webhook(receiver, "alert.firing", idle, REDIALLED_WITHIN_MS);
  expect(unconsumed).toMatchObject({ severity: "critical" });
  expect(unconsumed.summary).toContain("a redial may come back without its consumer");
  await expect(page.getByRole("main")).toContainText(/php\/emails · connected but has consumed nothing for/);
  expect(notified(receiver, { rule: "pipeline-gave-up", labels: { source: "php" } }), "it is connected").toEqual([]);

  await reach("redial-without-consumer", "mended");
  for (const one of [{ rule: "clients-not-back", labels: { broker: "main" } }, broken, gaveUp, idle]) {
    await webhook(receiver, "alert.resolved", one);
  }
  await until("all three pipelines to be connected", NOTIFIED_WITHIN_MS, async () => {
    const found = await Promise.all(
      ["emails", "exports", "invoices"].map((queue) => clientCalled(app, unnamed(queue))),
    );
    return found.every((one) => one?.state === "connected");
  });
});

const Clients = z.object({
  items: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      state: z.string(),
      reconnects: z.object({ last1h: z.number() }),
      activity: z.object({ publishLimitSeconds: z.number().nullable() }).nullable(),
      lastEnd: z.object({ reason: z.string(), inferred: z.boolean() }).nullable(),
    }),
  ),
});
const Applications = z.object({ items: z.array(z.looseObject({ source: z.string() })) });

async function get(app: Lastbeat, path: string): Promise<unknown> {
  const answer = await fetch(app.url + path, { headers: { authorization: `Bearer ${app.apiToken}` } });
  return await answer.json();
}

const clientCalled = async (app: Lastbeat, name: string) =>
  Clients.parse(await get(app, "/api/v1/clients?limit=200")).items.find((one) => one.name === name) ?? null;

const applicationOf = async (app: Lastbeat, source: string) =>
  Applications.parse(await get(app, "/api/v1/applications")).items.find((one) => one.source === source) ?? null;
