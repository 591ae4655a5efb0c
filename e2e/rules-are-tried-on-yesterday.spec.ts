import type { Page } from "@playwright/test";
import { z } from "zod";
import { expect, test } from "./fixtures.ts";
import { expectWellRendered } from "./visual.ts";
import { until } from "./world/until.ts";

const RULE = "retry-backlog";
/** On a busy machine. */
const DRAWN_WITHIN_MS = 60_000;
/** Several polls of the broker and of both sources. */
const LIVE_MS = 10_000;
const Tried = z.object({ count: z.object({ fired: z.number() }), tookMs: z.number() });

/** How often a rule with threshold 100 and no delay would have fired on the stored history of the last day. */
async function wouldHaveFired(page: Page): Promise<number> {
  const toMs = Date.now();
  const rule = { id: RULE, signal: "jobs.retry.due", warning: 100 };
  const answer = await page.request.post("/api/v1/rules/backtest", { data: { rule, fromMs: toMs - 86_400_000, toMs } });
  return Tried.parse(await answer.json()).count.fired;
}

/** Drags the warning line to the top of the chart with the mouse. */
async function dragToTheTop(page: Page): Promise<void> {
  const line = await page.getByRole("slider", { name: "Warning" }).boundingBox();
  const picture = await page.getByRole("img", { name: "jobs.retry.due" }).boundingBox();
  if (line === null || picture === null) throw new Error("the picture is not on the page");
  const [x, y] = [line.x + line.width / 2, line.y + line.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  for (const share of [0.25, 0.5, 0.75, 1]) await page.mouse.move(x, y - share * (y - picture.y - 4));
  await page.mouse.up();
}

test("an operator back-tests a rule, drags its threshold, saves it, sees it fire and deletes it", async ({
  tables,
  signedIn: page,
}, info) => {
  await tables.makeRetriesDue(150);
  await until("the backlog to be in the history", 60_000, async () => ((await wouldHaveFired(page)) > 0 ? true : null));

  await page.getByRole("link", { name: "Rules", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText(/rules? (is|are) firing|No rule is firing/);
  const row = page.locator(`[data-rule="${RULE}"]`);
  await expect(row).toContainText("100 or more, critical at 10,000, for 5 min, clears below 50");
  await expect(row).toContainText("built in");
  await expectWellRendered(page, info, "rules", () => expect(row).toBeVisible());
  await page.getByRole("searchbox").fill("pile up");
  await expect(page.locator("[data-rule]")).toHaveCount(1);

  await row.getByRole("link", { name: `Change: ${RULE}` }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Retries pile up");
  const count = page.locator("[data-fired]");
  await page.getByLabel("For", { exact: true }).fill("");
  await expect(count).toContainText(/Would have fired (once|\d+ times), .* in total, for 1 job queue/);

  const warning = page.getByLabel("Warning", { exact: true }).and(page.getByRole("textbox"));
  // The chart is redrawn after each poll and may move during the drag, hence the retries.
  await expect(async () => {
    await dragToTheTop(page);
    await expect(count).toHaveText("Would not have fired.", { timeout: 5_000 });
  }).toPass({ timeout: DRAWN_WITHIN_MS });
  expect(Number(await warning.inputValue())).toBeGreaterThan(150);
  await page.getByRole("slider", { name: "Warning" }).press("Home");
  await page.getByRole("slider", { name: "Warning" }).press("PageUp");
  await expect(count).toContainText("Would have fired");
  expect(Number(await warning.inputValue())).toBeLessThan(100);

  await warning.fill("many");
  await page.getByLabel(/^Filter/).fill('colour="red"');
  await expect(page.getByText("a number, or nothing")).toBeVisible();
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("alert").filter({ hasText: "before saving" })).toBeVisible();
  await warning.fill("60");
  await expect(page.getByText("jobs.retry.due has the labels source, queue")).toBeVisible();
  await page.getByLabel(/^Filter/).fill('source="bitmagnet"');
  await page.getByRole("textbox", { name: "Clears at" }).fill("50");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("This rule was made here.")).toBeVisible();
  await expectWellRendered(page, info, "rule", () => expect(count).toContainText("Would have fired"));

  await page.getByRole("link", { name: "Alerts", exact: true }).click();
  const alert = page.getByRole("listitem").filter({ hasText: "bitmagnet/process_torrent has" }).first();
  await expect(alert).toContainText("firing");
  await expect(alert).toContainText("threshold 60");
  await alert.getByText("What to do").click();
  await expect(alert).toContainText("With Bitmagnet");

  await page.goto(`/rules/${RULE}`);
  await page.getByRole("button", { name: "Delete" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText(/rules? (is|are) firing|No rule is firing/);
  await expect(row).toContainText("built in");
  await expect(row).toContainText("100 or more");
  await tables.drain();
});

test("an open rule editor does not repeat its back-test after each poll", async ({ tables: _, signedIn: page }) => {
  await page.goto(`/rules/${RULE}`);
  await expect(page.locator("[data-fired]")).toBeVisible({ timeout: DRAWN_WITHIN_MS });
  const requests = { backtest: 0, overview: 0 };
  page.on("request", (request) => {
    const { pathname } = new URL(request.url());
    if (pathname === "/api/v1/rules/backtest") requests.backtest++;
    if (pathname === "/api/v1/overview") requests.overview++;
  });
  await page.waitForTimeout(LIVE_MS);
  expect(requests.backtest).toBe(0);
  // The header shows the overview: polling alone requests it twice in this time, the event stream more often.
  expect(requests.overview).toBeGreaterThan(2);
});

test("a disabled rule is shown as off, and a new rule is back-tested before it has an id", async ({
  tables: _,
  signedIn: page,
}) => {
  await page.goto("/rules");
  const row = page.locator('[data-rule="runner-bouncing"]');
  await row.getByRole("button", { name: "Disable: runner-bouncing" }).click();
  await expect(row).toContainText("disabled");
  await expect(row).toContainText("replaces the built-in rule");
  await row.getByRole("button", { name: "Enable: runner-bouncing" }).click();
  await expect(row).toContainText("OK");
  await page.request.delete("/api/v1/rules/runner-bouncing");

  await page.goto("/rules/new?lang=zh-CN");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("新规则");
  await page.goto("/rules/new?lang=en");
  await page.getByLabel("Signal").selectOption("broker.connections");
  await page.getByLabel("Warning", { exact: true }).fill("1");
  await page.getByLabel("For", { exact: true }).fill("");
  await expect(page.locator("[data-fired]")).toBeVisible();
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("letters, digits, . _ - and at most 64 of them").last()).toBeVisible();
  await page.getByLabel("Id", { exact: true }).fill("many-connections");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page).toHaveURL(/\/rules\/many-connections$/);
  await page.getByRole("button", { name: "Delete" }).click();
  await expect(page).toHaveURL(/\/rules$/);
  await expect(page.locator('[data-rule="many-connections"]')).toHaveCount(0);
});

test("200 rules are grouped by pack, fit a narrow screen and can be filtered", async ({
  tables: _,
  signedIn: page,
}, info) => {
  const Items = z.object({ items: z.array(z.looseObject({ id: z.string() })) });
  const { items } = Items.parse(await (await page.request.get("/api/v1/rules?limit=1000")).json());
  expect(items.find(({ id }) => id === "heartbeat-late")).toMatchObject({
    about: { next: expect.stringContaining("aiormq") },
  });
  const many = Array.from({ length: 200 - items.length }, (_one, at) => ({
    ...items[at % items.length],
    ...{
      id: `team-${at}`,
      origin: "file",
      path: `lastbeat.yaml: rules[${at}]`,
      about: null,
      firing: at % 9 === 0 ? 2 : 0,
    },
  }));
  const json = { asOfMs: Date.now(), items: [...items, ...many], next: null, off: [] };
  await page.route("**/api/v1/rules?*", (route) => route.fulfill({ json }));
  await page.goto("/rules");
  await expect(page.locator("[data-rule]")).toHaveCount(200, { timeout: DRAWN_WITHIN_MS });
  await expect(page.locator('[data-pack="yours"] [data-rule]')).toHaveCount(many.length);
  await expect(page.getByRole("button", { name: "Disable: team-7" })).toHaveCount(0);
  await page.setViewportSize({ width: 390, height: 900 });
  await page.screenshot({ path: info.outputPath("many-390.png") });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  await page.getByRole("searchbox").fill("team-77");
  await expect(page.locator("[data-rule]")).toHaveCount(1);
});
