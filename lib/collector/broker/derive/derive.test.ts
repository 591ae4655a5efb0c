import { describe, expect, test } from "vitest";
import type { Failure } from "@/lib/base/errors/failure";
import { verbatim } from "@/lib/base/messages/reason";
import { renderReasonOrNull } from "@/lib/base/messages/render-reason";
import { aPattern } from "@/lib/base/patterns/pattern.testing";
import { SAMPLED } from "@/lib/base/signals/catalogue";
import { type Timeline, timeline } from "@/lib/collector/broker/timeline.testing";
import type { Connection } from "@/lib/rabbitmq/api/broker";
import { aConnection } from "@/lib/rabbitmq/api/connection.testing";

let port = 40_000;

/** A connection whose counters the test moves itself. */
const connection = (name: string | null, facts: Partial<Connection> = {}): Connection =>
  aConnection(++port, { userProvidedName: name, ...facts });

const beating = (one: Connection, octets: number): Connection => ({
  ...one,
  recvOct: 100 + 8 * octets,
  sendOct: 100 + 8 * octets,
});
const silent = (one: Connection, octets: number, since: number): Connection => ({
  ...one,
  recvOct: 100 + 8 * since,
  sendOct: 100 + 8 * octets,
});

const stateOf = (line: Timeline, name: string) =>
  [...line.memory().clients.values()].find((client) => client.name === name)?.state ?? "-";
const clientOf = (line: Timeline, name: string) => {
  const found = [...line.memory().clients.values()].find((client) => client.name === name);
  if (!found) throw new Error(`no client ${name}`);
  return found;
};

describe("late", () => {
  test("a silent client becomes late once no healthy one could be as silent; its neighbour never does", () => {
    const line = timeline();
    const quiet = connection("quiet");
    const busy = connection("busy");
    const reported: string[] = [];
    for (let poll = 0; poll < 12; poll++) {
      line.poll({ connections: [silent(quiet, poll, Math.min(poll, 1)), beating(busy, poll)] });
      reported.push(stateOf(line, "quiet"));
      expect(stateOf(line, "busy")).toBe("connected");
    }
    // The number last moved at the second poll; T + 10 s + 2 s later is between the sixth and seventh after it.
    expect(reported.join(" ")).toBe(`${"connected ".repeat(8)}late late late late`.trim());
  });

  test.each<[string, Partial<Connection>]>([
    ["a blocked connection", { state: "blocked" }],
    ["one in flow control", { state: "flow" }],
    ["one without heartbeats", { timeoutSeconds: 0 }],
    ["an MQTT connection, whose silence has rules of its own", { protocol: "MQTT 3.1.1" }],
    ["one whose statistics are off", { recvOct: null, sendOct: null }],
  ])("never: %s", (_, facts) => {
    const line = timeline();
    const one = connection("one", facts);
    for (let poll = 0; poll < 30; poll++) {
      line.poll({ connections: [facts.recvOct === null ? one : silent(one, poll, 0)] });
      expect(stateOf(line, "one")).not.toBe("late");
    }
  });

  test("never while no statistics of the broker move: they are old, not the clients silent", () => {
    const line = timeline();
    const one = connection("one");
    line.poll({ connections: [one], uptimeMs: 5_000 });
    line.poll({ connections: [beating(one, 1)], uptimeMs: 10_000 });
    line.poll({ connections: [silent(one, 2, 1)], uptimeMs: 15_000 });
    for (let poll = 0; poll < 30; poll++) line.poll({ connections: [silent(one, 2, 1)], uptimeMs: 15_000 });
    expect(stateOf(line, "one")).toBe("connected");
  });

  test("the check starts afresh when a blocked connection resumes", () => {
    const line = timeline();
    const one = connection("one");
    for (let poll = 0; poll < 20; poll++) line.poll({ connections: [silent({ ...one, state: "blocked" }, poll, 0)] });
    for (let poll = 20; poll < 26; poll++) line.poll({ connections: [silent(one, poll, 0)] });
    expect(stateOf(line, "one")).toBe("connected");
  });
});

