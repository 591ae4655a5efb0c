import { randomBytes } from "node:crypto";
import { test as base, expect, type Page } from "@playwright/test";
import type { Broker } from "./world/broker.ts";
import { openBroker, openPostgres } from "./world/external-services.ts";
import { type IframeHost, startIframeHost } from "./world/iframe-host.ts";
import { createJobTables, type JobTables } from "./world/job-tables.ts";
import { type Lastbeat, startLastbeat } from "./world/lastbeat.ts";
import type { Postgres } from "./world/postgres.ts";
import { type Receiver, startReceiver } from "./world/receiver.ts";

const POLL_SECONDS = 2;
/** Broker, database, tables and Lastbeat start one after another, on a busy machine. */
const SET_UP_WITHIN_MS = 240_000;

interface World {
  readonly broker: Broker;
  readonly postgres: Postgres;
  readonly tables: JobTables;
  readonly receiver: Receiver;
  /** Its origin may frame panels. */
  readonly friend: IframeHost;
  /** Its origin may not frame panels. */
  readonly stranger: IframeHost;
  readonly app: Lastbeat;
}

interface Pages {
  /** A page that is signed in and shows the overview. */
  readonly signedIn: Page;
}

export { expect };

const worker = { scope: "worker", timeout: SET_UP_WITHIN_MS } as const;

/** Playwright's `test` with a running Lastbeat and real services; each starts once per worker, if a test uses it. */
export const test = base.extend<Pages, World>({
  broker: [part(openBroker, (broker) => broker.kill()), worker],
  postgres: [part(openPostgres, (postgres) => postgres.stop()), worker],
  tables: [
    async ({ postgres }, use) => {
      const tables = await createJobTables(postgres.url);
      await use(tables);
      await tables.close();
    },
    worker,
  ],
  receiver: [part(startReceiver, (receiver) => receiver.stop()), worker],
  friend: [part(startIframeHost, (friend) => friend.stop()), worker],
  stranger: [part(startIframeHost, (stranger) => stranger.stop()), worker],
  app: [
    // Depends on `tables`, so that they exist before Lastbeat starts and are closed after it stops.
    async ({ broker, postgres, tables: _, receiver, friend }, use) => {
      const app = await startLastbeat({ config: configure(broker, postgres, receiver, friend) });
      await use(app);
      const { code, signal } = await app.stop();
      app.remove();
      expect({ code, signal }, "SIGTERM ends Lastbeat in good order").toEqual({ code: 0, signal: null });
    },
    worker,
  ],
  baseURL: async ({ app }, use) => use(app.url),
  signedIn: async ({ page, app }, use) => {
    const answer = await page.request.post("/api/v1/session", { data: { password: app.adminPassword } });
    expect(answer.ok(), `sign-in answered ${answer.status()}`).toBe(true);
    await page.goto("/");
    await use(page);
  },
});

/** A fixture that depends on no other fixture. */
function part<T>(begin: () => Promise<T>, end: (value: T) => Promise<void>) {
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads this pattern to learn what a fixture depends on.
  return async ({}: object, use: (value: T) => Promise<void>): Promise<void> => {
    const value = await begin();
    await use(value);
    await end(value);
  };
}

function configure(broker: Broker, postgres: Postgres, receiver: Receiver, friend: IframeHost) {
  const { managementUrl, amqpUrl, metricsUrl } = broker;
  const databaseUrl = postgres.url;
  return {
    brokers: [{ id: "main", managementUrl, amqpUrl, metricsUrl, pollSeconds: POLL_SECONDS }],
    sources: [
      { id: "bitmagnet", kind: "bitmagnet", databaseUrl, pollSeconds: POLL_SECONDS },
      { id: "videos", kind: "peertube", databaseUrl, pollSeconds: POLL_SECONDS },
    ],
    webhooks: [{ id: "ops", url: receiver.url, format: "standard", secret: receiver.secret, allowPrivate: true }],
    embeds: { secret: randomBytes(24).toString("base64url"), origins: [friend.origin] },
  };
}
