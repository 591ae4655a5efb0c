import { sql } from "kysely";
import { PgBoss } from "pg-boss";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Database } from "@/lib/storage/database";
import { endpointHealthOf, pendingDeliveries } from "@/lib/storage/endpoint-health";
import { loadNotificationStates } from "@/lib/storage/notification-states";
import { migrate } from "@/lib/storage/schema/migrate";
import { MIGRATIONS } from "@/lib/storage/schema/migrations";
import { emptyDatabase } from "@/lib/storage/storage.testing";

const T = 1_000;

let database: Database;
beforeEach(async () => {
  database = await emptyDatabase();
});
afterEach(() => database.close());

/** Tables as they were: the statements of this version would write columns that an old table does not have. */
const FIRING_ALERT = `INSERT INTO lastbeat.alerts
  (id, rule, severity, state, labels, threshold, started_ms, fired_ms, summary, inferred, flapping, no_data)
  VALUES ('deep-x-1', 'deep', 'warning', 'firing', '{}', 1, ${T}, ${T}, 's', false, false, false)`;

const execute = (statement: string) => sql.raw(statement).execute(database.db);
const exists = async (relation: string): Promise<boolean> => {
  const { rows } = await sql<{ name: string | null }>`SELECT to_regclass(${relation})::text AS name`.execute(
    database.db,
  );
  return rows[0]?.name !== null;
};

/** What version 0.1 does at its start: pg-boss's tables, its queue of webhooks, and a job for each waiting delivery. */
async function withPgBoss(...queues: readonly string[]): Promise<void> {
  const boss = new PgBoss({
    db: { executeSql: (text, values) => database.pool.query(text, values) },
    schema: "pgboss",
    schedule: false,
    supervise: false,
  });
  await boss.start();
  for (const queue of queues) {
    await boss.createQueue(queue, { policy: "key_strict_fifo" });
    await boss.send(queue, { webhook: "ops" }, { singletonKey: "ops" });
  }
  await boss.stop({ close: false, graceful: false });
}

const jobs = async (): Promise<unknown[]> =>
  (await database.pool.query("SELECT name, count(*)::int AS jobs FROM pgboss.job GROUP BY name")).rows;

describe("a database of the version before the leases table", () => {
  beforeEach(() => migrate(database.db, "0007_alert_facts"));

  test("keeps the health of its webhooks and what they were last notified of", async () => {
    await execute("INSERT INTO lastbeat.webhook_lanes VALUES ('ops', 3, 500, 900)");
    await execute(FIRING_ALERT);
    const lastNotified = { as: "firing", alertId: "deep-x-1", startedMs: T, severity: "warning", atMs: T };
    await execute(`INSERT INTO lastbeat.notices (key, alert_id, flips_ms, told)
      VALUES ('deep-x', 'deep-x-1', '[1]', '${JSON.stringify({ ops: lastNotified })}')`);
    await migrate(database.db);
    expect(await endpointHealthOf(database.db, "ops")).toEqual({ failures: 3, failingSinceMs: 500, restUntilMs: 900 });
    expect(await loadNotificationStates(database.db)).toMatchObject([
      { key: "deep-x", alert: { id: "deep-x-1" }, flipsMs: [1], lastNotified: { ops: lastNotified } },
    ]);
    expect([await exists("lastbeat.webhook_lanes"), await exists("lastbeat.notices")]).toEqual([false, false]);
  });

  test("loses pg-boss's schema and no waiting delivery", async () => {
    await withPgBoss("webhook-turns", "webhook-lanes");
    await execute(`INSERT INTO lastbeat.deliveries
      (id, webhook, alert_id, event, body, summary, state, created_ms, next_attempt_ms)
      VALUES ('msg_1', 'ops', 'deep-x-1', 'alert.firing', '{}', 's', 'queued', ${T}, ${T})`);
    await migrate(database.db);
    expect(await exists("pgboss.job")).toBe(false);
    const waiting = await pendingDeliveries(database.db, "ops", { dueMs: T, limit: 10 });
    expect(waiting.map(({ id }) => id)).toEqual(["msg_1"]);
  });

  test("loses only our queues where an application has its own in pg-boss's schema", async () => {
    await withPgBoss("webhook-turns", "mail");
    await migrate(database.db);
    expect(await jobs()).toEqual([{ name: "mail", jobs: 1 }]);
  });

  test("leaves a pg-boss alone that was never ours", async () => {
    await withPgBoss("mail");
    await migrate(database.db);
    expect(await jobs()).toEqual([{ name: "mail", jobs: 1 }]);
  });
});

test("a database of the version before notification states sends nothing anew for a firing alert", async () => {
  await migrate(database.db, "0004_rules");
  await execute(FIRING_ALERT);
  await execute(FIRING_ALERT.replace("deep-x-1", "deep-y-1"));
  await execute(`INSERT INTO lastbeat.deliveries (id, webhook, alert_id, event, body, summary, state, created_ms) VALUES
    ('m1', 'ops', 'deep-x-1', 'alert.firing', '{}', '', 'delivered', ${T + 3}),
    ('m2', 'chat', 'deep-x-1', 'alert.firing', '{}', '', 'delivered', ${T + 4})`);
  await migrate(database.db);
  const [state, ...others] = await loadNotificationStates(database.db);
  expect([state?.key, others]).toEqual(["deep-x", []]);
  expect(state?.lastNotified).toEqual({
    ops: { as: "firing", alertId: "deep-x-1", startedMs: T, severity: "warning", atMs: T + 3 },
    chat: { as: "firing", alertId: "deep-x-1", startedMs: T, severity: "warning", atMs: T + 4 },
  });
});

test("a database that was migrated step by step is the same as one migrated at once", async () => {
  for (const step of Object.keys(MIGRATIONS)) await migrate(database.db, step);
  const stepwise = await columns();
  await execute("DROP SCHEMA lastbeat CASCADE");
  await migrate(database.db);
  expect(await columns()).toEqual(stepwise);
});

const columns = async (): Promise<unknown[]> =>
  (
    await database.pool.query(`SELECT table_name, column_name, data_type, is_nullable FROM information_schema.columns
      WHERE table_schema = 'lastbeat' ORDER BY table_name, ordinal_position`)
  ).rows;
