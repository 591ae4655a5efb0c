import "server-only";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Rule } from "@/lib/alerts/rule";
import { aRule } from "@/lib/alerts/testing";
import type { Database } from "@/lib/postgres/connect";
import { SAMPLED } from "@/lib/signals/catalogue";
import { rollUp } from "@/lib/storage/roll-up";
import { keepSamples } from "@/lib/storage/samples";
import { testDatabase } from "@/lib/storage/testing";
import { DAY, MINUTE, SECOND } from "@/lib/time/duration";
import { readBacktest } from "@/lib/views/read/backtest";

/**
 * A day of stored history of many queues, and how long rules take on it. On PGlite; on a PostgreSQL where
 * LASTBEAT_TEST_DATABASE_URL names one. A day of samples every 5 s is made by SQL: 17,280 rows for each queue.
 */
const QUEUES = Number(process.env.LASTBEAT_BENCH_QUEUES ?? 60);
const POLL_MS = 5 * SECOND;
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
  await keepSamples(db, T, [broker, ...names.map(queue)]);
  for (let hour = 0; hour < HOURS; hour += 1) {
    const from = T + hour * 60 * MINUTE + POLL_MS;
    await pool.query(`INSERT INTO lastbeat.samples (object_id, at_ms, values)
      SELECT o.id, at, ARRAY[CASE WHEN o.kind = 'broker' THEN 1
        ELSE 300 + 400 * sin(o.id + at / 3600000.0) + (at / 5000) % 7 END, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]
      FROM lastbeat.objects o, generate_series(${from}, ${from + 60 * MINUTE - 2 * POLL_MS}, ${POLL_MS}) at`);
  }
  for (let round = 0; round < 20; round += 1) await rollUp(db, toMs + MINUTE);
}, 600_000);
afterAll(() => database.close());

const rules: readonly (readonly [string, Partial<Rule>])[] = [
  ["a value, for 5 min", { warning: 500, critical: 690, forMs: 5 * MINUTE, clearAt: 400 }],
  [
    "a value on one queue",
    { warning: 500, match: [{ label: "queue", operator: "=", value: "queue-7", pattern: null }] },
  ],
  ["a rate over 5 min", { warning: 5, condition: { kind: "rate", overMs: 5 * MINUTE } }],
  ["a forecast of 4 h", { warning: 690, condition: { kind: "forecast", withinMs: 240 * MINUTE, overMs: 30 * MINUTE } }],
  ["an absence", { warning: 60, condition: { kind: "absent" } }],
];

describe(`${QUEUES} queues, ${HOURS} h at ${POLL_MS / SECOND} s`, () => {
  test.each(rules)("%s", async (name, change) => {
    const took: number[] = [];
    let told = "";
    for (let run = 0; run < 3; run += 1) {
      const wanted = { fromMs: T, toMs, labels: {} };
      const view = await readBacktest(database, { ...aRule, ...change }, wanted, () => performance.now());
      took.push(view?.tookMs ?? Number.NaN);
      told = `${view?.limits.instances} instances of ${view?.limits.resolution}, ${view?.limits.instancesLeft} left, ${view?.count.fired} fired`;
    }
    process.stdout.write(`${database.engine}: ${name}: ${took.join(", ")} ms (${told})\n`);
    expect(Math.min(...took)).toBeLessThan(WITHIN_MS);
  });
});