describe("ends", () => {
  function vanishing(beforePolls: number, at: Parameters<Timeline["poll"]>[0]) {
    const line = timeline();
    const one = connection("one");
    for (let poll = 0; poll < beforePolls; poll++) line.poll({ connections: [silent(one, poll, 0)] });
    const { facts } = line.poll(at);
    return facts.sessions.filter((session) => session.end !== null).map((session) => session.end);
  }

  test.each<[string, number, Parameters<Timeline["poll"]>[0], string, boolean]>([
    ["vanished when the broker was to close it", 12, {}, "heartbeat", true],
    ["vanished while it beat: nobody says why", 2, {}, "unknown", false],
    ["the node's uptime fell", 2, { uptimeMs: 3_000 }, "broker-stopped", true],
    ["the node is up and says nothing yet", 2, { uptimeMs: null }, "broker-stopped", true],
    ["the node is not running", 2, { nodeRuns: false, uptimeMs: null }, "node-down", true],
  ])("%s", (_, polls, at, reason, inferred) => {
    expect(vanishing(polls, at)).toEqual([{ reason, inferred, detail: null }]);
  });
});

test("rules read what charts count from sessions: reconnects and heartbeat ends of the last ten minutes", () => {
  const line = timeline();
  const counted = (poll: Parameters<Timeline["poll"]>[0], afterMs?: number) =>
    line
      .poll(poll, afterMs)
      .facts.readings.filter(({ signal }) => /reconnects|heartbeat.ends/.test(signal) && signal.startsWith("broker."))
      .map(({ value }) => value);
  const quiet = connection("quiet");
  for (let poll = 0; poll < 12; poll++) counted({ connections: [silent(quiet, poll, 0)] });
  expect(counted({ connections: [] })).toEqual([0, 1]);
  expect(counted({ connections: [connection("quiet")] })).toEqual([1, 1]);
  expect(counted({ connections: [connection("quiet")] }, 600_000)).toEqual([1, 0]);
});

describe("clients survive reconnects", () => {
  test("a hundred reconnects of a named client are one client and a hundred and one sessions", () => {
    const line = timeline();
    const sessions = new Set<string>();
    for (let life = 0; life < 101; life++) {
      for (const session of line.poll({ connections: [connection("worker")] }).facts.sessions) sessions.add(session.id);
    }
    expect(line.memory().clients.size).toBe(1);
    expect(clientOf(line, "worker").reconnectsMs).toHaveLength(100);
    expect(sessions.size).toBe(101);
  });

  test("two siblings on one host with different names stay two", () => {
    const line = timeline();
    line.poll({ connections: [connection("a"), connection("b")] });
    line.poll({ connections: [connection("a"), connection("b")] });
    expect(line.memory().clients.size).toBe(2);
    expect(clientOf(line, "a").reconnectsMs).toHaveLength(1);
  });

  test("a name part that changes at each start is stripped", () => {
    const line = timeline([aPattern("-[0-9a-f]{8}$")]);
    line.poll({ connections: [connection("worker-0123abcd")] });
    line.poll({ connections: [connection("worker-9876fedc")] });
    expect(line.memory().clients.size).toBe(1);
    expect(clientOf(line, "worker").reconnectsMs).toHaveLength(1);
  });

  test("an unnamed connection is named by what it consumes, and is the same after a reconnect", () => {
    const line = timeline();
    const consuming = (one: Connection, queue: string) => ({ connection: one.name, queue, tag: "t" });
    const mail = connection(null);
    const video = connection(null);
    line.poll({ connections: [mail, video], consumers: [consuming(mail, "mail"), consuming(video, "video")] });
    const again = connection(null);
    line.poll({ connections: [again, video], consumers: [consuming(video, "video")] });
    expect(line.memory().clients.size).toBe(2);
    line.poll({ connections: [again, video], consumers: [consuming(again, "mail"), consuming(video, "video")] });
    const back = [...line.memory().clients.values()].find((client) => client.consuming.includes("mail"));
    expect([back?.namedBy, back?.reconnectsMs.length, line.memory().clients.size]).toEqual(["identity", 1, 2]);
  });

  test("a client that is back before its half-open session ends has reconnected once", () => {
    const line = timeline();
    const first = connection("worker");
    const second = connection("worker");
    line.poll({ connections: [first] });
    line.poll({ connections: [silent(first, 2, 0), second] });
    expect(clientOf(line, "worker").reconnectsMs).toHaveLength(0);
    line.poll({ connections: [beating(second, 2)] });
    expect(clientOf(line, "worker").reconnectsMs).toHaveLength(1);
    line.poll({ connections: [beating(second, 3)] });
    expect(clientOf(line, "worker").reconnectsMs).toHaveLength(1);
  });

  test("one that never comes back is absent, then lost since its end", () => {
    const line = timeline();
    const one = connection("worker");
    for (let poll = 0; poll < 15; poll++) line.poll({ connections: [beating(one, poll)] });
    line.poll({ connections: [] });
    const endedMs = line.nowMs();
    expect(stateOf(line, "worker")).toBe("absent");
    line.poll({ connections: [] }, 301_000);
    expect([stateOf(line, "worker"), clientOf(line, "worker").stateSinceMs]).toEqual(["lost", endedMs]);
  });

  test("a client that stayed for seconds is not missed", () => {
    const line = timeline();
    line.poll({ connections: [connection("script", { connectedAtMs: line.nowMs() })] });
    line.poll({ connections: [] });
    line.poll({ connections: [] }, 60_000);
    expect(stateOf(line, "script")).toBe("departed");
  });
});

