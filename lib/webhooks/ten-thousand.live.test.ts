import { createServer } from "node:http";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { listen } from "@/e2e/world/listen";
import type { Database } from "@/lib/postgres/connect";
import { type Delivery, keepDeliveries } from "@/lib/storage/deliveries";
import { deliveryStore } from "@/lib/storage/delivery-store";
import { standingsOf } from "@/lib/storage/lanes";
import { testDatabase } from "@/lib/storage/testing";
import { createDeliverer } from "@/lib/webhooks/deliver";
import { standardBody } from "@/lib/webhooks/formats/standard";
import { aWebhook, changed } from "@/lib/webhooks/testing";

const ALERTS = 10_000;
/** Of the ten thousand, how many end as well: enough to see that each end came behind its beginning. */
const ENDS = 1_000;
/** A minute on an idle machine; a busy one is given its time. */
const TOLD_WITHIN_MS = 600_000;

/** On the PostgreSQL that `npm test` gives, and on the embedded database. */
const ENGINES = ["postgres", "embedded"] as const;

describe.each(ENGINES)("ten thousand alerts at once, on %s", (engine) => {
  const given = process.env.LASTBEAT_TEST_DATABASE_URL;
  let database: Database;
  beforeAll(async () => {
    if (engine === "embedded") delete process.env.LASTBEAT_TEST_DATABASE_URL;
    database = await testDatabase();
    if (given !== undefined) process.env.LASTBEAT_TEST_DATABASE_URL = given;
  });
  afterAll(() => database.close());

  test.skipIf(engine === "postgres" && given === undefined)(
    "fire, some resolve, and every change arrives, each under its id, each alert's in order",
    async () => {
      const order: string[] = [];
      const { port, close } = await listen(
        createServer((request, response) => {
          order.push(String(request.headers["webhook-id"]));
          request.resume();
          request.on("end", () => response.end());
        }),
      );
      const webhook = aWebhook(`http://127.0.0.1:${port}/`);
      const { pool, db } = database;
      const deliverer = createDeliverer({
        pool,
        webhooks: [webhook],
        store: deliveryStore(db),
        log: () => {},
        now: Date.now,
      });
      await deliverer.start();
      const began = performance.now();
      for (const [type, count] of [
        ["alert.firing", ALERTS],
        ["alert.resolved", ENDS],
      ] as const) {
        const rows = Array.from({ length: count }, (_, at) => rowOf(type, at));
        await db.transaction().execute(async (trx) => {
          await keepDeliveries(trx, rows);
          await deliverer.enqueue(trx, rows);
        });
        deliverer.nudge();
      }
      const decidedMs = performance.now() - began;
      await vi.waitFor(async () => expect(await standingsOf(db, ["ops"])).toMatchObject([{ waiting: 0, dead: 0 }]), {
        timeout: TOLD_WITHIN_MS,
        interval: 200,
      });
      const seconds = (performance.now() - began) / 1_000;
      await deliverer.stop();
      await close();
      expect(new Set(order).size).toBe(ALERTS + ENDS);
      const at = new Map(order.map((id, place) => [id, place]));
      const placeOf = (type: string, n: number) => at.get(`msg_${type}_${n}`) ?? Number.NaN;
      const wrong = Array.from({ length: ENDS }, (_, n) => n).filter(
        (n) => !(placeOf("alert.firing", n) < placeOf("alert.resolved", n)),
      );
      expect(wrong).toEqual([]);
      const mib = Math.round(process.memoryUsage().rss / 1024 ** 2);
      process.stdout.write(
        `${order.length} deliveries on ${engine}: decided in ${(decidedMs / 1_000).toFixed(1)} s, ` +
          `all accepted after ${seconds.toFixed(1)} s, ${mib} MiB resident\n`,
      );
    },
    TOLD_WITHIN_MS,
  );
});

function rowOf(type: "alert.firing" | "alert.resolved", at: number): Delivery {
  const event = changed({ type, alert: { id: `alert-${at}` } });
  return {
    id: `msg_${type}_${at}`,
    webhook: "ops",
    alertId: event.alert.id,
    event: type,
    body: JSON.stringify(standardBody(event)),
    summary: event.alert.summary,
    state: "queued",
    createdMs: event.atMs,
    nextAttemptMs: event.atMs,
  };
}
