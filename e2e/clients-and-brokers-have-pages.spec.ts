import type { Page } from "@playwright/test";
import { z } from "zod";
import { expect, test } from "./fixtures.ts";
import { expectWellRendered } from "./visual.ts";
import { type Client, spawnClient } from "./world/clients/spawn.ts";
import { until } from "./world/until.ts";

const Listed = z.object({
  items: z.array(z.object({ id: z.string(), name: z.string(), state: z.string() })),
  total: z.number(),
  counts: z.record(z.string(), z.number()),
});
const History = z.object({
  client: z.object({ state: z.string(), sessionsOpen: z.number(), identity: z.object({ confidence: z.string() }) }),
  sessions: z.array(
    z.object({
      openedMs: z.number(),
      closedMs: z.number().nullable(),
      end: z.object({ reason: z.string(), inferred: z.boolean() }).nullable(),
    }),
  ),
  silence: z.object({ teeth: z.array(z.object({ fromMs: z.number(), toMs: z.number() })) }),
});
const Blocked = z.object({ blocked: z.array(z.object({ fromMs: z.number(), toMs: z.number().nullable() })) });
/** Longer than the poll interval of the fixtures, so that a poll sees the absence. */
const DOWN_MS = 8_000;

async function listed(page: Page, search: string): Promise<z.infer<typeof Listed>> {
  return Listed.parse(await (await page.request.get(`/api/v1/clients?${search}`)).json());
}