describe("blindness", () => {
  const refused: Failure = {
    code: "refused",
    retry: true,
    reason: verbatim("the management API could not be reached"),
  };

  test("keeps every state, measures nothing but itself, and is reported with its cause", () => {
    const line = timeline();
    const one = connection("one");
    line.poll({ connections: [beating(one, 0)] });
    const first = line.poll({ failure: refused });
    expect(first.facts.blind).toEqual({ began: refused.reason, ended: false });
    expect(first.facts.samples).toEqual([
      { kind: "broker", labels: { broker: "main" }, values: [0, ...SAMPLED.broker.slice(1).map(() => null)] },
    ]);
    for (let poll = 0; poll < 20; poll++) line.poll({ failure: refused });
    expect(stateOf(line, "one")).toBe("connected");
    expect(line.memory().reach.is).toBe("unreachable");
    const back = line.poll({ connections: [beating(one, 30)] });
    expect(back.facts.blind.ended).toBe(true);
    expect([stateOf(line, "one"), line.memory().reach.is]).toEqual(["connected", "reachable"]);
  });

  test("half an answer is used: without consumers and queues clients are followed all the same", () => {
    const line = timeline();
    line.poll({ connections: [connection("one")], consumers: null });
    expect(stateOf(line, "one")).toBe("connected");
  });
});

describe("for the pages of a client and a broker", () => {
  test("a blocked period begins and ends once, late or not, and blindness neither begins nor ends one", () => {
    const line = timeline();
    const one = connection("publisher");
    const reported = ["running", "blocked", "blocked", null, "blocked", "running"].map((state, poll) => {
      const unseen: Failure = { code: "refused", retry: true, reason: verbatim("no answer") };
      const { facts } = line.poll(
        state === null ? { failure: unseen } : { connections: [{ ...beating(one, poll), state }] },
      );
      return `${facts.blocked.began.length}${facts.blocked.ended.length}`;
    });
    expect(reported.join(" ")).toBe("00 10 00 00 00 01");
  });

  test("the silence of the last hour is recorded while it rises", () => {
    const line = timeline();
    const one = connection("quiet");
    for (let poll = 0; poll < 6; poll++) line.poll({ connections: [silent(one, poll, 0)] });
    const log = line.memory().silence.get(clientOf(line, "quiet").id);
    expect(log?.now.peakSeconds).toBe(25);
  });

  test("the answer of each endpoint is listed, with the reason of those that failed", () => {
    const line = timeline();
    line.poll({ connections: [connection("one")], consumers: null });
    const reported = line
      .memory()
      .answers.map(({ what, reason, rows }) => `${what} ${renderReasonOrNull(reason) ?? rows ?? "-"}`);
    expect(reported).toEqual([
      ...["overview -", "connections 1", "nodes 1", "consumers 400 from /api/consumers", "queues 0"],
    ]);
  });
});
