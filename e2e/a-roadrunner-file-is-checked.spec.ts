import { spawnSync } from "node:child_process";
import AxeBuilder from "@axe-core/playwright";
import { expect, test } from "./fixtures.ts";

const BROKEN = `amqp:
  addr: amqp://app:marked-secret@rabbit:5672/
  heartbeat: 30s
jobs:
  consume: [mail]
  pipelines:
    mails:
      driver: amqp
      config: { queue: mails, routing_key: mails, redial_timeout: 300s }
`;

test("the page, the API and the command report the same findings for a .rr.yaml", async ({
  app,
  signedIn: page,
}, info) => {
  const answer = await page.request.post("/api/v1/lint/roadrunner", {
    data: { config: BROKEN, rabbitVersion: "4.3.0" },
  });
  const { findings } = await answer.json();
  expect(findings.map((one: { id: string; line: number }) => `${one.id}:${one.line}`)).toEqual([
    ...["RR05:3", "RR01:5", "RR02:7", "RR06:9", "RR07:9"],
  ]);
  expect(JSON.stringify(findings)).not.toContain("marked-secret");
  const refused = await page.request.post("/api/v1/lint/roadrunner", { data: { config: "", rrVersion: "newest" } });
  expect(refused.status()).toBe(400);
  const stranger = await fetch(`${app.url}/api/v1/lint/roadrunner`, { method: "POST", body: "{}" });
  expect(stranger.status).toBe(401);

  const shell = spawnSync("node", ["lib/server/launch/lint-roadrunner.mjs", "--rabbit", "4.3.0", "-"], {
    input: BROKEN,
  });
  expect(shell.status).toBe(1);
  for (const { message } of findings) expect(shell.stdout.toString()).toContain(message);

  await page.goto("/lint");
  await page.getByRole("textbox", { name: ".rr.yaml" }).fill(BROKEN);
  await page.getByRole("textbox", { name: "RabbitMQ version" }).fill("4.3.0");
  await page.getByRole("button", { name: "Check" }).click();
  const expected = page.getByRole("region", { name: "Findings" });
  await expect(expected.getByRole("heading")).toHaveText("4 errors, no warning, 1 hint.");
  await expect(expected.getByRole("listitem")).toHaveCount(5);
  await expect(expected.getByRole("listitem").filter({ hasText: "RR06" })).toContainText("redial_timeout: 300");
  await expected.getByRole("button", { name: "Go to line 9" }).first().click();
  const selected = await page.evaluate(() => document.getSelection()?.toString() ?? "");
  expect(selected).toContain("redial_timeout: 300s");

  for (const theme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme: theme });
    await page.evaluate((name) => document.documentElement.setAttribute("data-theme", name), theme);
    for (const width of [390, 1280]) {
      await page.setViewportSize({ width, height: 900 });
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      expect(wide, `no sideways scrolling at ${width}`).toBeLessThanOrEqual(width);
      await page.screenshot({ path: info.outputPath(`lint-${theme}-${width}.png`), fullPage: true });
    }
    expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  }
  await page.goto("/lint?lang=zh-CN");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("RoadRunner 配置");
  await page.getByRole("button", { name: "检查", exact: true }).click();
  await expect(page.getByRole("region", { name: "发现" }).getByRole("listitem")).not.toHaveCount(0);
});
