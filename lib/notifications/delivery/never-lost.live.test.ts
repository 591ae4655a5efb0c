import { createServer } from "node:http";
import pg from "pg";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { listen } from "@/e2e/world/listen";
import { createDeliverer } from "@/lib/notifications/delivery/deliver";
import { aWebhook, changed } from "@/lib/notifications/delivery/webhooks.testing";
import { standardBody } from "@/lib/notifications/formats/standard";
import type { Database } from "@/lib/storage/database";
import { type Delivery, saveDeliveries } from "@/lib/storage/deliveries";
import { deliveryStore } from "@/lib/storage/delivery-store";
import { endpointHealths } from "@/lib/storage/endpoint-health";
import { testDatabase } from "@/lib/storage/storage.testing";

const ALERTS = 10_000;
/** How many of the ten thousand alerts resolve as well: enough to show that each resolve follows its firing. */
const ENDS = 1_000;
/** Some seconds of work for a receiver that takes 20 ms. */
const CUT_OFF = 2_000;
/** Longer than the interval between polls, and than the pause after a failed one. */
const AWAY_MS = 3_000;
/** A minute on an idle machine; a busy one needs more. */
const DELIVERED_WITHIN_MS = 600_000;

let database: Database;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

/** A receiver that accepts everything `afterMs` later, and a deliverer that sends to it. */
async function begun(afterMs: number) {
  const order: string[] = [];
  const { port, close } = await listen(
    createServer((request, response) => {
      order.push(String(request.headers["webhook-id"]));
      request.resume();
      request.on("end", () => setTimeout(() => response.end(), afterMs));
    }),
  );
  const webhook = aWebhook(`http://127.0.0.1:${port}/`);
  const { db } = database;
  const store = deliveryStore(db);
  const deliverer = createDeliverer({
    db,
    webhooks: [webhook],
    store,
    log: () => {},
    now: Date.now,
    alone: async () => true,
  });
  await deliverer.start();
  const decide = async (rows: readonly Delivery[]): Promise<void> => {
    await db.transaction().execute(async (trx) => {
      await saveDeliveries(trx, rows);
    });
    deliverer.nudge();
  };
  const end = async (): Promise<void> => {
    await deliverer.stop();
    await close();
  };
  return { order, deliverer, decide, end };
}

const allAccepted = (): Promise<void> =>
  vi.waitFor(async () => expect(await endpointHealths(database.db, ["ops"])).toMatchObject([{ waiting: 0, dead: 0 }]), {
    timeout: DELIVERED_WITHIN_MS,
    interval: 200,
  });

test(
  "of ten thousand alerts at once every change arrives under its id, those of each alert in order",
  async () => {
    const { order, decide, end } = await begun(0);
    const beganMs = performance.now();
    await decide(Array.from({ length: ALERTS }, (_, at) => rowOf("alert.firing", at)));
    await decide(Array.from({ length: ENDS }, (_, at) => rowOf("alert.resolved", at)));
    const decidedMs = performance.now() - beganMs;
    await allAccepted();
    const acceptedMs = performance.now() - beganMs;
    await end();
    expect(new Set(order).size).toBe(ALERTS + ENDS);
    const at = new Map(order.map((id, place) => [id, place]));
    const placeOf = (type: string, n: number) => at.get(`msg_${type}_${n}`) ?? Number.NaN;
    const wrong = Array.from({ length: ENDS }, (_, n) => n).filter(
      (n) => !(placeOf("alert.firing", n) < placeOf("alert.resolved", n)),
    );
    expect(wrong).toEqual([]);
    const [decided, accepted] = [decidedMs, acceptedMs].map((ms) => (ms / 1_000).toFixed(1));
    const mib = Math.round(process.memoryUsage().rss / 1024 ** 2);
    process.stdout.write(
      `${order.length} deliveries decided in ${decided} s, all accepted after ${accepted} s, ${mib} MiB resident\n`,
    );
  },
  DELIVERED_WITHIN_MS,
);

test(
  "a database that goes away while deliveries are sent loses none of them, and gives none another id",
  async () => {
    const { order, deliverer, decide, end } = await begun(20);
    const rows = Array.from({ length: CUT_OFF }, (_, at) => rowOf("alert.firing", ALERTS + at));
    await decide(rows);
    await vi.waitFor(() => expect(order.length).toBeGreaterThan(CUT_OFF / 10), { timeout: DELIVERED_WITHIN_MS });
    const { back } = await goesAway();
    await vi.waitFor(() => expect(deliverer.quietMs()).toBeGreaterThan(AWAY_MS), { timeout: DELIVERED_WITHIN_MS });
    expect(new Set(order).size, "some were still to be sent").toBeLessThan(CUT_OFF);
    await back();
    await allAccepted();
    await end();
    expect([...new Set(order)].sort()).toEqual(rows.map(({ id }) => id).sort());
  },
  DELIVERED_WITHIN_MS,
);

/** Refuses new connections to this test's database, and terminates the existing ones. */
async function goesAway(): Promise<{ back: () => Promise<void> }> {
  const admin = new pg.Client({ connectionString: process.env.LASTBEAT_TEST_DATABASE_URL });
  await admin.connect();
  const { rows } = await database.pool.query<{ name: string }>("SELECT current_database() AS name");
  const name = rows[0]?.name ?? "";
  await admin.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
  await admin.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", [name]);
  return {
    back: async () => {
      await admin.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS true`);
      await admin.end();
    },
  };
}

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
