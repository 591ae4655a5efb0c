import { describe, expect, test } from "vitest";
import { verbatim } from "@/lib/base/messages/reason";
import { HOUR, MINUTE, SECOND } from "@/lib/base/time/duration";
import { brokenOff, FLOWS, type Timeline, timeline } from "@/lib/collector/broker/timeline.testing";
import type { Connection } from "@/lib/rabbitmq/api/broker";
import { aConnection } from "@/lib/rabbitmq/api/connection.testing";
import type { Client } from "@/lib/rabbitmq/clients/client";
import type { BrokerEvent, CloseReason } from "@/lib/rabbitmq/events/event";

const REFUSED = { code: "refused", retry: true, reason: verbatim("connection refused") } as const;

const connection = (port: number, connectedAtMs: number, of: Partial<Connection> = {}): Connection =>
  aConnection(port, { platform: "node", timeoutSeconds: 60, connectedAtMs, ...of });
const opened = (one: Connection, atMs: number): BrokerEvent => ({
  kind: "opened",
  atMs,
  connection: { ...one, state: null, recvOct: null, sendOct: null },
  pid: "<0.7.0>",
});
const closed = (one: Connection, atMs: number): BrokerEvent => ({
  kind: "closed",
  atMs,
  node: "rabbit@a",
  connection: one.name,
});
const reported = (one: Connection, atMs: number, of: Partial<CloseReason>): BrokerEvent => ({
  kind: "close-reason",
  atMs,
  connection: one.name,
  reason: "connection-lost",
  detail: null,
  final: true,
  ...of,
});

const flowing = (): Timeline => timeline([], FLOWS);
const only = (world: Timeline): Client => {
  const [client, ...others] = world.memory().clients.values();
  if (!client || others.length > 0) throw new Error(`expected one client, found ${world.memory().clients.size}`);
  return client;
};

describe("an end has the reason that the broker reported", () => {
  const cases: readonly [string, (one: Connection, atMs: number) => readonly BrokerEvent[], object][] = [
    [
      "missed heartbeats",
      (one, at) => [reported(one, at, { reason: "heartbeat", detail: "missed" }), closed(one, at)],
      { reason: "heartbeat", inferred: false, detail: verbatim("missed") },
    ],
    [
      "the log line may come after the event",
      (one, at) => [closed(one, at), reported(one, at + 1, { reason: "client-closed" })],
      { reason: "client-closed", inferred: false },
    ],
    [
      "the error line says more than the closing line after it",
      (one, at) => [
        reported(one, at, { reason: "forced", detail: "deploy", final: false }),
        reported(one, at + 1, { reason: "client-closed" }),
        closed(one, at + 1),
      ],
      { reason: "forced", inferred: false, detail: verbatim("deploy") },
    ],
    [
      "a client that hangs up because its channel was timed out: the link between the two is inferred",
      (one, at) => [
        reported(one, at, { reason: "consumer-timeout", detail: "timed out", final: false }),
        reported(one, at + 20, { reason: "client-closed" }),
      ],
      { reason: "consumer-timeout", inferred: true, detail: verbatim("timed out") },
    ],
    ["the log alone is enough", (one, at) => [reported(one, at, {})], { reason: "connection-lost", inferred: false }],
    ["events alone name no reason", (one, at) => [closed(one, at)], { reason: "unknown", inferred: false }],
  ];
  test.each(cases)("%s", (_, events, expected) => {
    const world = flowing();
    const one = connection(1, world.nowMs());
    world.poll({ connections: [one] });
    const atMs = world.nowMs() + 800;
    const { facts } = world.pushEvents(events(one, atMs), SECOND);
    expect(facts.sessions).toMatchObject([{ end: expected }]);
    const closedMs = facts.sessions[0]?.closedMs ?? 0;
    expect(closedMs - atMs, "the broker's own time, not that of the tick").toBeLessThanOrEqual(20);
    expect(only(world)).toMatchObject({ state: "absent", lastEnd: { ...expected, atMs: closedMs } });
  });

  test("a log line long after the end explains it, and nothing is counted twice", () => {
    const world = flowing();
    const one = connection(1, world.nowMs() - HOUR);
    world.poll({ connections: [one] });
    const { facts: vanished } = world.poll({ connections: [] });
    expect(vanished.sessions).toMatchObject([{ end: { reason: "unknown" } }]);
    const { facts } = world.pushEvents([reported(one, world.nowMs() - 10, { reason: "heartbeat" })], 20 * SECOND);
    expect(facts.sessions).toMatchObject([{ end: { reason: "heartbeat", inferred: false } }]);
    expect(only(world)).toMatchObject({ unreplaced: 1, lastEnd: { reason: "heartbeat", inferred: false } });
  });

  test("a log line about a former connection of a port does not explain its next one", () => {
    const world = flowing();
    const first = connection(1, world.nowMs());
    world.poll({ connections: [first] });
    const second = connection(1, world.nowMs() + 4 * SECOND + MINUTE);
    world.poll({ connections: [second] }, MINUTE + 5 * SECOND);
    world.pushEvents(
      [reported(first, second.connectedAtMs ?? 0, { atMs: (second.connectedAtMs ?? 0) - 30 * SECOND })],
      SECOND,
    );
    expect(only(world)).toMatchObject({ state: "connected" });
  });
});

