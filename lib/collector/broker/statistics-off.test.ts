import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { MINUTE, SECOND } from "@/lib/base/time/duration";
import { areClientsKnown, connectionsOf } from "@/lib/collector/broker/derive/coverage";
import type { Derived } from "@/lib/collector/broker/derive/facts";
import { FLOWS, type Poll, type Timeline, timeline } from "@/lib/collector/broker/timeline.testing";
import type { BrokerNode, Connection } from "@/lib/rabbitmq/api/broker";
import { aConnection } from "@/lib/rabbitmq/api/connection.testing";
import { parseConnections, parseNodes, parseOverview, parseQueues } from "@/lib/rabbitmq/api/parse";
import { parseChannels } from "@/lib/rabbitmq/api/parse-channels";
import type { BrokerEvent } from "@/lib/rabbitmq/events/event";

const recorded = (version: string, file: string): unknown =>
  JSON.parse(readFileSync(`lib/rabbitmq/api/recorded/${version}/${file}.json`, "utf8"));
const rowsOf = (json: unknown): readonly Connection[] => {
  const parsed = parseConnections(json);
  if (!parsed.ok) throw new Error("not a list of connections");
  return parsed.value.rows;
};

const NODE = "rabbit@a";
const OPENED_MS = Date.UTC(2026, 10, 21);
const worker = aConnection(1, { userProvidedName: "worker-1", timeoutSeconds: 60, connectedAtMs: OPENED_MS });
const opened = (connection: Connection, pid = "<0.7.0>"): BrokerEvent => ({
  kind: "opened",
  atMs: OPENED_MS,
  connection: { ...connection, state: null, recvOct: null, sendOct: null },
  pid,
});
/** Its row in a list without statistics. */
const named = ({ name, vhost, user, node }: Connection): Connection => ({
  ...{ name, vhost, user, node, userProvidedName: null, product: null, productVersion: null, platform: null },
  ...{ protocol: null, peerHost: null, state: null, timeoutSeconds: null, connectedAtMs: null },
  ...{ recvOct: null, sendOct: null, namesOnly: true },
});
/** A broker with `management_agent.disable_metrics_collector = true`. */
const off = (poll: Poll): Poll => ({ uptimeMs: null, statsDisabled: true, consumers: null, ...poll });
const polls = (t: Timeline, poll: Poll, forMs: number): Derived[] =>
  Array.from({ length: forMs / (5 * SECOND) }, () => t.poll(off(poll)));
const states = (t: Timeline) => [...t.memory().clients.values()].map(({ name, state }) => `${name} ${state}`);
const sampled = (derived: Derived | undefined, signal: string) =>
  derived?.facts.readings.filter((reading) => reading.signal === signal).map(({ value }) => value);

test.each([
  ["3.10.8", 2],
  // Without its metrics collector this version lists no connection, though it counts two.
  ["4.3.6", 0],
])("%s: what the answers have", (version, listed) => {
  const rows = rowsOf(recorded(version, "connections-no-collector"));
  expect(rows.map(({ connectedAtMs, namesOnly }) => ({ connectedAtMs, namesOnly }))).toEqual(
    Array(listed).fill({ connectedAtMs: null, namesOnly: true }),
  );
  const overview = parseOverview(recorded(version, "overview-no-collector"));
  expect(overview).toMatchObject({
    ok: true,
    value: { statsDisabled: true, connections: 2, connectionsCreated: null },
  });
  expect(parseNodes(recorded(version, "nodes-no-collector"))).toMatchObject({
    value: { rows: [{ running: true, uptimeMs: null, memoryAlarm: null }] },
  });
  // With enable_queue_totals=true.
  expect(parseQueues(recorded(version, "queues-no-collector"), "main")).toMatchObject({
    value: { rows: [{ ready: 0, unacked: 0, consumers: null }] },
  });
  expect(parseChannels(recorded(version, "channels-no-collector")).ok).toBe(version === "4.3.6");
});

test("4.3.6 names the connections of one user, and lists them with names where only the management plugin has none", () => {
  const ofUser = rowsOf(recorded("4.3.6", "connections-of-user-no-collector"));
  expect(ofUser.map(({ namesOnly, user }) => [namesOnly, user])).toEqual([
    [true, "guest"],
    [true, "guest"],
  ]);
  const rows = rowsOf(recorded("4.3.6", "connections-stats-disabled"));
  expect(
    rows.map(({ namesOnly, userProvidedName, timeoutSeconds, recvOct }) => [
      namesOnly,
      userProvidedName,
      timeoutSeconds,
      recvOct,
    ]),
  ).toEqual([
    [undefined, "worker-1", 20, null],
    [undefined, null, 20, null],
  ]);
});

