import { test as base, expect } from "@playwright/test";
import { z } from "zod";
import { startBroker } from "./world/broker.ts";
import { type Client, spawnClient } from "./world/clients/spawn.ts";
import { startLastbeat } from "./world/lastbeat.ts";
import { startReceiver } from "./world/receiver.ts";
import { until } from "./world/until.ts";

const FIFTY = 50;
/** Processes started at once on two cores. */
const AT_ONCE = 10;
const GIVE_UP_SECONDS = 25;
const HEARTBEAT_SECONDS = 10;
/** A client that was active for half a minute is expected back after a restart; a shorter one may be a script. */
const EXPECTED_BACK_AFTER_MS = 31_000;

const Brokers = z.object({
  items: z.array(
    z.object({
      clients: z.object({ connected: z.number() }),
      comeback: z
        .object({
          went: z.number(),
          back: z.number(),
          slowestMs: z.number().nullable(),
          away: z.array(z.object({ name: z.string(), state: z.string() })),
        })
        .nullable(),
    }),
  ),
});
const Clients = z.object({
  asOfMs: z.number(),
  items: z.array(z.object({ firstSeenMs: z.number(), heartbeat: z.object({ silenceSeconds: z.number().nullable() }) })),
});
const Alerts = z.object({ items: z.array(z.object({ rule: z.string(), state: z.string(), summary: z.string() })) });

base(
  "a broker restart with fifty clients raises one alert: how many reconnected, how fast, and which did not",
  async ({ page }, info) => {
    const broker = await startBroker();
    const receiver = await startReceiver();
    const { managementUrl, amqpUrl } = broker;
    const app = await startLastbeat({
      config: {
        brokers: [{ id: "main", managementUrl, amqpUrl, pollSeconds: 2, clients: { giveUp: `${GIVE_UP_SECONDS}s` } }],
        webhooks: [{ id: "ops", url: receiver.url, format: "standard", secret: receiver.secret, allowPrivate: true }],
      },
    });
    const ask = async <T>(path: string, shape: z.ZodType<T>): Promise<T> => {
      const headers = { authorization: `Bearer ${app.apiToken}` };
      return shape.parse(await (await fetch(`${app.url}/api/v1/${path}`, { headers })).json());
    };
    const main = async () => (await ask("brokers", Brokers)).items[0];
    const clients: Client[] = [];
    for (let from = 0; from < FIFTY; from += AT_ONCE) {
      const names = Array.from({ length: AT_ONCE }, (_, n) => `worker-${from + n}`);
      const some = await Promise.all(
        names.map((name) =>
          spawnClient({ url: amqpUrl, name, library: "amqplib", heartbeat: HEARTBEAT_SECONDS, queue: null }),
        ),
      );
      for (const client of some) await client.waitFor("connected");
      clients.push(...some);
    }
    // Lastbeat's own connection is in no count.
    const all = FIFTY;
    await until("all clients to be connected", 60_000, async () =>
      (await main())?.clients.connected === all ? true : null,
    );

    await until("the client to have sent heartbeats for so long that it is expected back", 120_000, async () => {
      const { asOfMs, items } = await ask("clients?q=worker-7", Clients);
      const [one] = items;
      const silence = one?.heartbeat.silenceSeconds ?? null;
      if (one === undefined || silence === null) return null;
      return asOfMs - silence * 1_000 - one.firstSeenMs > EXPECTED_BACK_AFTER_MS ? true : null;
    });
    clients[7]?.freeze();
    await broker.restart("orderly");
    const missing = await until("the frozen client to be lost and all others to be back", 120_000, async () => {
      const comeback = (await main())?.comeback ?? null;
      return comeback && comeback.back === all - 1 && comeback.away[0]?.state === "lost" ? comeback : null;
    });
    expect(missing).toMatchObject({ went: all, back: all - 1, away: [{ name: "worker-7", state: "lost" }] });
    expect(missing.slowestMs).toBeLessThan(120_000);

    const lost = async () => (await ask("alerts", Alerts)).items.filter((one) => /lost|not-back/.test(one.rule));
    // On a busy machine the alert first names more clients; its summary is updated when they reconnect.
    const reported = new RegExp(`^worker-7 did not come back after main went .* ago; ${all - 1} of ${all} did`);
    const [alert, ...others] = await until("the alert about the frozen client", 60_000, async () => {
      const alerts = await lost();
      return alerts.some((one) => one.state === "firing" && reported.test(one.summary)) ? alerts : null;
    });
    expect(others).toEqual([]);
    expect(alert?.rule).toBe("clients-not-back");

    await page.request.post(`${app.url}/api/v1/session`, { data: { password: app.adminPassword } });
    await page.goto(app.url);
    await expect(page.getByRole("heading", { level: 1 })).toContainText("1 client has not returned");
    await expect(page.locator("li", { hasText: "worker-7" }).first()).toContainText(
      `${all - 1} of ${all} clients have returned`,
    );
    await page.screenshot({ path: info.outputPath("one-is-missing.png"), fullPage: true });

    clients[7]?.thaw();
    await until("the frozen client to be back and the alerts to be resolved", 60_000, async () => {
      const comeback = (await main())?.comeback ?? null;
      return comeback?.away.length === 0 && (await lost()).every((one) => one.state === "resolved") ? true : null;
    });
    for (const client of clients) await client.kill();
    expect(await app.stop()).toEqual({ code: 0, signal: null });
    app.remove();
    await receiver.stop();
    await broker.kill();
  },
);