describe("what both events and the list report is counted once", () => {
  test("100 reconnects between two polls are one client, 101 sessions and 100 reconnects", () => {
    const world = flowing();
    const first = connection(1, world.nowMs() - HOUR);
    world.poll({ connections: [first], created: 1 });
    const events: BrokerEvent[] = [];
    let last = first;
    for (let n = 1; n <= 100; n++) {
      const atMs = world.nowMs() + n * 10;
      events.push(reported(last, atMs, {}), closed(last, atMs));
      last = connection(n + 1, atMs + 5);
      events.push(opened(last, atMs + 5));
    }
    const { facts } = world.pushEvents(events, 2 * SECOND);
    expect(facts.sessions).toHaveLength(101);
    expect(facts.sessions.filter((session) => session.end?.reason === "connection-lost")).toHaveLength(100);
    expect(only(world).reconnectsMs).toHaveLength(100);
    const { facts: polled } = world.poll({ connections: [last], created: 101 });
    expect(polled.sessions).toEqual([]);
    expect(only(world)).toMatchObject({ state: "connected", unreplaced: 0 });
    for (let n = 0; n < 5; n++) world.poll({ connections: [last], created: 101 });
    expect(world.memory().churn.balances.every((balance) => balance === 0)).toBe(true);
  });

  test("the same events, delivered again after our restart, change nothing", () => {
    const world = flowing();
    const first = connection(1, world.nowMs());
    const second = connection(2, world.nowMs() + SECOND);
    const events = [
      opened(first, world.nowMs()),
      closed(first, world.nowMs() + 500),
      opened(second, world.nowMs() + SECOND),
    ];
    world.pushEvents(events, 2 * SECOND);
    const before = only(world);
    const { facts } = world.pushEvents(events, SECOND);
    expect(facts.sessions).toEqual([]);
    expect(only(world)).toMatchObject({ reconnectsMs: before.reconnectsMs, state: "connected" });
  });

  test("the list shows a new connection late: until then the event is enough", () => {
    const world = flowing();
    world.poll({ connections: [] });
    const one = connection(1, world.nowMs() + 100);
    world.pushEvents([opened(one, world.nowMs() + 110)], SECOND);
    world.poll({ connections: [] }, 4 * SECOND);
    expect(only(world).state).toBe("connected");
    world.poll({ connections: [one] });
    expect(only(world)).toMatchObject({ state: "connected", reconnectsMs: [] });
    expect(world.memory().open.size).toBe(1);
  });

  test("a session that is never listed has ended without an event", () => {
    const world = flowing();
    world.poll({ connections: [] });
    const one = connection(1, world.nowMs() + 100);
    world.pushEvents([opened(one, world.nowMs() + 110)], SECOND);
    for (let n = 0; n < 6; n++) world.poll({ connections: [] });
    expect(world.memory().open.size).toBe(0);
  });

  test("a list older than the end does not bring a session back", () => {
    const world = flowing();
    const one = connection(1, world.nowMs() - HOUR);
    world.poll({ connections: [one] });
    world.pushEvents([reported(one, world.nowMs() + 100, {})], SECOND);
    world.poll({ connections: [one] }, 2 * SECOND);
    expect(world.memory().open.size).toBe(0);
    expect(only(world)).toMatchObject({ state: "absent", unreplaced: 1 });
  });

  test("the close of a probe belongs to no session", () => {
    const world = flowing();
    world.poll({ connections: [] });
    const { facts } = world.pushEvents([closed(connection(9, 0), world.nowMs())], SECOND);
    expect(facts.sessions).toEqual([]);
    expect(world.memory().clients.size).toBe(0);
  });
});

