import type { Locator, Page } from "@playwright/test";
import pg from "pg";
import { expect, test } from "./fixtures.ts";
import { expectWellRendered } from "./visual.ts";
import type { Received, Receiver } from "./world/receiver.ts";

/** A poll of the source (2 s), an evaluation a second later, and the delivery, on a busy machine. */
const NOTIFIED_WITHIN_MS = 120_000;
const RULE = {
  ...{ id: "e2e-waiting", signal: "jobs.queued", match: ['queue=~"quiet-.*"'] },
  ...{ warning: 2, critical: 10, clearAt: 1 },
};

test("an alert is acknowledged, escalates and is silenced, and its resolved notification is still sent", async ({
  signedIn: page,
  app,
  postgres,
  receiver,
}, info) => {
  const headers = { authorization: `Bearer ${app.apiToken}` };
  const made = await page.request.post("/api/v1/rules", { headers, data: RULE });
  expect(made.ok(), await made.text()).toBe(true);
  const pool = new pg.Pool({ connectionString: postgres.url, max: 1 });
  const jobs = jobsIn(pool);
  const notified = notifications(receiver);
  try {
    await jobs.add("quiet-one", 3);
    const fired = await notified.next("alert.firing", "quiet-one");
    expect(fired.severity).toBe("warning");

    await test.step("it is acknowledged on a phone-sized screen", async () => {
      await page.setViewportSize({ width: 390, height: 844 });
      await page.goto("/alerts");
      const row = firing(page, "quiet-one");
      await row.getByRole("button", { name: "Acknowledge…" }).click();
      await expect(row.getByLabel("For")).toBeFocused();
      await page.keyboard.press("Escape");
      await expect(row.getByLabel("For")).toHaveCount(0);
      await expect(row.getByRole("button", { name: "Acknowledge…" })).toBeFocused();
      await page.keyboard.press("Enter");
      await row.getByLabel("Your name").fill("ann");
      await row.getByLabel("Comment").fill("on it");
      await row.getByRole("button", { name: /^Acknowledge: / }).click();
      await expect(row).toContainText("acknowledged by ann (admin)");
      await expect(page.locator("body"), "the focus is not lost").not.toBeFocused();
      expect((await notified.next("alert.acknowledged", "quiet-one")).acknowledgedBy).toBe("ann (admin)");
      await page.setViewportSize({ width: 1440, height: 900 });
    });

    await test.step("escalation clears the acknowledgement", async () => {
      await jobs.add("quiet-one", 9);
      const worse = await notified.next("alert.firing", "quiet-one");
      expect([worse.severity, worse.id, worse.acknowledgedBy]).toEqual(["critical", fired.id, null]);
      await expect(firing(page, "quiet-one")).not.toContainText("acknowledged by");
    });

    await test.step("a silence window made from its row covers all alerts of its rule", async () => {
      await firing(page, "quiet-one").getByRole("link", { name: "Silence this" }).click();
      const form = page.getByRole("form", { name: "New silence" });
      await expect(form.getByLabel("Matchers, one a line")).toHaveValue(/rule="e2e-waiting"\n/);
      await form.getByLabel("Matchers, one a line").fill(`rule="${RULE.id}"`);
      await form.getByLabel("Comment").fill("a deployment");
      await form.getByRole("button", { name: /^Preview/ }).click();
      await expect(form.locator("[data-preview]")).toContainText("One open alert matches now");
      await form.getByRole("button", { name: /^Save/ }).click();
      await expect(page.locator('[data-window="active"]')).toContainText("matches one open alert");
      await jobs.add("quiet-two", 3);
      await page.goto("/alerts");
      await expect(firing(page, "quiet-two")).toContainText(/silenced until .*: a deployment/);
      await expect(firing(page, "quiet-one")).toContainText("silenced until");
      await expectWellRendered(page, info, "alerts", () => expect(firing(page, "quiet-two")).toBeVisible());
      await page.goto("/silence-windows?match=rule%3D%22e2e-waiting%22");
      await expectWellRendered(page, info, "silence-windows", async () => {
        await expect(page.locator('[data-window="active"]')).toContainText("matches 2 open alerts");
      });
      expect(notified.since(), "nothing is sent of what is silenced").toEqual([]);
    });

    await test.step("resolved is sent despite the silence, the silenced alert at the window's end", async () => {
      await jobs.clear("quiet-one");
      expect((await notified.next("alert.resolved", "quiet-one")).id).toBe(fired.id);
      expect(notified.since()).toEqual([]);
      await page
        .locator('[data-window="active"]')
        .getByRole("button", { name: /^End now/ })
        .click();
      await notified.next("alert.firing", "quiet-two");
      await jobs.clear("quiet-two");
      await notified.next("alert.resolved", "quiet-two");
    });
  } finally {
    await pool.query("DELETE FROM queue_jobs WHERE queue LIKE 'quiet-%'");
    await pool.end();
    await page.request.delete(`/api/v1/rules/${RULE.id}`, { headers });
  }
});

