import { afterAll, beforeAll, expect, test } from "vitest";
import {
  type AlertMemory,
  type EvaluatedAlerts,
  evaluateAlerts,
  fromStored,
} from "@/lib/alerts/engine/evaluate-alerts";
import { aRule } from "@/lib/alerts/model/rules.testing";
import { SAMPLED } from "@/lib/base/signals/catalogue";
import { MINUTE } from "@/lib/base/time/duration";
import { loadOpenAlerts, saveAlerts } from "@/lib/storage/alerts/alerts";
import { lastEvaluatedAt, loadPendingStates, savePendingStates } from "@/lib/storage/alerts/pending-states";
import type { Database } from "@/lib/storage/database";
import { saveSamples } from "@/lib/storage/samples/samples";
import { testDatabase } from "@/lib/storage/storage.testing";

const T = Date.UTC(2026, 10, 21, 12);
let database: Database;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

test("pending times continue after a restart, and an alert that ended leaves none", async () => {
  const { db } = database;
  const rule = { ...aRule, forMs: 2 * MINUTE, keepFiringMs: 2 * MINUTE };
  const labels = { broker: "main", vhost: "/", queue: "q" };
  /** Reads everything from the database, like a process that has just started, evaluates one tick and saves it. */
  const tick = async (minute: number, value: number): Promise<EvaluatedAlerts> => {
    const evaluatedMs = (await lastEvaluatedAt(db)).get("broker:main") ?? null;
    const memory: AlertMemory = fromStored(await loadOpenAlerts(db), evaluatedMs, await loadPendingStates(db));
    const nowMs = T + minute * MINUTE;
    const up = { signal: "broker.up", labels: { broker: "main" }, value: 1 };
    const readings = [up, { signal: "queue.ready", labels, value }];
    const evaluation = evaluateAlerts(memory, { rules: [rule], readings, ended: [], nowMs });
    await saveSamples(db, nowMs, [{ kind: "broker", labels: up.labels, values: SAMPLED.broker.map(() => 1) }]);
    await saveAlerts(db, evaluation.changed);
    const ended = evaluation.changed.filter(({ state }) => state === "resolved").map(({ id }) => id);
    await savePendingStates(db, evaluation.holds, ended);
    return evaluation;
  };
  const changes: string[] = [];
  for (const [minute, value] of [500, 500, 500, 500, 5, 5, 5].entries()) {
    const { events } = await tick(minute, value);
    changes.push(...events.map(({ type }) => `${minute} ${type}`));
  }
  expect(changes).toEqual(["2 alert.firing", "6 alert.resolved"]);
  expect((await loadPendingStates(db)).size).toBe(0);
});