test("the list of clients is filtered by state, property and text, and its URL contains the filters", async ({
  broker,
  signedIn: page,
}, info) => {
  const start = (name: string | null, library: "amqplib" | "rabbitmq-client", queue: string | null): Promise<Client> =>
    spawnClient({ url: broker.amqpUrl, name, library, heartbeat: 60, queue, reconnect: false });
  const clients = [
    await start("mail@web-1", "amqplib", "q.mail"),
    await start("scan@web-2", "rabbitmq-client", "q.sweep"),
    await start(null, "amqplib", "q.pool"),
    await start(null, "amqplib", "q.pool"),
  ];
  await until("all clients to be listed, the unnamed ones as one group", 60_000, async () => {
    const { items, counts } = await listed(page, "state=connected");
    // Lastbeat's own connection is not listed.
    return counts.connected === 3 && items.length === 3 ? true : null;
  });
  await until("the consumed queues to be known", 90_000, async () => {
    const { items } = await listed(page, "q=q.sweep");
    return items.length === 1 && items[0]?.name === "scan@web-2" ? true : null;
  });
  expect((await listed(page, "broker=nobody")).total).toBe(0);

  await page.getByRole("link", { name: "Clients" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("clients");
  await expect(page.getByRole("link", { name: /^amqplib guest@127\.0\.0\.1 \(q\.pool\)$/ })).toBeVisible();
  await page.getByRole("searchbox").fill("web-2");
  await expect(page.getByRole("link", { name: "scan@web-2" })).toBeVisible();
  await expect(page.getByRole("link", { name: "mail@web-1" })).toHaveCount(0);
  await expect(page).toHaveURL(/[?&]q=web-2/);
  await page.reload();
  await expect(page.getByRole("searchbox")).toHaveValue("web-2");
  await page.getByRole("button", { name: /^late/ }).click();
  await expect(page.getByText("No client matches these filters.")).toBeVisible();
  await page.getByRole("button", { name: "Clear filters" }).click();
  await expect(page.getByRole("searchbox")).toHaveValue("");
  await page.getByLabel("Product").selectOption("amqplib");
  await expect(page.getByRole("link", { name: "mail@web-1" })).toBeVisible();
  await expect(page.getByRole("link", { name: "scan@web-2" })).toHaveCount(0);
  await expectWellRendered(page, info, "clients", () => expect(page.getByRole("heading", { level: 1 })).toBeVisible());
  for (const one of clients) await one.stop();
});

test("a client that was killed and reconnected has two sessions, one gap and one end", async ({
  broker,
  signedIn: page,
}, info) => {
  const again = (): Promise<Client> =>
    spawnClient({ url: broker.amqpUrl, name: "php-worker", library: "amqplib", heartbeat: 60, queue: "q.php" });
  const history = async (id: string) => History.parse(await (await page.request.get(`/api/v1/clients/${id}`)).json());
  const first = await again();
  const { id } = await until("the client to be listed", 30_000, async () => {
    const { items } = await listed(page, "q=php-worker");
    return items.find((one) => one.name === "php-worker") ?? null;
  });
  await first.kill();
  await until(`the client to be absent for ${DOWN_MS} ms`, 60_000, async () => {
    const { client, sessions } = await history(id);
    return client.state === "absent" && Date.now() - (sessions[0]?.closedMs ?? Date.now()) > DOWN_MS ? true : null;
  });
  const second = await again();
  const back = await until("the client to be connected again", 30_000, async () => {
    const seen = await history(id);
    const here = seen.client.sessionsOpen === 1 && seen.sessions.length === 2;
    // The new session comes from an event at once; its silence is known only after the next poll.
    return here && seen.silence.teeth.length > 0 ? seen : null;
  });
  const [open, ended] = back.sessions;
  expect([open?.closedMs, ended?.end?.inferred]).toEqual([null, false]);
  expect((open?.openedMs ?? 0) - (ended?.closedMs ?? 0)).toBeGreaterThan(DOWN_MS / 2);
  expect(back.client.identity.confidence).toBe("certain");

  await page.goto(`/clients/${id}?range=15m`);
  await expect(page.getByRole("heading", { level: 1 })).toContainText("php-worker has been connected since");
  const axis = page.getByRole("slider");
  await axis.focus();
  await page.keyboard.press("ArrowLeft");
  await expect(axis).toHaveAttribute("aria-valuenow", "1");
  await expect(page.getByText(/disconnected: .*\. Back after \d+ s\./)).toBeVisible();
  await page.screenshot({ path: info.outputPath("client-chosen.png") });
  await page.getByRole("button", { name: "Show as a table" }).click();
  const rows = page.getByRole("row");
  await expect(rows.filter({ hasText: "127.0.0.1" })).toHaveCount(2);
  await expect(rows.filter({ hasText: "no session" })).toHaveCount(1);
  await expect(rows.filter({ hasText: "disconnected:" })).toHaveCount(1);
  await expectWellRendered(page, info, "client", () => expect(page.getByRole("heading", { level: 1 })).toBeVisible());
  await page.goto(`/clients/${id}?lang=zh-CN`);
  await expect(page.getByRole("heading", { level: 1 })).toContainText("起已连接");
  await page.screenshot({ path: info.outputPath("client-zh.png"), fullPage: true });
  await second.stop();
});

test("a memory alarm blocks a publisher; its page shows when, and the broker's page names the alarm", async ({
  broker,
  signedIn: page,
}, info) => {
  const publisher = await spawnClient({
    ...{ url: broker.amqpUrl, name: "importer", library: "amqplib", heartbeat: 60, queue: "q.import" },
    publishEveryMs: 200,
  });
  const find = async () => (await listed(page, "q=importer")).items[0] ?? null;
  const { id } = await until("the client to be listed", 30_000, find);
  await broker.ctl(["set_vm_memory_high_watermark", "absolute", "1000000"]);
  await until("the publisher to be blocked", 60_000, async () => ((await find())?.state === "blocked" ? true : null));
  await page.goto(`/clients/${id}`);
  await expect(page.getByRole("heading", { level: 1 })).toContainText("importer has been blocked by the broker since");
  await page.goto("/brokers/main");
  await expect(page.getByRole("heading", { level: 1 })).toContainText("Memory alarm on");
  await page.screenshot({ path: info.outputPath("broker-alarm.png"), fullPage: true });
  await broker.ctl(["set_vm_memory_high_watermark", "0.4"]);
  await until("the publisher to be unblocked", 60_000, async () =>
    (await find())?.state === "connected" ? true : null,
  );
  const { blocked } = Blocked.parse(await (await page.request.get(`/api/v1/clients/${id}`)).json());
  expect(blocked.map((span) => span.toMs !== null && span.toMs > span.fromMs)).toEqual([true]);
  await publisher.stop();
});

test("a broker's page shows its reachability, nodes, access rights and the cost of a poll", async ({
  signedIn: page,
}, info) => {
  await page.goto("/");
  await page.getByRole("link", { name: "main", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("main has been reachable since");
  await expect(page.getByRole("region", { name: "Nodes" })).toContainText("no alarm");
  await expect(page.getByRole("region", { name: "Access and data sources" })).not.toContainText("unavailable");
  await expect(page.getByRole("region", { name: "About this broker" })).toContainText(
    /\d ms and [\d.]+ KiB, every 2 s/,
  );
  await expectWellRendered(page, info, "broker", () => expect(page.getByRole("heading", { level: 1 })).toBeVisible());
  const missing = await page.request.get("/api/v1/brokers/nobody");
  expect(missing.status()).toBe(404);
  await page.goto("/brokers/nobody");
  await expect(page.getByRole("heading", { level: 1 })).toContainText("No broker is called nobody");
});

test("of 5,000 clients only the visible rows are in the document, and the last one can be scrolled to", async ({
  signedIn: page,
}) => {
  await page.route(/\/api\/v1\/clients\?/, (route) => route.fulfill({ json: fiveThousand() }));
  await page.goto("/clients");
  const rows = page.locator("tr[data-index]");
  await expect(rows.first()).toBeVisible();
  expect(await rows.count()).toBeLessThan(60);
  await expect(page.getByRole("table")).toHaveAttribute("aria-rowcount", "5001");
  await until("the last row to be visible", 20_000, async () => {
    await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight));
    return (await page.getByRole("link", { name: "worker-4999" }).isVisible()) ? true : null;
  });
  expect(await rows.count()).toBeLessThan(60);
  await expect(page.getByRole("link", { name: "worker-0", exact: true })).toHaveCount(0);
});

function fiveThousand(): object {
  const counts = { connected: 5_000, late: 0, blocked: 0, absent: 0, lost: 0, departed: 0 };
  const choices = { broker: ["main"], vhost: ["/"], user: ["app"], product: ["pika"] };
  const items = Array.from({ length: 5_000 }, (_, at) => ({
    ...{ id: `w${at}`, broker: "main", vhost: "/", user: "app", name: `worker-${at}`, namedBy: "connection-name" },
    ...{ own: false, displayName: `worker-${at}` },
    ...{ product: "pika", state: "connected", stateSinceMs: 0, sessionsOpen: 1, reconnectsRecent: [] },
    ...{
      timeoutSeconds: 60,
      silenceSeconds: at % 60,
      missed: null,
      reconnects1h: 0,
      lastEnd: null,
      troubles: [],
    },
  }));
  return { asOfMs: Date.now(), items, next: null, total: 5_000, counts, misbehaving: 0, choices, blind: [] };
}
