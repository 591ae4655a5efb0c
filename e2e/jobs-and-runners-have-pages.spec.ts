import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import pg from "pg";
import { Connection } from "rabbitmq-client";
import { z } from "zod";
import { openFakeRoadRunner } from "../lib/sources/roadrunner/fake-roadrunner.testing.ts";
import { expect, test } from "./fixtures.ts";
import { expectWellRendered } from "./visual.ts";
import { startLastbeat } from "./world/lastbeat.ts";
import { until } from "./world/until.ts";

const MANY = 200;
const Jobs = z.object({
  total: z.number(),
  items: z.array(
    z.object({
      source: z.string(),
      queue: z.string(),
      retries: z.object({ count: z.number().nullable(), drain: z.object({ is: z.string() }) }),
      troubles: z.array(z.object({ rule: z.string() })),
    }),
  ),
});
const Runners = z.object({
  total: z.number(),
  items: z.array(z.object({ name: z.string(), state: z.string(), because: z.string(), jobsRunning: z.number() })),
});

const jobs = async (page: Page) => Jobs.parse(await (await page.request.get("/api/v1/jobs?limit=1000")).json());
const runners = async (page: Page) =>
  Runners.parse(await (await page.request.get("/api/v1/runners?limit=1000")).json());

/** Runs statements as the database's operator would, over a separate connection. */
async function inDatabase(url: string, ...statements: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  for (const statement of statements) await client.query(statement);
  await client.end();
}

async function drawn(page: Page): Promise<void> {
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await expect(page.locator("tr[data-index]").first()).toBeVisible();
  await expect(page.getByRole("status", { name: "Loading" })).toHaveCount(0);
}