describe("with events, and a list of names", () => {
  test("one session, whichever reports it first; the client stays connected", () => {
    for (const first of ["event", "list"] as const) {
      const t = timeline([], FLOWS);
      if (first === "event") t.pushEvents([opened(worker)], SECOND);
      t.poll(off({ connections: [named(worker)], total: 1 }));
      if (first === "list") t.pushEvents([opened(worker)], SECOND);
      polls(t, { connections: [named(worker)], total: 1 }, 10 * MINUTE);
      expect([...t.memory().open.values()].map(({ pid, timeoutSeconds }) => [pid, timeoutSeconds])).toEqual([
        ["<0.7.0>", 60],
      ]);
      expect(states(t), first).toEqual(["worker-1 connected"]);
    }
  });

  test("its end has the reason of the log, long after it opened", () => {
    const t = timeline([], FLOWS);
    t.pushEvents([opened(worker)], SECOND);
    polls(t, { connections: [named(worker)], total: 1 }, 16 * MINUTE);
    const close = { atMs: t.nowMs() + 1, connection: worker.name };
    t.pushEvents(
      [
        { kind: "close-reason", ...close, reason: "heartbeat", detail: null, final: true },
        { kind: "closed", ...close, node: NODE },
      ],
      SECOND,
    );
    // An answer that was on its way when it closed opens nothing.
    t.poll(off({ connections: [named(worker)], total: 1 }));
    expect(t.memory().open.size).toBe(0);
    polls(t, { connections: [], total: 0 }, MINUTE);
    const [client] = t.memory().clients.values();
    expect(client).toMatchObject({ state: "absent", lastEnd: { reason: "heartbeat", inferred: false } });
  });

  test("silence is not measured, and no client is late", () => {
    const t = timeline([], FLOWS);
    t.pushEvents([opened(worker)], SECOND);
    const derived = polls(t, { connections: [named(worker)], total: 1 }, 10 * MINUTE);
    for (const signal of ["client.heartbeat.silence", "client.heartbeat.missed", "client.consumers.idle"]) {
      expect(
        derived.flatMap((one) => sampled(one, signal) ?? []),
        signal,
      ).toEqual([]);
    }
    expect(t.memory().silence.size).toBe(0);
  });

  test("a client without a name is known too, though its consumers are not listed", () => {
    const unnamed = { ...worker, userProvidedName: null };
    const t = timeline([], FLOWS);
    polls(t, { total: 0 }, 10 * SECOND);
    t.pushEvents([opened(unnamed)], SECOND);
    polls(t, { connections: [named(unnamed)], total: 1 }, 10 * MINUTE);
    expect(states(t)).toEqual(["amqplib app@10.0.0.1 connected"]);
  });
});

test("with names alone connections are counted, clients are not measured", () => {
  const t = timeline();
  const connections = [named(worker), named(aConnection(2))];
  const last = polls(t, { connections, total: 2 }, 10 * MINUTE).at(-1);
  expect(sampled(last, "broker.connections")).toEqual([2]);
  expect(sampled(last, "broker.clients.connected")).toEqual([null]);
  expect([...t.memory().clients.values()]).toEqual([]);
  // A port that is used again is another session.
  polls(t, { connections: [], total: 0 }, 16 * MINUTE);
  polls(t, { connections, total: 2 }, 10 * SECOND);
  expect(t.memory().open.size).toBe(2);
});

describe("an empty list of connections that the broker counts", () => {
  test("ends no session; events still do", () => {
    const t = timeline([], FLOWS);
    t.pushEvents([opened(worker)], SECOND);
    polls(t, { connections: [], total: 1 }, 10 * MINUTE);
    expect(states(t)).toEqual(["worker-1 connected"]);
    expect(areClientsKnown(t.memory())).toBe(true);
    t.pushEvents([{ kind: "closed", atMs: t.nowMs(), node: NODE, connection: worker.name }], SECOND);
    expect(states(t)).toEqual(["worker-1 absent"]);
  });

  test("without events nothing is counted as zero", () => {
    const t = timeline();
    const last = polls(t, { connections: [], total: 7 }, MINUTE).at(-1);
    expect(connectionsOf(t.memory())).toBe(7);
    expect(sampled(last, "broker.clients.connected")).toEqual([null]);
  });

  test("the list of a user ends the sessions of that user", () => {
    const t = timeline([], FLOWS);
    const other = aConnection(2, { user: "other", userProvidedName: "other", connectedAtMs: OPENED_MS });
    t.pushEvents([opened(worker), opened(other, "<0.8.0>")], SECOND);
    const coverage = { names: false, users: new Set(["app"]), metrics: new Map() };
    polls(t, { connections: [named(worker)], total: 2, coverage }, 20 * MINUTE);
    expect(states(t)).toEqual(["worker-1 connected", "other connected"]);
    polls(t, { connections: [], total: 1, coverage }, MINUTE);
    expect(states(t)).toEqual(["worker-1 absent", "other connected"]);
  });
});

