import { describe, expect, test } from "vitest";
import { evaluateAlerts, fromStored } from "@/lib/alerts/engine/evaluate-alerts";
import { movedAlerts } from "@/lib/alerts/engine/moved-alerts";
import type { Alert } from "@/lib/alerts/model/alert";
import { aRule } from "@/lib/alerts/model/rules.testing";

const T = 1_763_700_000_000;
const POLL_MS = 5_000;
const rule = { ...aRule, id: "lost", signal: "client.lost", warning: 1, critical: null, clearAt: null, forMs: 0 };
const labelsOf = (client: string, clientId: string) => ({ broker: "main", vhost: "/", client, clientId });
const reading = (client: string, clientId: string, value: number) => [
  { signal: "broker.up", labels: { broker: "main" }, value: 1 },
  { signal: rule.signal, labels: labelsOf(client, clientId), value },
];

/** The alert of a client that has been lost since `T`. */
function firing(client: string, clientId: string, startedMs = T): Alert {
  const readings = reading(client, clientId, 1);
  const { changed } = evaluateAlerts(new Map(), { rules: [rule], readings, ended: [], nowMs: startedMs });
  const [alert] = changed;
  if (alert === undefined) throw new Error("no alert");
  return alert;
}

const now = { moved: new Map([["c1", "c9"]]), clients: [{ id: "c9", name: "worker" }] };
const idsOf = (alerts: readonly Alert[]) => alerts.map(({ id, labels }) => [id, labels.client, labels.clientId]);

describe("after a start with another folding rule", () => {
  const alert = firing("worker-7f9c", "c1");

  test("the alert of a client that is still lost goes on, and nothing is sent", () => {
    const memory = fromStored(movedAlerts([alert], now), T);
    const readings = reading("worker", "c9", 1);
    const input = { rules: [rule], readings, ended: [labelsOf("worker-7f9c", "c1")], nowMs: T + POLL_MS };
    const evaluated = evaluateAlerts(memory, input);
    expect(evaluated.events).toEqual([]);
    expect([...evaluated.after.values()].map(({ alert: { id, state } }) => [id, state])).toEqual([
      [alert.id, "firing"],
    ]);
  });

  test("without it, the alert would be resolved and a second one sent", () => {
    const input = { rules: [rule], readings: reading("worker", "c9", 1), ended: [labelsOf("worker-7f9c", "c1")] };
    const { events } = evaluateAlerts(fromStored([alert], T), { ...input, nowMs: T + POLL_MS });
    expect(events.map(({ type }) => type).sort()).toEqual(["alert.firing", "alert.resolved"]);
  });

  test("it resolves under its id once the client is back", () => {
    const memory = fromStored(movedAlerts([alert], now), T);
    const readings = reading("worker", "c9", 0);
    const { events } = evaluateAlerts(memory, { rules: [rule], readings, ended: [], nowMs: T + POLL_MS });
    expect(events.map(({ type, alert: { id } }) => [type, id])).toEqual([["alert.resolved", alert.id]]);
  });
});

test("of several clients that have become one, the alert that began first moves", () => {
  const [first, second] = [firing("worker-1", "c1"), firing("worker-2", "c2", T + 1)];
  const moved = new Map([...now.moved, ["c2", "c9"]]);
  expect(idsOf(movedAlerts([second, first], { ...now, moved }))).toEqual([[first.id, "worker", "c9"]]);
});

test("a client that already has an alert of the rule keeps its own", () => {
  expect(movedAlerts([firing("worker-1", "c1"), firing("worker", "c9")], now)).toEqual([]);
});

test("what is about nobody that moved stays as it is", () => {
  expect(movedAlerts([firing("other", "c5")], now)).toEqual([]);
  expect(movedAlerts([firing("worker-1", "c1")], { moved: new Map(), clients: now.clients })).toEqual([]);
});