test("jobs show pending work, failures and drain; a source shows its schema and the cost of a poll", async ({
  tables,
  signedIn: page,
}, info) => {
  await tables.addPending(20);
  await tables.makeRetriesDue(150);
  await until("150 retries due and no forecast yet: a batch at once is no growth", 120_000, async () => {
    const row = (await jobs(page)).items.find((one) => one.queue === "process_torrent");
    return row?.retries.count === 150 && row.retries.drain.is !== "growing" ? true : null;
  });
  await page.getByRole("link", { name: "Jobs", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText(/No alerts? on|needs? attention/);
  const row = page.getByRole("row").filter({ hasText: "process_torrent" });
  await expect(row).toContainText("150 · 0");
  await expect(row).toContainText(/too soon to say|steady, will not drain/);
  await expect(page.getByRole("region", { name: "Most common errors" })).toContainText("tmdb: # Too Many Requests");
  await expect(page.locator('[data-panel="retry-backlog"]')).toContainText("due now · bitmagnet/process_torrent");
  await expectWellRendered(page, info, "jobs", () => drawn(page));

  await page.getByRole("link", { name: "process_torrent", exact: true }).click();
  await expect(page.getByRole("main")).toContainText("bitmagnet has been read normally since");
  const facts = page.getByRole("region", { name: "About this source" });
  await expect(facts).toContainText(/Schema0\.(9|10)/);
  await expect(facts).toContainText(/\d ms, every 2 s at least/);
  await expect(facts).toContainText("Countsexact");
  await expectWellRendered(page, info, "source", () => drawn(page));
  await page.goto("/jobs/bitmagnet?lang=zh-CN");
  await expect(page.getByRole("main")).toContainText("起 bitmagnet 读取正常");
  await page.goto("/jobs?lang=en");
  expect((await page.request.get("/api/v1/jobs/nobody")).status()).toBe(404);
  await tables.drain();
});

test("runners show their last contact and its limit; a runner unregistered with running jobs is missing", async ({
  tables,
  postgres,
  signedIn: page,
}, info) => {
  await tables.runnerContact("gpu-1");
  await tables.runnerSilent("gpu-2", 240);
  await inDatabase(
    postgres.url,
    `INSERT INTO "runner" ("runnerToken", "name", "lastContact", "ip", "version", "createdAt", "updatedAt")
     VALUES ('ptrt-spare', 'spare', now() - interval '2 days', '127.0.0.1', '0.4.0', now(), now())`,
  );
  const stateOf = async (name: string) => (await runners(page)).items.find((one) => one.name === name)?.state ?? null;
  await until("one runner to be silent and one idle", 60_000, async () =>
    (await stateOf("gpu-2")) === "silent" && (await stateOf("spare")) === "idle" ? true : null,
  );
  await page.getByRole("link", { name: "Runners", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("1 of 3 runners needs attention.");
  const row = page.getByRole("row").filter({ hasText: "gpu-2" });
  await expect(row).toContainText("silent");
  await expect(row).toContainText(/of 2 min/);
  await expect(row).toContainText("vod-web-video-transcoding for");
  await expect(row).toContainText("What to do: restart the runner");
  await expect(page.getByRole("row").filter({ hasText: "spare" })).toContainText("has nothing to do");
  await expectWellRendered(page, info, "runners", () => drawn(page));

  await inDatabase(
    postgres.url,
    `UPDATE "runnerJob" SET "runnerId" = NULL, "state" = 1 WHERE "runnerId" = (SELECT "id" FROM "runner" WHERE "name" = 'gpu-2')`,
    `DELETE FROM "runner" WHERE "name" = 'gpu-2'`,
  );
  await until("the runner to be missing", 60_000, async () => ((await stateOf("gpu-2")) === "missing" ? true : null));
  await expect(row).toContainText("disappeared while it held a job");
  await expect(row).toContainText(/missing since \d\d:\d\d; removed after a day/);
  await tables.runnerContact("gpu-2");
  await until("the runner to be ok again", 60_000, async () => ((await stateOf("gpu-2")) === "ok" ? true : null));
});

test("of 200 queues and 200 runners only visible rows are in the document, and the last can be scrolled to", async ({
  tables: _,
  postgres,
  signedIn: page,
}, info) => {
  await inDatabase(
    postgres.url,
    `INSERT INTO "runner" ("runnerToken", "name", "lastContact", "ip", "version", "createdAt", "updatedAt")
     SELECT 'ptrt-many-' || n, 'many-' || n, now() - make_interval(secs => n), '127.0.0.1', '0.4.0', now(), now()
     FROM generate_series(1, ${MANY}) AS n`,
    `INSERT INTO queue_jobs (fingerprint, queue, payload, max_retries, run_after, archival_duration, created_at)
     SELECT md5('many' || n), 'many_' || n, '{}', 2, now(), interval '1 hour', now()
     FROM generate_series(1, ${MANY}) AS n`,
  );
  await until("all queues and runners to be listed", 60_000, async () =>
    (await jobs(page)).total >= MANY && (await runners(page)).total >= MANY ? true : null,
  );
  for (const path of ["/jobs", "/runners"]) {
    await page.goto(path);
    const rows = page.locator("tr[data-index]");
    await expect(rows.first()).toBeVisible();
    expect(await rows.count(), "rows in the document").toBeLessThan(60);
    const count = Number(await page.getByRole("table").getAttribute("aria-rowcount"));
    expect(count).toBeGreaterThan(MANY);
    await until(`the last row of ${path} to be visible`, 30_000, async () => {
      await page.evaluate(() => document.querySelector("table")?.scrollIntoView({ block: "end" }));
      return (await page.locator(`tr[data-index="${count - 2}"]`).isVisible()) ? true : null;
    });
    await page.evaluate(() => window.scrollTo(0, 0));
    await page.screenshot({ path: info.outputPath(`many${path.replace("/", "-")}.png`) });
  }
});

const Applications = z.object({
  items: z.array(
    z.discriminatedUnion("is", [
      z.object({
        is: z.literal("roadrunner"),
        answer: z.object({ is: z.string() }),
        config: z.object({ is: z.string(), findings: z.array(z.object({ id: z.string(), line: z.number() })) }),
        pipelines: z.array(
          z.object({
            pipeline: z.string(),
            client: z.object({ joinedBy: z.string(), connected: z.boolean(), inferred: z.boolean() }).nullable(),
            consumers: z.number().nullable(),
          }),
        ),
      }),
      z.object({
        is: z.literal("faststream"),
        published: z.number().nullable(),
        subscribers: z.array(z.object({ handler: z.string(), queue: z.string().nullable() })),
      }),
    ]),
  ),
});

const RR_CONFIG = `amqp:
  addr: amqp://guest:marked-secret@127.0.0.1:5672/
  heartbeat: 30s
jobs:
  consume: [posts]
  pipelines:
    posts: { driver: amqp, config: { queue: posts, routing_key: posts, durable: true, redial_timeout: 300 } }
`;
const PIPELINES = JSON.stringify([
  { pipeline: "posts", priority: 10, ready: true, queue: "posts", active: 0, delayed: 0, reserved: 0, driver: "amqp" },
]);
const HANDLER = `{app_name="orders",broker="rabbitmq",handler="default.posts"}`;
const METRICS = `faststream_received_messages_total${HANDLER} 7
faststream_received_messages_in_process${HANDLER} 0
faststream_published_messages_total{destination="out.done",status="success"} 7
`;

test("RoadRunner and FastStream have pages: status, matching client in the broker, findings in .rr.yaml", async ({
  broker,
  page,
}, info) => {
  const amqp = new Connection(broker.amqpUrl);
  amqp.on("error", () => {});
  const queue = { queue: "posts", queueOptions: { durable: true }, consumerTag: "roadrunner-0f8fad5b" };
  const consumer = amqp.createConsumer(queue, async () => {});
  const [php, py] = await Promise.all([openFakeRoadRunner(), openFakeRoadRunner()]);
  const workers = { "/ready?plugin=jobs": { text: "" }, "/health?plugin=jobs": { text: "" } };
  php.answerWith({ ...workers, "/jobs": { text: PIPELINES } });
  py.answerWith({ "/metrics": { text: METRICS } });
  const dir = mkdtempSync(join(tmpdir(), "lastbeat-rr-"));
  const configFile = join(dir, ".rr.yaml");
  writeFileSync(configFile, RR_CONFIG);
  const { managementUrl, amqpUrl } = broker;
  const app = await startLastbeat({
    config: {
      brokers: [{ id: "main", managementUrl, amqpUrl, pollSeconds: 2 }],
      sources: [
        { id: "php", kind: "roadrunner", statusUrl: php.url, configFile },
        { id: "orders-py", kind: "faststream", metricsUrl: `${py.url}/metrics`, pollSeconds: 2 },
      ],
    },
  });
  await page.request.post(`${app.url}/api/v1/session`, { data: { password: app.adminPassword } });
  const shown = async () => {
    const answer = await page.request.get(`${app.url}/api/v1/applications`);
    expect(await answer.text()).not.toContain("marked-secret");
    return Applications.parse(await answer.json()).items;
  };
  const joined = await until("the pipeline to be matched to a client by its consumer tag", 60_000, async () => {
    const items = await shown().catch(() => []);
    const [one] = items.flatMap((item) => (item.is === "roadrunner" ? item.pipelines : []));
    return one?.client?.joinedBy === "tag" && one.consumers === 1 ? items : null;
  });
  expect(joined).toMatchObject([
    { is: "faststream", published: 7, subscribers: [{ handler: "default.posts", queue: "posts" }] },
    {
      ...{ is: "roadrunner", answer: { is: "fine" }, config: { is: "read", findings: [{ id: "RR05", line: 3 }] } },
      pipelines: [{ pipeline: "posts", client: { joinedBy: "tag", connected: true, inferred: true } }],
    },
  ]);

  await page.goto(`${app.url}/jobs`);
  await expect(page.getByRole("region", { name: "Sources" })).toContainText(/php\W*answers/);
  await page.goto(`${app.url}/jobs/php`);
  await expect(page.getByRole("heading", { level: 1 })).toContainText("php has answered since");
  const application = page.getByRole("region", { name: "The application" });
  await expect(application).toContainText("found by the tag of its consumer (inferred)");
  await expect(application).toContainText("queue posts: consumers 1");
  await expect(application).toContainText("line 3");
  await expectWellRendered(page, info, "roadrunner", async () => {
    await expect(application).toContainText("posts");
    await expect(page.getByRole("status", { name: "Loading" })).toHaveCount(0);
  });
  await page.goto(`${app.url}/jobs/orders-py`);
  await expect(application).toContainText("7 received, 0 in process · queue posts: consumers 1");
  await expectWellRendered(page, info, "faststream", async () => {
    await expect(application).toContainText("default.posts");
    await expect(page.getByRole("status", { name: "Loading" })).toHaveCount(0);
  });

  await consumer.close();
  await amqp.close();
  await app.stop();
  app.remove();
  await Promise.all([php.close(), py.close()]);
  rmSync(dir, { recursive: true });
});
