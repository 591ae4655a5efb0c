import { z } from "zod";
import { expect, test } from "./fixtures.ts";

const Made = z.object({ token: z.string(), url: z.string(), expiresMs: z.number() });
const PANELS = ["heartbeat-misses", "reconnects", "retry-backlog", "runner-last-contact"];

test.describe("a panel embedded in another site", () => {
  for (const panel of PANELS) {
    test(`${panel} is shown without a cookie on the origin of its token, and on no other origin`, async ({
      app,
      friend,
      stranger,
      page,
      context,
    }) => {
      const answer = await page.request.post("/api/v1/embeds/token", {
        headers: { authorization: `Bearer ${app.apiToken}` },
        data: { panel, origin: friend.origin },
      });
      const { url } = Made.parse(await answer.json());
      const src = new URL(`${url}&title=1`, app.url).href;
      await page.goto(friend.pageWith(src));
      await expect(page.frameLocator("iframe").locator(`[data-panel="${panel}"]`)).toBeVisible();
      expect(await context.cookies()).toEqual([]);

      const refused = page.waitForEvent("console", {
        predicate: (message) => /frame-ancestors|refused/i.test(message.text()),
      });
      await page.goto(stranger.pageWith(src));
      await refused;
      await expect(page.frameLocator("iframe").locator("[data-panel]")).toHaveCount(0);
    });
  }

  test("a panel uses the language of its URL", async ({ app, friend, page }) => {
    const answer = await page.request.post("/api/v1/embeds/token", {
      headers: { authorization: `Bearer ${app.apiToken}` },
      data: { panel: "reconnects", origin: friend.origin },
    });
    const { url } = Made.parse(await answer.json());
    await page.goto(friend.pageWith(new URL(`${url}&title=1&lang=zh-CN`, app.url).href));
    const frame = page.frameLocator("iframe");
    await expect(frame.getByRole("heading", { name: "重连" })).toBeVisible({ timeout: 20_000 });
    await expect(frame.locator("html")).toHaveAttribute("lang", "zh-CN");
  });

  test("a token gives access to one panel, from a configured origin only", async ({
    app,
    friend,
    stranger,
    request,
  }) => {
    const token = { authorization: `Bearer ${app.apiToken}` };
    const make = (data: object) => request.post("/api/v1/embeds/token", { headers: token, data });
    const { url, token: made } = Made.parse(await (await make({ panel: "reconnects", origin: friend.origin })).json());
    expect((await request.get(url)).headers()["content-security-policy"]).toBe(`frame-ancestors ${friend.origin}`);
    const statuses: [string, number][] = [];
    for (const path of [
      "/embed/reconnects",
      `/embed/retry-backlog?token=${made}`,
      `/embed/reconnects?token=${made}x`,
      `/embed/reconnects?token=${made.replace(/^./, "A")}`,
    ]) {
      statuses.push([path.slice(0, 24), (await request.get(path)).status()]);
    }
    expect(statuses.map(([, status]) => status)).toEqual([403, 403, 403, 403]);
    expect((await make({ panel: "reconnects", origin: stranger.origin })).status()).toBe(422);
    const data = (path: string, bearer: string) =>
      request.get(path, { headers: { authorization: `Bearer ${bearer}` } }).then((answer) => answer.status());
    expect(await data("/api/v1/panels/reconnects", made)).toBe(200);
    expect(await data("/api/v1/panels/retry-backlog", made)).toBe(403);
    expect(await data("/api/v1/clients", made)).toBe(401);
  });

  test("no other page can be framed", async ({ request }) => {
    for (const path of ["/", "/sign-in", "/alerts", "/deliveries"]) {
      const headers = (await request.get(path, { maxRedirects: 0 })).headers();
      expect([path, headers["content-security-policy"], headers["x-frame-options"]]).toEqual([
        path,
        "frame-ancestors 'none'",
        "DENY",
      ]);
    }
  });
});
