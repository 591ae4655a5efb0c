import { describe, expect, test } from "vitest";
import { MINUTE, SECOND } from "@/lib/base/time/duration";
import { FLOWS, type Timeline, timeline } from "@/lib/collector/broker/timeline.testing";
import type { Connection } from "@/lib/rabbitmq/api/broker";
import { aConnection } from "@/lib/rabbitmq/api/connection.testing";
import { DEFAULT_FOLDING_RULE_IDS } from "@/lib/rabbitmq/clients/folding-rules";
import type { EndReason } from "@/lib/rabbitmq/events/end-reason";

/** A connection without a name, and the queues it consumes. */
interface Unnamed {
  readonly connection: Connection;
  readonly queues: readonly string[];
}

const unnamed = (
  line: Timeline,
  port: number,
  queues: readonly string[],
  facts: Partial<Connection> = {},
): Unnamed => ({
  connection: aConnection(port, { userProvidedName: null, connectedAtMs: line.nowMs(), ...facts }),
  queues,
});

/** Polls of connections that send heartbeats, and how often a client was reported lost. */
function polls(line: Timeline, ms: number, all: readonly Unnamed[]): number {
  const consumers = all.flatMap(({ connection, queues }) =>
    queues.map((queue) => ({ connection: connection.name, queue, tag: queue })),
  );
  let lost = 0;
  for (let at = 0; at < ms; at += 5 * SECOND) {
    const connections = all.map(({ connection }) => ({ ...connection, recvOct: line.nowMs() }));
    const { facts } = line.poll({ connections, consumers });
    lost += facts.readings.filter(({ signal, value }) => signal === "client.lost" && value === 1).length;
  }
  return lost;
}

function ends(line: Timeline, { connection }: Unnamed, reason: EndReason): void {
  const atMs = line.nowMs();
  line.pushEvents(
    [
      { kind: "close-reason", atMs, connection: connection.name, reason, detail: null, final: true },
      { kind: "closed", atMs, node: "rabbit@a", connection: connection.name },
    ],
    SECOND,
  );
}

const clientsOf = (line: Timeline) =>
  [...line.memory().clients.values()]
    .filter(({ state }) => state !== "departed")
    .map(({ name, state, reconnectsMs }) => [name, state, reconnectsMs.length])
    .toSorted();
const likelyOf = (line: Timeline) => [...line.memory().open.values()].map(({ likely }) => likely);

const WORKER = "amqplib app@10.0.0.1 (mail)";

/** A worker that consumes `mail` has lost its connection. */
function withoutWorker(reason: EndReason = "connection-lost", queues: readonly string[] = ["mail"]) {
  const line = timeline([], FLOWS);
  const worker = unnamed(line, 1, queues);
  polls(line, 2 * MINUTE, [worker]);
  ends(line, worker, reason);
  return line;
}

