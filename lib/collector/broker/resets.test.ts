import { describe, expect, test } from "vitest";
import { verbatim } from "@/lib/base/messages/reason";
import { HOUR, MINUTE, SECOND } from "@/lib/base/time/duration";
import type { Derived } from "@/lib/collector/broker/derive/facts";
import { type Poll, type Timeline, timeline } from "@/lib/collector/broker/timeline.testing";
import type { BrokerNode, Channel, Connection } from "@/lib/rabbitmq/api/broker";
import { aConnection } from "@/lib/rabbitmq/api/connection.testing";

const POLL_MS = 5 * SECOND;

const connection = (line: Timeline, port: number, of: Partial<Connection> = {}): Connection =>
  aConnection(port, {
    ...{ userProvidedName: `worker-${port}`, connectedAtMs: line.nowMs() - MINUTE, recvOct: 0, sendOct: 0 },
    ...of,
  });

const beating = (connections: readonly Connection[], octets: number | null): readonly Connection[] =>
  connections.map((one) => ({ ...one, recvOct: octets, sendOct: octets }));

/** Everything a tick tells that may never fall below zero. */
function expectSound({ facts }: Derived): void {
  const stored = facts.samples.flatMap((sample) => sample.values);
  for (const value of [...stored, ...facts.readings.map((one) => one.value)]) {
    expect(value === null || value >= 0).toBe(true);
  }
}
const clientsOf = (line: Timeline) => [...line.memory().clients.values()];
const states = (line: Timeline): string =>
  clientsOf(line)
    .map((one) => one.state)
    .join(" ");
const reconnects = (line: Timeline): number => clientsOf(line).flatMap((one) => one.reconnectsMs).length;
const unseenIn = ({ facts }: Derived): number | null =>
  facts.readings.find((one) => one.signal === "broker.sessions.unseen")?.value ?? null;

describe("the statistics are reset and the node does not restart (management_db restarted, management plugin switched)", () => {
  test.each<[string, readonly (readonly [octets: number | null, created: number | null])[]]>([
    ["at once", [[8, 0]]],
    [
      "with nothing told for two polls",
      [
        [null, null],
        [null, 0],
      ],
    ],
    ["and counters of bytes fall as well", [[0, 0]]],
  ])("%s: nobody ended, came back or is late, and no restart is told", (_, reset) => {
    const line = timeline();
    const all = [1, 2].map((port) => connection(line, port));
    for (let octets = 1; octets <= 6; octets++) line.poll({ connections: beating(all, 1_000 * octets), created: 50 });
    const ticks = reset.map(([octets, created]) => line.poll({ connections: beating(all, octets), created }));
    for (let octets = 1; octets <= 12; octets++)
      ticks.push(line.poll({ connections: beating(all, 8 * octets), created: 0 }));
    for (const tick of ticks) {
      expectSound(tick);
      expect(tick.facts.restarts).toEqual([]);
      expect(unseenIn(tick) ?? 0).toBe(0);
    }
    expect([states(line), reconnects(line), line.memory().open.size]).toEqual(["connected connected", 0, 2]);
    expect(clientsOf(line).map((one) => one.lastEnd)).toEqual([null, null]);
  });

  test("a client that disconnects at that moment did not go down with a node", () => {
    const line = timeline();
    const all = [1, 2].map((port) => connection(line, port));
    for (let octets = 1; octets <= 6; octets++) line.poll({ connections: beating(all, 1_000 * octets), created: 50 });
    const { facts } = line.poll({ connections: beating(all.slice(1), 9_000), created: 0 });
    expect(facts.sessions.map((session) => session.end)).toEqual([
      { reason: "unknown", inferred: false, detail: null },
    ]);
    expect(facts.restarts).toEqual([]);
  });

  test("a channel's counter fell: there is no rate, and none is negative", () => {
    const line = timeline();
    const one = connection(line, 1);
    const channel = (count: number): Channel => ({
      ...{ name: `${one.name} (1)`, connection: one.name, consumers: 1, prefetch: 5, globalPrefetch: 0, unacked: 0 },
      ...{ published: count, delivered: count, acked: count },
    });
    const rates = [100, 200, 3, 103].map((count, at) => {
      line.poll({ connections: beating([one], 8 * at), channels: [channel(count)] });
      return clientsOf(line).map((client) => line.memory().activity.clients.get(client.id)?.rates.publish ?? null);
    });
    expect(rates).toEqual([[null], [20], [null], [20]]);
  });
});

