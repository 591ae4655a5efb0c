import { describe, expect, test } from "vitest";
import { BUILT_IN_RULES } from "@/lib/alerts/catalogue/built-in";
import { type AlertMemory, evaluateAlerts } from "@/lib/alerts/engine/evaluate-alerts";
import { MINUTE, SECOND } from "@/lib/base/time/duration";
import { FLOWS, timeline } from "@/lib/collector/broker/timeline.testing";
import type { Connection } from "@/lib/rabbitmq/api/broker";
import { aConnection } from "@/lib/rabbitmq/api/connection.testing";
import type { EndReason } from "@/lib/rabbitmq/events/end-reason";
import type { BrokerEvent } from "@/lib/rabbitmq/events/event";

const opening = (connection: Connection, atMs: number): BrokerEvent => ({
  kind: "opened",
  atMs,
  connection: { ...connection, state: null, recvOct: null, sendOct: null },
  pid: "<0.7.0>",
});

const ending = (connection: Connection, reason: EndReason, atMs: number): readonly BrokerEvent[] => [
  { kind: "close-reason", atMs, connection: connection.name, reason, detail: null, final: true },
  { kind: "closed", atMs, node: "rabbit@a", connection: connection.name },
];

/** The shipped rules on what polls and the broker's events show. */
function watch() {
  const line = timeline([], FLOWS);
  let alerts: AlertMemory = new Map();
  const fired: string[] = [];
  const evaluate = ({ facts }: ReturnType<typeof line.poll>) => {
    const evaluated = evaluateAlerts(alerts, {
      rules: BUILT_IN_RULES,
      readings: facts.readings,
      ended: facts.ended,
      nowMs: line.nowMs(),
    });
    alerts = evaluated.after;
    for (const { type, alert } of evaluated.events) if (type === "alert.firing") fired.push(alert.rule);
  };
  line.poll({});
  return {
    fired,
    nowMs: line.nowMs,
    clients: () => [...line.memory().clients.values()],
    poll: (connections: readonly Connection[]) => evaluate(line.poll({ connections })),
    push: (events: readonly BrokerEvent[], afterMs: number) => evaluate(line.pushEvents(events, afterMs)),
    wait: (ms: number) => {
      for (let at = 0; at < ms; at += 5 * SECOND) evaluate(line.poll({}));
    },
  };
}

describe("a client that lived for less than half a minute", () => {
  const own = ["connection-lost", "unknown", "client-closed", "protocol", "authentication", "forced"] as const;
  test.each(own)("departs without an alert when its end was %s", (reason) => {
    const world = watch();
    const script = aConnection(1, { userProvidedName: "report-export", connectedAtMs: world.nowMs() });
    world.push([opening(script, world.nowMs())], SECOND);
    world.push(ending(script, reason, world.nowMs()), SECOND);
    world.wait(10 * MINUTE);
    expect(world.clients().map(({ name, state }) => [name, state])).toEqual([["report-export", "departed"]]);
    expect(world.fired).toEqual([]);
  });

  test("departs when it was listed for 20 s", () => {
    const world = watch();
    const script = aConnection(1, { userProvidedName: "report-export", connectedAtMs: world.nowMs() });
    for (let poll = 0; poll < 5; poll++) world.poll([script]);
    world.push(ending(script, "connection-lost", world.nowMs()), SECOND);
    world.wait(10 * MINUTE);
    expect(world.clients().map(({ state }) => state)).toEqual(["departed"]);
    expect(world.fired).toEqual([]);
  });

  test.each(["heartbeat", "broker-stopped", "node-down"] as const)("is lost when its end was %s", (reason) => {
    const world = watch();
    const script = aConnection(1, { userProvidedName: "report-export", connectedAtMs: world.nowMs() });
    world.push([opening(script, world.nowMs())], SECOND);
    world.push(ending(script, reason, world.nowMs()), SECOND);
    world.wait(10 * MINUTE);
    expect(world.clients().map(({ state }) => state)).toEqual(["lost"]);
  });
});

test("a client that was connected for a minute and lost its connection is lost, and alerts once", () => {
  const world = watch();
  const worker = aConnection(1, { userProvidedName: "worker", connectedAtMs: world.nowMs() });
  for (let poll = 0; poll < 12; poll++) world.poll([worker]);
  world.push(ending(worker, "connection-lost", world.nowMs()), SECOND);
  world.wait(10 * MINUTE);
  expect(world.clients().map(({ state }) => state)).toEqual(["lost"]);
  expect(world.fired).toEqual(["client-lost"]);
});