describe("an unnamed client that is back without its consumers", () => {
  test.each(["connection-lost", "heartbeat", "broker-stopped"] as const)("is likely the same after %s", (reason) => {
    const line = withoutWorker(reason);
    polls(line, 10 * SECOND, []);
    expect(polls(line, 7 * MINUTE, [unnamed(line, 2, [])])).toBe(0);
    expect(clientsOf(line)).toEqual([[WORKER, "connected", 1]]);
    expect(likelyOf(line)).toEqual([true]);
  });

  test.each([1, 4, 9])("%i s after it was disconnected for missed heartbeats: nothing is reported", (afterSeconds) => {
    const line = withoutWorker("heartbeat");
    line.wait(afterSeconds * SECOND);
    const next = unnamed(line, 2, []);
    const missed = () =>
      line
        .poll({ connections: [{ ...next.connection, recvOct: line.nowMs() }], consumers: [] })
        .facts.readings.flatMap(({ signal, value }) => (signal === "client.heartbeat.missed" ? [value] : []));
    const values = Array.from({ length: 12 }, missed).flat();
    expect(values.filter((value) => value !== 0)).toEqual([]);
    expect(clientsOf(line)).toEqual([[WORKER, "connected", 1]]);
  });

  test("a connection of another host holds nothing back", () => {
    const line = withoutWorker("heartbeat");
    const other = unnamed(line, 2, [], { peerHost: "10.0.0.2", name: "10.0.0.2:2 -> 10.0.0.9:5672" });
    const missed = () =>
      line
        .poll({ connections: [other.connection], consumers: [] })
        .facts.readings.flatMap(({ signal, value }) => (signal === "client.heartbeat.missed" ? [value] : []));
    expect(Array.from({ length: 4 }, missed).flat()).toContain(2);
  });

  test("is likely the same with some of its consumers", () => {
    const line = withoutWorker("connection-lost", ["audit", "mail"]);
    expect(polls(line, 7 * MINUTE, [unnamed(line, 2, ["mail"])])).toBe(0);
    expect(clientsOf(line)).toEqual([["amqplib app@10.0.0.1 (audit, mail)", "connected", 1]]);
  });

  test("is likely the same where its new connection opened before the broker closed the old one", () => {
    const line = timeline([], FLOWS);
    const worker = unnamed(line, 1, ["mail"]);
    polls(line, 2 * MINUTE, [worker]);
    const next = unnamed(line, 2, []);
    polls(line, MINUTE, [worker, next]);
    ends(line, worker, "heartbeat");
    expect(polls(line, 7 * MINUTE, [next])).toBe(0);
    expect(clientsOf(line)).toEqual([[WORKER, "connected", 1]]);
    expect(likelyOf(line)).toEqual([true]);
  });

  test("is certain again once it consumes what it consumed", () => {
    const line = withoutWorker();
    const next = unnamed(line, 2, []);
    polls(line, 2 * MINUTE, [next]);
    polls(line, MINUTE, [{ ...next, queues: ["mail"] }]);
    expect(clientsOf(line)).toEqual([[WORKER, "connected", 1]]);
    expect(likelyOf(line)).toEqual([false]);
  });

  test("was another one if it then consumes something else: the first one is away since its end", () => {
    const line = withoutWorker();
    const next = unnamed(line, 2, []);
    expect(polls(line, 2 * MINUTE, [next])).toBe(0);
    expect(polls(line, MINUTE, [{ ...next, queues: ["invoices"] }])).toBe(0);
    expect(clientsOf(line)).toEqual([
      ["amqplib app@10.0.0.1 (invoices)", "connected", 0],
      [WORKER, "absent", 0],
    ]);
    expect(polls(line, 5 * MINUTE, [{ ...next, queues: ["invoices"] }])).toBeGreaterThan(0);
  });

  test("keeps being likely across a restart of Lastbeat", () => {
    const line = withoutWorker();
    const next = unnamed(line, 2, []);
    polls(line, 2 * MINUTE, [next]);
    line.restart(DEFAULT_FOLDING_RULE_IDS);
    expect(polls(line, 7 * MINUTE, [next])).toBe(0);
    expect(clientsOf(line)).toEqual([[WORKER, "connected", 1]]);
    expect(likelyOf(line)).toEqual([true]);
  });

  test("one of two that are away: which of them is not known, so neither is assumed", () => {
    const line = timeline([], FLOWS);
    const both = [unnamed(line, 1, ["mail"]), unnamed(line, 2, ["audit"])];
    polls(line, 2 * MINUTE, both);
    for (const one of both) ends(line, one, "connection-lost");
    polls(line, 7 * MINUTE, [unnamed(line, 3, [])]);
    expect(clientsOf(line).map(([, state]) => state)).toEqual(["lost", "lost", "connected"]);
  });

  test("one of two that are away, and the other is back with its queue", () => {
    const line = timeline([], FLOWS);
    const both = [unnamed(line, 1, ["mail"]), unnamed(line, 2, ["audit"])];
    polls(line, 2 * MINUTE, both);
    for (const one of both) ends(line, one, "connection-lost");
    const next = unnamed(line, 3, []);
    expect(polls(line, MINUTE, [next])).toBe(0);
    expect(polls(line, 7 * MINUTE, [next, unnamed(line, 4, ["audit"])])).toBe(0);
    expect(clientsOf(line).map(([, state]) => state)).toEqual(["connected", "connected"]);
  });

  test("two of two that are away, one after the other", () => {
    const line = timeline([], FLOWS);
    const both = [unnamed(line, 1, ["mail"]), unnamed(line, 2, ["audit"])];
    polls(line, 2 * MINUTE, both);
    for (const one of both) ends(line, one, "connection-lost");
    const next = unnamed(line, 3, []);
    expect(polls(line, MINUTE, [next])).toBe(0);
    expect(polls(line, 7 * MINUTE, [next, unnamed(line, 4, [])])).toBe(0);
    expect(clientsOf(line).map(([, state]) => state)).toEqual(["connected", "connected"]);
  });

  test("both of two that are away: neither is lost", () => {
    const line = timeline([], FLOWS);
    const both = [unnamed(line, 1, ["mail"]), unnamed(line, 2, ["audit"])];
    polls(line, 2 * MINUTE, both);
    for (const one of both) ends(line, one, "connection-lost");
    expect(polls(line, 7 * MINUTE, [unnamed(line, 3, []), unnamed(line, 4, ["audit"])])).toBe(0);
    expect(clientsOf(line)).toEqual([
      ["amqplib app@10.0.0.1 (audit)", "connected", 1],
      [WORKER, "connected", 1],
    ]);
  });
});