describe("a lone node restarts: its counters and its uptime are reset", () => {
  test.each<[string, readonly Poll[]]>([
    ["seen with the next poll", [{ uptimeMs: 2_000, created: 2 }]],
    [
      "seen before it has numbers",
      [
        { uptimeMs: null, created: null },
        { uptimeMs: 7_000, created: 2 },
      ],
    ],
  ])("%s: each client came back once, the restart is told once, and nobody is unseen", (_, story) => {
    const line = timeline();
    const before = [1, 2].map((port) => connection(line, port));
    for (let octets = 1; octets <= 6; octets++)
      line.poll({ connections: beating(before, 1_000 * octets), created: 50 });
    const again = [1, 2].map((port) =>
      connection(line, port + 10, { userProvidedName: `worker-${port}`, connectedAtMs: line.nowMs() + 4 * SECOND }),
    );
    const ticks = story.map((poll, at) => line.poll({ ...poll, connections: beating(again, 8 * at) }));
    const upMs = ticks.length * POLL_MS + 2_000;
    for (let octets = 0; octets < 12; octets++) {
      ticks.push(
        line.poll({ connections: beating(again, 100 + octets), created: 2, uptimeMs: upMs + octets * POLL_MS }),
      );
    }
    for (const tick of ticks) {
      expectSound(tick);
      expect(unseenIn(tick) ?? 0).toBe(0);
    }
    expect(ticks.flatMap((tick) => tick.facts.restarts)).toEqual(["rabbit@a"]);
    expect([states(line), reconnects(line)]).toEqual(["connected connected", 2]);
    expect(clientsOf(line).map((one) => one.lastEnd?.reason)).toEqual(["broker-stopped", "broker-stopped"]);
  });
});

