import "server-only";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Rule } from "@/lib/alerts/model/rule";
import { aRule } from "@/lib/alerts/model/rules.testing";
import { SAMPLED } from "@/lib/base/signals/catalogue";
import { DAY, MINUTE } from "@/lib/base/time/duration";
import type { Database } from "@/lib/storage/database";
import { ensurePartition } from "@/lib/storage/samples/partitions";
import { saveSamples } from "@/lib/storage/samples/samples";
import { testDatabase } from "@/lib/storage/storage.testing";
import { readBacktest } from "@/lib/views/rules/read-backtest";

/**
 * How long back-tests take on a stored day of many queues: on PGlite, or on the PostgreSQL that LASTBEAT_TEST_DATABASE_URL
 * names. SQL generates the minutes of the day: 1,440 rows for each queue.
 */
const QUEUES = Number(process.env.LASTBEAT_BENCH_QUEUES ?? 60);
const HOURS = 24;
/** The budget of one answer, milliseconds. */
const WITHIN_MS = 1_000;

let database: Database;
const T = Math.floor(Date.UTC(2026, 10, 21) / DAY) * DAY;
const toMs = T + HOURS * 60 * MINUTE;

beforeAll(async () => {
  database = await testDatabase();
  const { db, pool } = database;
  const names = Array.from({ length: QUEUES }, (_, at) => `queue-${at}`);
  const queue = (name: string) => ({
    kind: "queue" as const,
    labels: { broker: "main", vhost: "/", queue: name },
    values: SAMPLED.queue.map(() => 1),
  });
  const broker = { kind: "broker" as const, labels: { broker: "main" }, values: SAMPLED.broker.map(() => 1) };
  await saveSamples(db, T, [broker, ...names.map(queue)]);
  await ensurePartition(db, "sample_minutes", T);
  await pool.query(`INSERT INTO lastbeat.sample_minutes (object_id, minute_ms, mins, maxs, avgs, counts)
    SELECT o.id, at, row, CASE WHEN o.kind = 'broker' THEN row ELSE ARRAY(SELECT v + 7 FROM unnest(row) v) END, row,
      array_fill(12, ARRAY[13])
    FROM lastbeat.objects o, generate_series(${T}, ${toMs - MINUTE}, ${MINUTE}) at,
      LATERAL (SELECT ARRAY[CASE WHEN o.kind = 'broker' THEN 1 ELSE 300 + 400 * sin(o.id + at / 3600000.0) END,
        1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]) made (row)`);
  await pool.query("INSERT INTO lastbeat.marks (key, at_ms) VALUES ('rolled-up', $1)", [toMs]);
}, 600_000);
afterAll(() => database.close());

const rules: readonly (readonly [string, Partial<Rule>])[] = [
  ["a value, for 5 min", { warning: 500, critical: 690, forMs: 5 * MINUTE, clearAt: 400 }],
  ["a value that no queue reaches", { warning: 5000, forMs: 5 * MINUTE }],
  [
    "a value on one queue",
    { warning: 500, match: [{ label: "queue", operator: "=", value: "queue-7", pattern: null }] },
  ],
  ["a rate over 5 min", { warning: 5, condition: { kind: "rate", overMs: 5 * MINUTE } }],
  ["a forecast of 4 h", { warning: 690, condition: { kind: "forecast", withinMs: 240 * MINUTE, overMs: 30 * MINUTE } }],
  ["an absence", { warning: 60, condition: { kind: "absent" } }],
];

describe(`${QUEUES} queues, ${HOURS} h`, () => {
  test.each(rules)("%s", async (name, change) => {
    const took: number[] = [];
    const cpu: number[] = [];
    let summary = "";
    for (let run = 0; run < 3; run += 1) {
      const before = process.cpuUsage();
      const request = { fromMs: T, toMs, labels: {} };
      const view = await readBacktest(database, { ...aRule, ...change }, request, () => performance.now());
      const { user, system } = process.cpuUsage(before);
      cpu.push(Math.round((user + system) / 1_000));
      took.push(view?.tookMs ?? Number.NaN);
      summary = `${view?.limits.instances} instances of ${view?.limits.resolution}, ${view?.limits.instancesLeft} left, ${view?.count.fired} fired`;
    }
    process.stdout.write(
      `${database.engine}: ${name}: ${took.join(", ")} ms, processor ${cpu.join(", ")} ms (${summary})\n`,
    );
    expect(Math.min(...took)).toBeLessThan(WITHIN_MS);
  });
});
