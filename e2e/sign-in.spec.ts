import { expect, test } from "./fixtures.ts";
import { until } from "./world/until.ts";

const SEEN_WITHIN_MS = 60_000;

test("a page redirects to the sign-in and back; a wrong password is reported", async ({ page, app }) => {
  await page.goto("/deliveries");
  await expect(page).toHaveURL(/\/sign-in\?next=%2Fdeliveries/);
  await page.getByLabel(/password/i).fill("not-the-password");
  await page.getByRole("button", { name: /sign in/i }).click();
  await expect(page.getByRole("alert").filter({ hasText: /password/i })).toBeVisible();
  await page.getByLabel(/password/i).fill(app.adminPassword);
  await page.getByRole("button", { name: /sign in/i }).click();
  await expect(page).toHaveURL(/\/deliveries$/);
});

test("without its script a form cannot be submitted, and it never puts its fields into the URL", async ({
  browser,
  app,
  signedIn,
}) => {
  const storageState = await signedIn.context().storageState();
  const context = await browser.newContext({ javaScriptEnabled: false, storageState, baseURL: app.url });
  const page = await context.newPage();
  for (const [path, button] of [
    ["/sign-in", /sign in/i],
    ["/lint", "Check"],
  ] as const) {
    await page.goto(path);
    await expect(page.getByRole("button", { name: button })).toBeDisabled();
    expect(await page.locator("main form").first().getAttribute("method")).toBe("post");
  }
  await expect(page.getByRole("textbox", { name: ".rr.yaml" })).toHaveAttribute("readonly");
  await context.close();
});

test("the API accepts a bearer token, and answers 401 as problem+json", async ({ app, request }) => {
  const nobody = await request.get("/api/v1/clients");
  expect([nobody.status(), nobody.headers()["content-type"]]).toEqual([401, "application/problem+json"]);
  const token = { authorization: `Bearer ${app.apiToken}` };
  for (const path of [
    "brokers",
    "clients",
    "queues",
    "jobs",
    "runners",
    "signals",
    "alerts",
    "rules",
    "deliveries",
    "overview",
  ]) {
    expect([path, (await request.get(`/api/v1/${path}`, { headers: token })).status()]).toEqual([path, 200]);
  }
  const bad = await request.get("/api/v1/series?signal=broker.up&from=later", { headers: token });
  expect([bad.status(), (await bad.json()).detail]).toEqual([400, expect.stringContaining("from")]);
  expect((await request.get("/api/v1/series?signal=nothing", { headers: token })).status()).toBe(404);
  const stolen = await request.delete("/api/v1/session", {
    headers: { origin: "https://elsewhere.example", cookie: "lastbeat_session=x" },
  });
  expect(stolen.status()).toBe(401);
});

test("health and metrics have endpoints for machines", async ({ app, request }) => {
  const headers = { authorization: `Bearer ${app.apiToken}` };
  await until("the broker to be reachable", SEEN_WITHIN_MS, async () => {
    const { items } = await (await request.get("/api/v1/brokers", { headers })).json();
    return items[0].state === "reachable";
  });
  expect((await request.get("/api/health/live")).status()).toBe(200);
  expect(await (await request.get("/api/health/ready")).json()).toMatchObject({ status: "ready" });
  const metrics = await request.get("/metrics", { headers });
  expect(metrics.headers()["content-type"]).toContain("application/openmetrics-text");
  const text = await metrics.text();
  expect(text).toContain('lastbeat_broker_up{broker="main"} 1');
  expect(text.trimEnd().endsWith("# EOF")).toBe(true);
});

test("no response or log contains a secret", async ({ app, broker, postgres, receiver, request, signedIn }) => {
  const secrets = [
    receiver.secret,
    app.adminPassword,
    app.apiToken,
    new URL(broker.managementUrl).password,
    new URL(postgres.url).password,
  ].filter((secret) => secret.length >= 5 && secret !== "guest");
  const token = { authorization: `Bearer ${app.apiToken}` };
  const paths = ["brokers", "clients", "queues", "jobs", "runners", "alerts", "rules", "deliveries", "overview"];
  const texts = await Promise.all(
    paths.map(async (path) => (await request.get(`/api/v1/${path}`, { headers: token })).text()),
  );
  texts.push(await signedIn.content(), app.lastWords());
  for (const secret of secrets) for (const text of texts) expect(text).not.toContain(secret);
});
