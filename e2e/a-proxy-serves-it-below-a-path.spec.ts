import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { test as base, expect, type Page } from "@playwright/test";
import { z } from "zod";
import { startIframeHost } from "./world/iframe-host.ts";
import { type Lastbeat, projectDirectory, startLastbeat } from "./world/lastbeat.ts";
import { startReverseProxy } from "./world/reverse-proxy.ts";

const PATH = "/lastbeat";
/** A second build, beside the one of the other tests. */
const BUILT_WITHIN_MS = 600_000;
const Made = z.object({ url: z.string() });
const PAGES = ["Clients", "Queues", "Jobs", "Rules", "Deliveries"];

interface Served {
  readonly app: Lastbeat;
  readonly friend: Awaited<ReturnType<typeof startIframeHost>>;
}

const test = base.extend<object, Served>({
  friend: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads this pattern to learn what a fixture depends on.
    async ({}, use) => {
      const friend = await startIframeHost();
      await use(friend);
      await friend.stop();
    },
    { scope: "worker" },
  ],
  app: [
    async ({ friend }, use) => {
      const env = { ...process.env, LASTBEAT_BASE_PATH: PATH };
      await promisify(execFile)("npm", ["run", "build"], { cwd: projectDirectory, env, maxBuffer: 64 * 1024 * 1024 });
      const embeds = { secret: "a-secret-of-the-embeds", origins: [friend.origin] };
      const app = await startLastbeat({ config: { brokers: [], embeds }, basePath: PATH });
      await use(app);
      await app.stop();
      app.remove();
    },
    { scope: "worker", timeout: BUILT_WITHIN_MS },
  ],
});

/** What the browser requested outside the path, and what failed. */
function strays(page: Page, origin: string): readonly string[] {
  const found: string[] = [];
  page.on("response", (response) => {
    const url = new URL(response.url());
    if (url.origin !== origin) return;
    if (!url.pathname.startsWith(PATH) || response.status() >= 400) found.push(`${response.status()} ${url.pathname}`);
  });
  return found;
}

for (const [how, strips] of [
  ["passes the path on", false],
  ["removes the path", true],
] as const) {
  test(`behind a proxy that ${how}, every page, link, request and cookie is below it`, async ({
    page,
    context,
    app,
  }) => {
    const proxy = await startReverseProxy({ path: PATH, strips, port: Number(new URL(app.url).port) });
    const found = strays(page, proxy.origin);
    await page.goto(`${proxy.origin}${PATH}/alerts`);
    await expect(page).toHaveURL(`${proxy.origin}${PATH}/sign-in?next=%2Falerts`);
    await page.getByLabel(/password/i).fill(app.adminPassword);
    const opened = page.waitForResponse((response) => response.url() === `${proxy.origin}${PATH}/api/v1/stream`);
    await page.getByRole("button", { name: /sign in/i }).click();
    await expect(page).toHaveURL(`${proxy.origin}${PATH}/alerts`);
    expect((await opened).status()).toBe(200);
    expect((await context.cookies()).map(({ path }) => path)).toEqual([PATH]);

    const navigation = page.getByRole("navigation").first();
    for (const name of PAGES) {
      await navigation.getByRole("link", { name, exact: true }).click();
      await expect(page).toHaveURL(new RegExp(`^${proxy.origin}${PATH}/${name.toLowerCase()}`));
      await expect(page.getByRole("heading").first()).toBeVisible();
    }
    await page.reload();
    await expect(page).toHaveURL(new RegExp(`${PATH}/deliveries`));
    await page.goto(`${proxy.origin}${PATH}`);
    await expect(page.getByRole("main")).toBeVisible();
    await expect(page).toHaveURL(new RegExp(`^${proxy.origin}${PATH}/?$`));
    await page.getByLabel("Language").selectOption("zh-CN");
    await expect(page.locator("html")).toHaveAttribute("lang", "zh-CN");
    await page.getByRole("button", { name: "退出登录" }).click();
    await expect(page).toHaveURL(`${proxy.origin}${PATH}/sign-in`);
    expect((await context.cookies()).map(({ name, path }) => [name, path])).toEqual([
      [expect.stringMatching(/locale|lang/i), PATH],
    ]);
    expect(found).toEqual([]);
    await proxy.stop();
  });

  test(`behind a proxy that ${how}, the API, its description, an embed and the health checks answer`, async ({
    page,
    request,
    app,
    friend,
  }) => {
    const proxy = await startReverseProxy({ path: PATH, strips, port: Number(new URL(app.url).port) });
    const headers = { authorization: `Bearer ${app.apiToken}` };
    const at = `${proxy.origin}${PATH}`;
    expect((await request.get(`${at}/api/v1/overview`, { headers })).status()).toBe(200);
    expect((await (await request.get(`${at}/api/openapi.json`, { headers })).json()).servers).toEqual([{ url: PATH }]);
    expect((await request.get(`${at}/api/health/ready`)).status()).toBe(200);
    // The check of an image does not know the path.
    expect((await request.get(`${app.url}/api/health/live`)).status()).toBe(200);
    const answer = await request.post(`${at}/api/v1/embeds/token`, {
      headers,
      data: { panel: "reconnects", origin: friend.origin },
    });
    const { url } = Made.parse(await answer.json());
    expect(url).toMatch(new RegExp(`^${PATH}/embed/reconnects\\?token=`));
    await page.goto(friend.pageWith(new URL(`${url}&title=1`, proxy.origin).href));
    await expect(page.frameLocator("iframe").locator('[data-panel="reconnects"]')).toBeVisible();
    await proxy.stop();
  });
}
