import { expect, test } from "./fixtures.ts";
import { expectWellRendered } from "./visual.ts";
import { spawnClient } from "./world/clients/spawn.ts";
import { until } from "./world/until.ts";

test("the overview shows the verdict, four charts, clients and work, in both themes, wide and narrow", async ({
  app,
  broker,
  tables,
  signedIn: page,
}, info) => {
  const client = await spawnClient({
    url: broker.amqpUrl,
    name: "api@web-7",
    library: "amqplib",
    heartbeat: 60,
    queue: "q.web-7",
    reconnect: true,
  });
  await tables.addPending(20);
  await tables.makeRetriesDue(250);
  await tables.runnerContact("gpu-1");
  await tables.runnerSilent("gpu-2", 600);
  const token = { authorization: `Bearer ${app.apiToken}` };
  await until("the silent runner to be reported", 30_000, async () => {
    const overview = await (await page.request.get("/api/v1/overview", { headers: token })).json();
    return overview.verdict.runnersSilent === 1 && overview.clients.length > 0 ? true : null;
  });
  await page.reload();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("1 runner that holds jobs has stopped reporting");
  for (const panel of ["heartbeat-misses", "reconnects", "retry-backlog", "runner-last-contact"]) {
    await expect(page.locator(`[data-panel="${panel}"]`)).toBeVisible();
  }
  await expect(page.locator('[data-panel="retry-backlog"]')).toContainText("bitmagnet/process_torrent");
  await expect(page.locator('[data-panel="runner-last-contact"]')).toContainText("gpu-2");
  await expect(page.getByText("api@web-7")).toBeVisible();
  await expectWellRendered(page, info, "overview", () =>
    expect(page.locator('[data-panel="retry-backlog"] svg').first()).toBeVisible(),
  );
  await client.stop();
});

test("the overview is in Chinese with ?lang=zh-CN", async ({ signedIn: page }, info) => {
  await page.goto("/?lang=zh-CN");
  await expect(page.locator("html")).toHaveAttribute("lang", "zh-CN");
  await expect(page.getByRole("heading", { name: "心跳丢失" })).toBeVisible();
  await page.screenshot({ path: info.outputPath("overview-zh.png") });
});

test("an unreachable broker is reported with its cause, and its values are null, not 0", async ({
  app,
  broker,
  signedIn: page,
}) => {
  const token = { authorization: `Bearer ${app.apiToken}` };
  const main = async () =>
    (await (await page.request.get("/api/v1/brokers", { headers: token })).json()).items[0] ?? null;
  // The broker is down for at least 4 s, which is two polls; its state is checked throughout.
  const restarting = broker.restart("crash");
  const blind = until("the broker to be unreachable", 60_000, async () => {
    const seen = await main();
    return seen?.state === "unreachable" ? seen : null;
  });
  const [{ because }] = await Promise.all([blind, restarting]);
  expect(because).not.toBeNull();
  const series = await (
    await page.request.get("/api/v1/series?signal=broker.clients.late&points=300", { headers: token })
  ).json();
  const values = series.series.flatMap((one: { points: [number, number | null][] }) =>
    one.points.map((point) => point[1]),
  );
  expect(values).toContain(null);
  await until("the broker to be reachable again", 60_000, async () => (await main())?.state === "reachable");
});

test("a paused page does not change, and shows the current state when resumed", async ({ broker, signedIn: page }) => {
  await page.getByRole("button", { name: /^live/ }).click();
  const held = page.getByRole("button", { name: /^paused/ });
  await expect(held).toBeVisible();
  const client = await spawnClient({
    url: broker.amqpUrl,
    name: "came-while-paused",
    library: "amqplib",
    heartbeat: 60,
    queue: null,
  });
  await until("the API to list the new client", 30_000, async () => {
    const clients = await (await page.request.get("/api/v1/clients")).json();
    return clients.items.some((one: { name: string }) => one.name === "came-while-paused") ? true : null;
  });
  await expect(page.getByText("came-while-paused")).toHaveCount(0);
  await held.click();
  await expect(page.getByText("came-while-paused").first()).toBeVisible();
  await client.stop();
});
