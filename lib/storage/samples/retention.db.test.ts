import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { DAY, HOUR, MINUTE } from "@/lib/base/time/duration";
import { saveAlerts } from "@/lib/storage/alerts/alerts";
import type { Database } from "@/lib/storage/database";
import { recordAttempts, saveDeliveries } from "@/lib/storage/deliveries";
import { saveSessions } from "@/lib/storage/rabbitmq/sessions";
import { applyRetention } from "@/lib/storage/samples/retention";
import { rollUp } from "@/lib/storage/samples/roll-up";
import { saveClientMinutes, saveSamples } from "@/lib/storage/samples/samples";
import { migrate } from "@/lib/storage/schema/migrate";
import type { Schema } from "@/lib/storage/schema/schema";
import { emptyDatabase, emptyTables } from "@/lib/storage/storage.testing";

const NOTHING = {
  missing: null,
  idle: null,
  publishSilent: null,
  pinned: null,
  blocked: null,
  leaked: null,
  opened: null,
  replicas: null,
};
const NOW = Date.UTC(2026, 10, 21, 12);

let database: Database;
beforeAll(async () => {
  database = await emptyDatabase();
});
afterAll(() => database.close());

async function count(table: keyof Schema): Promise<number> {
  const { rows } = await sql<{ n: number }>`SELECT count(*) AS n FROM ${sql.table(table)}`.execute(database.db);
  return rows[0]?.n ?? Number.NaN;
}

async function partitions(): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`SELECT c.relname AS name FROM pg_inherits i
    JOIN pg_class c ON c.oid = i.inhrelid WHERE c.relkind = 'r' ORDER BY 1`.execute(database.db);
  return rows.map((row) => row.name);
}

const queue = (name: string) => ({
  kind: "queue" as const,
  labels: { broker: "main", vhost: "/", queue: name },
  values: [1, null, Number.NaN, 0, 2],
});

test("two instances that start at once migrate once; migrating again changes nothing", async () => {
  await Promise.all([migrate(database.db), migrate(database.db)]);
  await migrate(database.db);
  expect(await count("lastbeat.sessions")).toBe(0);
});

test("today and tomorrow have a partition; a sample of another day creates its own", async () => {
  await applyRetention(database.db, NOW);
  await Promise.all([applyRetention(database.db, NOW), applyRetention(database.db, NOW)]);
  const prepared = ["sample_minutes_20261121", "sample_minutes_20261122", "samples_20261121", "samples_20261122"];
  expect(await partitions()).toEqual(prepared);
  await database.db.transaction().execute(async (trx) => {
    await saveSamples(trx, NOW - 3 * DAY, [queue("old")]);
    await saveSamples(trx, NOW, [queue("new")]);
  });
  expect(await partitions()).toEqual([...prepared.slice(0, 2), "samples_20261118", ...prepared.slice(2)]);
});

test("samples are dropped after two days, but never before they are rolled up", async () => {
  const { db } = database;
  await applyRetention(db, NOW);
  expect(await partitions()).toContain("samples_20261118");
  await rollUp(db, NOW + 2 * MINUTE);
  expect(await count("lastbeat.sample_minutes")).toBe(2);
  await applyRetention(db, NOW);
  expect(await partitions()).not.toContain("samples_20261118");
  expect(await count("lastbeat.objects")).toBe(2);
});

test("a value that was not measured is rolled up as not measured", async () => {
  const { rows } = await sql`SELECT mins, maxs, avgs, counts FROM lastbeat.sample_minutes LIMIT 1`.execute(database.db);
  const numbers = [1, null, null, 0, 2];
  expect(rows).toEqual([{ mins: numbers, maxs: numbers, avgs: numbers, counts: [1, 0, 0, 1, 1] }]);
});

test("minutes are dropped after 30 days, and with them objects without any row", async () => {
  const { db } = database;
  await saveClientMinutes(db, NOW - 32 * DAY, [
    { broker: "main", client: "departed", silence: 1, missed: null, lost: null, absent: null, doing: NOTHING },
  ]);
  expect(await count("lastbeat.objects")).toBe(3);
  await applyRetention(db, NOW);
  expect(await partitions()).not.toContain("sample_minutes_20261020");
  expect(await count("lastbeat.objects")).toBe(2);
});

test("the backlog of a long downtime is rolled up step by step, and nothing twice", async () => {
  const { db } = database;
  await emptyTables(db);
  for (let hour = 30; hour > 0; hour -= 3) await saveSamples(db, NOW - hour * HOUR, [queue("mail")]);
  await rollUp(db, NOW);
  await rollUp(db, NOW);
  await Promise.all([rollUp(db, NOW), rollUp(db, NOW)]);
  expect(await count("lastbeat.sample_minutes")).toBe(10);
});

test("old ended sessions, deliveries with their attempts and resolved alerts are deleted; open ones stay", async () => {
  const { db } = database;
  await emptyTables(db);
  const session = {
    broker: "main",
    client: null,
    connection: "c",
    node: null,
    pid: null,
    openedMs: NOW - 90 * DAY,
    end: null,
    reconnect: false,
    likely: false,
    listed: true,
    timeoutSeconds: null,
    recvOct: null,
    recvGrewMs: NOW,
    sendOct: null,
    sendGrewMs: NOW,
    blocked: false,
    lateSinceMs: null,
  };
  const ended = Array.from({ length: 2_500 }, (_, at) => ({ ...session, id: `e${at}`, closedMs: NOW - 31 * DAY }));
  await saveSessions(db, [...ended, { ...session, id: "open", closedMs: null }]);
  const delivery = {
    webhook: "ops",
    alertId: null,
    event: "webhook.test",
    body: "{}",
    summary: "",
    state: "queued" as const,
    nextAttemptMs: null,
  };
  await saveDeliveries(db, [
    { ...delivery, id: "old", createdMs: NOW - 31 * DAY },
    { ...delivery, id: "young", createdMs: NOW - 29 * DAY },
  ]);
  const attempt = { atMs: NOW, status: 200, durationMs: 1, reason: null, message: null };
  await recordAttempts(db, [{ id: "old", state: "delivered", tries: 1, nextAttemptMs: null, attempt }]);
  const alert = {
    rule: "r",
    severity: "warning" as const,
    labels: {},
    value: 1,
    threshold: 1,
    startedMs: NOW - 200 * DAY,
    firedMs: null,
    summary: "",
    facts: null,
    inferred: false,
    acknowledgedBy: null,
    flapping: false,
    noData: false,
    incident: null,
  };
  await saveAlerts(db, [
    { ...alert, id: "resolved long ago", state: "resolved", resolvedMs: NOW - 91 * DAY },
    { ...alert, id: "resolved", state: "resolved", resolvedMs: NOW - 89 * DAY },
    { ...alert, id: "open", state: "firing", resolvedMs: null },
  ]);
  await applyRetention(db, NOW);
  expect(await count("lastbeat.sessions")).toBe(1);
  expect(await count("lastbeat.deliveries")).toBe(1);
  expect(await count("lastbeat.attempts")).toBe(0);
  expect(await count("lastbeat.alerts")).toBe(2);
});