describe("a node that goes down ends its sessions", () => {
  const cases: readonly [string, Timeline, boolean, object][] = [
    ["it announced its stop", flowing(), true, { reason: "broker-stopped", inferred: false }],
    ["its log reached us and announced none", flowing(), false, { reason: "node-down", inferred: true }],
    ["nothing but polling", timeline(), false, { reason: "broker-stopped", inferred: true }],
  ];
  test.each(cases)("%s", (_, world, announced, expected) => {
    const one = connection(1, world.nowMs());
    world.poll({ connections: [one], created: 5 });
    const stoppedMs = world.nowMs() + 1_000;
    if (announced) world.pushEvents([{ kind: "stopping", atMs: stoppedMs, node: "rabbit@a" }], 1_000);
    world.poll({ failure: REFUSED });
    const blindMs = world.nowMs();
    const { facts } = world.poll({ connections: [], uptimeMs: null }, 20 * SECOND);
    expect(facts.sessions).toMatchObject([{ closedMs: announced ? stoppedMs : blindMs, end: expected }]);
    expect(facts.restarts).toEqual(["rabbit@a"]);
  });

  test.each([
    ["with the node,", false, "node-down"],
    ["before it,", true, "broker-stopped"],
  ])("the log broke off %s while a poll was answered", (_, earlier, reason) => {
    const world = flowing();
    const one = connection(1, world.nowMs());
    world.poll({ connections: [one], created: 5 });
    world.setPushStatus(brokenOff(world.nowMs() + (earlier ? 1_000 : 4_000)));
    world.poll({ connections: [one], created: 5, answerMs: 2_000 });
    world.poll({ failure: REFUSED });
    const { facts } = world.poll({ connections: [], uptimeMs: null }, 20_000);
    expect(facts.sessions).toMatchObject([{ end: { reason, inferred: true } }]);
  });

  test.each([
    ["and the log still arrives", "unreadable"],
    ["and the log broke off with the node", "connecting"],
  ] as const)("its log had lines that could not be read %s: nothing is concluded from it", (_, is) => {
    const world = flowing();
    world.poll({ connections: [connection(1, world.nowMs())], created: 5 });
    world.setPushStatus({ ...FLOWS, log: { is, sinceMs: world.nowMs() + 1_000, unreadable: 1, reason: null } });
    world.poll({ failure: REFUSED });
    const { facts } = world.poll({ connections: [], uptimeMs: null }, 20 * SECOND);
    expect(facts.sessions).toMatchObject([{ end: { reason: "broker-stopped", inferred: true, detail: null } }]);
  });

  test("sessions that were never listed end with the node too; later ones stay open", () => {
    const world = flowing();
    world.poll({ connections: [], created: 5 });
    const early = connection(1, world.nowMs() + 1_000);
    world.pushEvents([opened(early, world.nowMs() + 1_010)], 2_000);
    world.poll({ failure: REFUSED }, 1_000);
    const late = connection(2, world.nowMs() + 4_000);
    world.pushEvents([opened(late, world.nowMs() + 4_010)], 5_000);
    const { facts } = world.poll({ connections: [], uptimeMs: null }, 1_000);
    const ended = facts.sessions.filter((session) => session.end !== null);
    expect(ended).toMatchObject([{ connection: early.name, end: { reason: "node-down" } }]);
    expect([...world.memory().open.values()].map((session) => session.connection)).toEqual([late.name]);
  });

  test("stop_app and start_app leave the uptime running: the counters start afresh", () => {
    const world = flowing();
    const one = connection(1, world.nowMs());
    world.poll({ connections: [one], created: 5 });
    const { facts } = world.poll({ connections: [], created: 1 });
    expect(facts.restarts).toEqual(["rabbit@a"]);
    expect(facts.sessions).toMatchObject([{ end: { reason: "node-down", inferred: true } }]);
  });
});

test("while the management API is unavailable, events are applied all the same", () => {
  const world = flowing();
  const one = connection(1, world.nowMs());
  world.poll({ connections: [one] });
  world.poll({ failure: REFUSED });
  const { facts } = world.poll({
    failure: REFUSED,
    events: [reported(one, world.nowMs() + 10, { reason: "heartbeat" })],
  });
  expect(facts.sessions).toMatchObject([{ end: { reason: "heartbeat", inferred: false } }]);
  expect(only(world).state).toBe("absent");
});

test("a refused login is recorded with its user and reason, and opens no session", () => {
  const world = flowing();
  const refused = {
    kind: "refused",
    atMs: 1,
    user: "app",
    connection: "a:1 -> b:2",
    detail: "invalid credentials",
  } as const;
  world.pushEvents([refused, closed(connection(3, 0), 2)], SECOND);
  expect(world.memory().refusals).toEqual([refused]);
  expect(world.memory().clients.size).toBe(0);
});

test.each(["event first", "list first"])("the reader's pid is stored with its session: %s", (order) => {
  const world = flowing();
  const one = connection(4, world.nowMs());
  const pushEvents = () => world.pushEvents([opened(one, world.nowMs())], SECOND);
  if (order === "event first") pushEvents();
  world.poll({ connections: [one] });
  const { facts } = order === "list first" ? pushEvents() : world.poll({ connections: [{ ...one, recvOct: 108 }] });
  expect([...world.memory().open.values()].map((session) => session.pid)).toEqual(["<0.7.0>"]);
  expect(facts.sessions.map((session) => session.pid)).toEqual(order === "list first" ? ["<0.7.0>"] : []);
});