describe("a connection that is another client's", () => {
  test.each([
    ["from another host", { peerHost: "10.0.0.2", name: "10.0.0.2:2 -> 10.0.0.9:5672" }, []],
    ["of another user", { user: "shop" }, []],
    ["of another product", { product: "Pika Python Client Library" }, []],
    ["on another virtual host", { vhost: "shop" }, []],
    ["with other queues", {}, ["invoices"]],
    ["with a name", { userProvidedName: "billing" }, []],
  ] satisfies [string, Partial<Connection>, string[]][])("%s: the worker is lost", (_, facts, queues) => {
    const line = withoutWorker();
    expect(polls(line, 7 * MINUTE, [unnamed(line, 2, queues, facts)])).toBeGreaterThan(0);
    expect(
      clientsOf(line)
        .map(([, state]) => state)
        .toSorted(),
    ).toEqual(["connected", "lost"]);
  });

  test("after its window: the worker has been lost, and stays so", () => {
    const line = withoutWorker();
    polls(line, 7 * MINUTE, []);
    polls(line, 5 * MINUTE, [unnamed(line, 2, [])]);
    expect(
      clientsOf(line)
        .map(([, state]) => state)
        .toSorted(),
    ).toEqual(["connected", "lost"]);
  });

  test("a publisher of the same host that is back too", () => {
    const line = timeline([], FLOWS);
    const all = [unnamed(line, 1, ["mail"]), unnamed(line, 2, [])];
    polls(line, 2 * MINUTE, all);
    for (const one of all) ends(line, one, "broker-stopped");
    expect(polls(line, 7 * MINUTE, [unnamed(line, 3, []), unnamed(line, 4, [])])).toBe(0);
    expect(clientsOf(line)).toEqual([
      [WORKER, "connected", 1],
      ["amqplib app@10.0.0.1", "connected", 1],
    ]);
  });

  test("a publisher that stayed connected does not stand in for the worker", () => {
    const line = timeline([], FLOWS);
    const worker = unnamed(line, 1, ["mail"]);
    const publisher = unnamed(line, 2, []);
    polls(line, 2 * MINUTE, [worker, publisher]);
    ends(line, worker, "connection-lost");
    expect(polls(line, 7 * MINUTE, [publisher])).toBeGreaterThan(0);
  });

  test("a script that closed in order was not the worker, which is lost at its own time", () => {
    const line = withoutWorker();
    const script = unnamed(line, 2, []);
    expect(polls(line, 2 * MINUTE, [script])).toBe(0);
    ends(line, script, "client-closed");
    expect(polls(line, 2 * MINUTE, [])).toBe(0);
    expect(polls(line, 2 * MINUTE, [])).toBeGreaterThan(0);
    expect(clientsOf(line)).toEqual([[WORKER, "lost", 0]]);
  });

  test("a client that lost its connection again is away since then", () => {
    const line = withoutWorker();
    const next = unnamed(line, 2, []);
    polls(line, 4 * MINUTE, [next]);
    ends(line, next, "connection-lost");
    expect(polls(line, 4 * MINUTE, [])).toBe(0);
    expect(clientsOf(line)).toEqual([[WORKER, "absent", 1]]);
  });
});