describe("with the octets of a node's metrics", () => {
  const metered = (octets: ReadonlyMap<string, { recvOct: number; sendOct: number }>) => ({
    names: false,
    users: new Set<string>(),
    metrics: new Map([[NODE, { node: NODE, octets, unreadable: 0 }]]),
  });

  test.each([
    ["listed by name", [named(worker)]],
    ["not listed", []],
  ])("a silent client is late before the broker closes it: %s", (_, connections) => {
    const t = timeline([], FLOWS);
    t.pushEvents([opened(worker)], SECOND);
    const startMs = t.nowMs();
    const silentMs = startMs + 10 * MINUTE;
    let lateMs = Number.NaN;
    while (t.nowMs() < startMs + 15 * MINUTE) {
      // Heartbeats arrive every T/2, and numbers every 5 s.
      const recvOct = Math.floor((Math.min(t.nowMs(), silentMs) - startMs) / (30 * SECOND));
      const sendOct = Math.floor((t.nowMs() - startMs) / (30 * SECOND));
      const octets = new Map([["<0.7.0>", { recvOct, sendOct }]]);
      t.poll(off({ connections, total: 1, coverage: metered(octets) }));
      const isLate = [...t.memory().open.values()].some((session) => session.lateSinceMs !== null);
      if (isLate && Number.isNaN(lateMs)) lateMs = t.nowMs() - silentMs;
    }
    expect(lateMs).toBeGreaterThan(60 * SECOND);
    expect(lateMs).toBeLessThan(120 * SECOND);
  });

  test("a reader that is gone has ended", () => {
    const t = timeline([], FLOWS);
    t.pushEvents([opened(worker)], SECOND);
    for (let at = 0; at < 240; at++) {
      const octets = new Map([["<0.7.0>", { recvOct: at, sendOct: at }]]);
      t.poll(off({ connections: [], total: 1, coverage: metered(octets) }));
    }
    expect(states(t)).toEqual(["worker-1 connected"]);
    polls(t, { connections: [], total: 1, coverage: metered(new Map()) }, MINUTE);
    expect(states(t)).toEqual(["worker-1 absent"]);
  });
});

describe("one node of a cluster without the management plugin", () => {
  const node = (name: string, uptimeMs: number | null): BrokerNode => ({
    ...{ name, running: true, memoryUsedBytes: null, memoryLimitBytes: null, memoryAlarm: null, diskAlarm: null },
    uptimeMs,
  });
  const onB = aConnection(2, { node: "rabbit@b", userProvidedName: "on-b", connectedAtMs: OPENED_MS });
  const poll = (t: Timeline, coverage?: Poll["coverage"], names: readonly Connection[] = []) =>
    t.poll({
      connections: [{ ...worker, recvOct: t.nowMs(), sendOct: t.nowMs() }, ...names],
      nodes: [node(NODE, t.nowMs() - OPENED_MS + MINUTE), node("rabbit@b", null)],
      ...(coverage === undefined ? {} : { coverage }),
    });
  const names = { names: true, users: new Set<string>(), metrics: new Map() };

  test("its clients are not departed because its list lacks them", () => {
    const t = timeline([], FLOWS);
    t.pushEvents([opened(onB)], SECOND);
    for (let at = 0; at < 360; at++) poll(t);
    expect(states(t)).toEqual(["on-b connected", "worker-1 connected"]);
  });

  test("named, they end when their name is no longer listed, and the others are judged as ever", () => {
    const t = timeline([], FLOWS);
    t.pushEvents([opened(onB)], SECOND);
    for (let at = 0; at < 60; at++) poll(t, names, [named(onB)]);
    expect(states(t)).toEqual(["on-b connected", "worker-1 connected"]);
    poll(t, names);
    expect(states(t)).toEqual(["on-b absent", "worker-1 connected"]);
  });
});