test("a silence window requires an end within 30 days, valid matchers and a known time zone", async ({
  app,
  request,
}) => {
  const headers = { authorization: `Bearer ${app.apiToken}` };
  const ask = async (data: object) => {
    const answer = await request.post("/api/v1/silence-windows", { headers, data });
    return [answer.status(), (await answer.json()).detail ?? null];
  };
  const untilMs = Date.now() + 3_600_000;
  expect(await ask({ match: 'rule="x"' })).toEqual([422, "untilMs: a silence window has an end"]);
  expect((await ask({ match: "rule", untilMs }))[0]).toBe(400);
  expect((await ask({ match: [], untilMs }))[0]).toBe(400);
  expect(await ask({ match: 'rule="x"', untilMs: untilMs + 40 * 86_400_000 })).toEqual([
    422,
    "untilMs: at most 30 days after fromMs",
  ]);
  const night = { cron: "30 2 * * *", zone: "Europe/Nowhere", durationSeconds: 3_600 };
  expect((await ask({ match: 'rule="x"', recurring: night }))[1]).toContain("zone");
  const made = await request.post("/api/v1/silence-windows", {
    headers,
    data: { match: 'rule="x"', recurring: { ...night, zone: "Europe/Berlin" } },
  });
  expect(made.status()).toBe(201);
  const window = await made.json();
  expect([window.spans.length, window.by]).toEqual([3, "API token"]);
  const ended = await request.post(`/api/v1/silence-windows/${window.id}/expire`, { headers });
  expect((await ended.json()).state).toBe("ended");
  const twice = await request.post(`/api/v1/silence-windows/${window.id}/expire`, { headers });
  expect(twice.status()).toBe(409);
  expect((await request.post("/api/v1/alerts/none-1/acknowledge", { headers })).status()).toBe(404);
});

const firing = (page: Page, queue: string): Locator =>
  page.locator('[data-alerts="firing"] [data-alert]').filter({ hasText: `queue ${queue}` });

interface NotifiedAlert {
  readonly id: string;
  readonly rule: string;
  readonly severity: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly acknowledgedBy: string | null;
}

/** Notifications of our rule that the receiver accepted, in order; `next` returns each of them once. */
function notifications(receiver: Receiver) {
  const taken = new Set<Received>();
  const ours = () => receiver.received.filter((one) => !taken.has(one) && one.status === 204 && ofRule(one) !== null);
  return {
    since: () => ours().map((one) => [typeOf(one), ofRule(one)?.labels.queue]),
    async next(type: string, queue: string): Promise<NotifiedAlert> {
      const found = await receiver.waitFor(
        (one) => ours().includes(one) && typeOf(one) === type && ofRule(one)?.labels.queue === queue,
        NOTIFIED_WITHIN_MS,
      );
      expect(ours()[0] === found, "nothing else was told before it").toBe(true);
      expect(found.signatureValid).toBe(true);
      taken.add(found);
      const alert = ofRule(found);
      if (alert === null) throw new Error("a telling of our rule has its alert");
      return alert;
    },
  };
}

interface Body {
  readonly type: string;
  readonly data: { readonly alert: NotifiedAlert };
}

const bodyOf = ({ body }: Received): Body => JSON.parse(body);
const typeOf = (one: Received): string => bodyOf(one).type;
const ofRule = (one: Received): NotifiedAlert | null => {
  const { alert } = bodyOf(one).data;
  return alert.rule === RULE.id ? alert : null;
};

function jobsIn(pool: pg.Pool) {
  return {
    add: (queue: string, count: number) => pool.query(ADD, [queue, count]),
    clear: (queue: string) => pool.query("DELETE FROM queue_jobs WHERE queue = $1", [queue]),
  };
}

const ADD = `
  INSERT INTO queue_jobs (fingerprint, queue, payload, max_retries, run_after, archival_duration, created_at)
  SELECT md5(gen_random_uuid()::text), $1, '{}', 2, now(), interval '1 hour', now() FROM generate_series(1, $2::int)`;
