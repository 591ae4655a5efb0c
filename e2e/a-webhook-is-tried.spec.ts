import { expect, test } from "./fixtures.ts";

const WITHIN_MS = 20_000;

test("the page previews and tests a webhook, and shows a failed test", async ({ signedIn: page, receiver }) => {
  await page.goto("/deliveries");
  const row = page.locator('[data-webhook="ops"]');
  await row.getByRole("button", { name: "Preview: ops" }).click();
  await expect(row.locator("pre")).toContainText('"type": "webhook.test"');
  expect(await row.textContent()).not.toContain(receiver.secret.slice("whsec_".length));

  await row.getByRole("button", { name: "Send a test: ops" }).click();
  await expect(row.getByRole("status")).toContainText("Accepted");
  const tried = await receiver.waitFor(({ json }) => JSON.stringify(json).includes("webhook.test"), WITHIN_MS);
  expect(tried.signatureValid).toBe(true);

  // Only the test message is rejected: a delivery answered 410 would disable the webhook for later tests as well.
  receiver.refuse(410, ({ body }) => body.includes("webhook.test"));
  await row.getByRole("button", { name: "Send a test: ops" }).click();
  await expect(row.getByRole("status")).toContainText("Not accepted: answered 410");
  await expect(row).toContainText("active");
  receiver.refuse(410, () => false);
});

test("the API answers 404 for unknown ids and 401 without credentials", async ({ app, request }) => {
  const headers = { authorization: `Bearer ${app.apiToken}` };
  const status = async (path: string) => (await request.post(`/api/v1/${path}`, { headers })).status();
  expect(await status("webhooks/none/test")).toBe(404);
  expect(await status("deliveries/none/replay")).toBe(404);
  expect(await status("deliveries/replay")).toBe(200);
  const { items } = await (await request.get("/api/v1/webhooks", { headers })).json();
  expect(items).toMatchObject([{ id: "ops", format: "standard", state: "active", secrets: 1 }]);
  expect((await request.post("/api/v1/webhooks/ops/test")).status()).toBe(401);
});