describe("a cluster of two: the broker's counters are the sum over the nodes that answer", () => {
  const node = (name: string, uptimeMs: number | null, running = true): BrokerNode => ({
    ...{ name, running, uptimeMs },
    ...{ memoryUsedBytes: null, memoryLimitBytes: null, memoryAlarm: null, diskAlarm: null },
  });

  /** One client on each node, 40 sessions counted by `a` and 60 by `b`, polled for half a minute. */
  function cluster() {
    const line = timeline();
    const onA = connection(line, 1);
    const onB = connection(line, 2, { node: "rabbit@b" });
    let octets = 0;
    const upMs = () => HOUR + octets * POLL_MS;
    const poll = (b: BrokerNode, created: number, listed: readonly Connection[]) => {
      octets++;
      const nodes = [node("rabbit@a", upMs()), b];
      const tick = line.poll({ nodes, created, connections: beating(listed, 1_000 + octets) });
      expectSound(tick);
      expect(unseenIn(tick) ?? 0).toBe(0);
      return tick;
    };
    const well = () => node("rabbit@b", upMs());
    for (let polls = 0; polls < 6; polls++) poll(well(), 100, [onA, onB]);
    return { line, onA, onB, poll, well };
  }
  const endOf = (line: Timeline, port: number) =>
    clientsOf(line).find((one) => one.name === `worker-${port}`)?.lastEnd ?? null;

  test("one is killed and starts again: its clients disconnect and come back, and its restart is reported once", () => {
    const { line, onA, onB, poll } = cluster();
    const ticks = [poll(node("rabbit@b", null, false), 40, [onA])];
    expect(endOf(line, 2)).toMatchObject({ reason: "node-down", inferred: true });
    for (let polls = 0; polls < 3; polls++) ticks.push(poll(node("rabbit@b", null, false), 40, [onA]));
    ticks.push(poll(node("rabbit@b", null), 40, [onA]));
    const again = { ...onB, name: "10.0.0.1:3 -> 10.0.0.9:5672", connectedAtMs: line.nowMs() };
    for (let polls = 1; polls < 12; polls++) ticks.push(poll(node("rabbit@b", polls * POLL_MS), 41, [onA, again]));
    expect(ticks.flatMap((tick) => tick.facts.restarts)).toEqual(["rabbit@b"]);
    expect([states(line), reconnects(line), endOf(line, 1)]).toEqual(["connected connected", 1, null]);
  });

  // Measured on 3.10.8: given up after 60 s, listed as running without numbers at first, as down then; after SIGCONT
  // its numbers are there again, old ones first, and running is false as long as the partition stands.
  test("one hangs for longer than the cluster waits, and resumes: down, but no restart, and no client came back", () => {
    const { line, onA, onB, poll, well } = cluster();
    const last = well();
    const ticks = [poll(node("rabbit@b", null), 40, [onA])];
    expect(endOf(line, 2)).toMatchObject({ reason: "node-down", inferred: true });
    for (let polls = 0; polls < 8; polls++) ticks.push(poll(node("rabbit@b", null, false), 40, [onA]));
    ticks.push(poll({ ...last, running: false }, 40, [onA]));
    for (let polls = 0; polls < 3; polls++) ticks.push(poll({ ...well(), running: false }, 100, [onA]));
    for (let polls = 0; polls < 8; polls++) ticks.push(poll(well(), 100, [onA, onB]));
    expect(ticks.flatMap((tick) => tick.facts.restarts)).toEqual([]);
    expect([states(line), reconnects(line)]).toEqual(["connected connected", 0]);
    expect([endOf(line, 1), endOf(line, 2)]).toEqual([null, null]);
  });

  // Measured on 3.10.8: nothing is answered while it hangs, and old numbers for some 6 s after SIGCONT.
  test("one hangs for a shorter time: the time of its hang is no silence", () => {
    const { line, onA, onB } = cluster();
    const upMs = HOUR + 5 * POLL_MS;
    const seen = (b: number, octets: number): Poll => ({
      nodes: [node("rabbit@a", upMs + line.nowMs()), node("rabbit@b", b)],
      connections: [
        ...beating([onA], line.nowMs()),
        ...beating([onB], octets).map((one) => ({ ...one, sendOct: line.nowMs() })),
      ],
      created: 100,
    });
    const reported: string[] = [];
    line.poll({ failure: { code: "timeout", retry: true, reason: verbatim("no answer within 15 s") } }, 45 * SECOND);
    for (const b of [upMs, upMs, upMs + 50_000, upMs + 55_000]) {
      line.poll(seen(b, 1_006));
      reported.push(states(line));
    }
    line.poll(seen(upMs + 60_000, 1_014));
    expect([...reported, states(line)]).toEqual(Array(5).fill("connected connected"));
    for (let polls = 0; polls < 12; polls++) line.poll(seen(upMs + (13 + polls) * POLL_MS, 1_014));
    expect(states(line), "silence after it is told all the same").toBe("connected late");
  });

  test("the counters of one are a poll ahead of the list of nodes: no session counts as unseen", () => {
    const { onA, onB, poll, well } = cluster();
    poll(well(), 40, [onA, onB]);
    for (let polls = 0; polls < 3; polls++) poll(node("rabbit@b", null, false), 40, [onA]);
    poll(node("rabbit@b", null, false), 100, [onA]);
    for (let polls = 0; polls < 8; polls++) poll(well(), 100, [onA, onB]);
  });
});
