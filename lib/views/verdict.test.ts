import { describe, expect, test } from "vitest";
import type { BrokerView } from "@/lib/views/brokers";
import type { ClientView } from "@/lib/views/clients";
import type { RunnerView } from "@/lib/views/runners";
import { type Scene, verdictOf } from "@/lib/views/verdict";

const broker = (facts: Partial<BrokerView> = {}): BrokerView => ({
  ...{ id: "main", state: "reachable", stateSinceMs: 100, because: null, version: null, clusterName: null, nodes: [] },
  ...{ connections: 1, clients: { connected: 1, late: 0, blocked: 0, absent: 0, lost: 0 } },
  churnPerSecond: { opened: 0, closed: 0 },
  heartbeatEnds: { last5m: 0, last1h: 0, last24h: 0 },
  reconnects: { last5m: 0, last1h: 0, last24h: 0 },
  unassignedSessions: { last5m: 0, last1h: 0, last24h: 0 },
  pushed: { events: { is: "off", sinceMs: 0, because: null }, log: { is: "off", sinceMs: 0, because: null } },
  refusals: [],
  comeback: null,
  ...{ lastPollMs: 900, pollDurationMs: 5, pollIntervalMs: 5_000, simulated: false },
  ...facts,
});

const client = (name: string, state: ClientView["state"], missed = 0): ClientView => ({
  ...{ id: name, broker: "main", vhost: "/", user: "u", name, namedBy: "connection-name", product: "amqplib" },
  ...{ productVersion: null, platform: null, peerHost: null, state, stateSinceMs: 500 },
  heartbeat: {
    timeoutSeconds: 60,
    silenceSeconds: 80,
    missed,
    closeExpectedMs: state === "late" ? { from: 1_000, to: 2_000 } : null,
  },
  ...{ sessionsOpen: 1, reconnects: { last5m: 0, last1h: 0, last24h: 0 } },
  lastEnd: { atMs: 400, reason: "unknown", inferred: false, detail: null },
  ...{
    consuming: [],
    rates: { publish: null, deliver: null, ack: null },
    firstSeenMs: 0,
    lastSeenMs: 0,
    activity: null,
  },
});

const runner: RunnerView = {
  ...{
    id: "videos/gpu",
    source: "videos",
    kind: "peertube",
    name: "gpu",
    state: "silent",
    because: "no-contact-with-work",
  },
  ...{ lastContactMs: 300, silenceSeconds: 200, limitSeconds: 180, jobsRunning: 1, holding: [] },
};

const told = (scene: Partial<Scene>) =>
  verdictOf({ brokers: [broker()], clients: [], jobs: [], runners: [], alerts: [], provenMs: 900, ...scene });

describe("the verdict", () => {
  test.each<[string, Partial<Scene>, [string, string, number | null]]>([
    ["calm needs a proof", {}, ["calm", "ok", null]],
    ["nothing has been looked at yet", { brokers: [], provenMs: null }, ["starting", "unknown", null]],
    ["one late client is a warning", { clients: [client("a", "late", 1)] }, ["trouble", "warning", 500]],
    ["the next look closes it: critical", { clients: [client("a", "late", 2)] }, ["trouble", "critical", 500]],
    ["a silent runner with work, since its last contact", { runners: [runner] }, ["trouble", "critical", 300]],
    [
      "only blind: that is the sentence",
      { brokers: [broker({ state: "unauthorized", because: "401" })] },
      ["blind", "critical", 100],
    ],
    [
      "blind and in trouble is trouble",
      { brokers: [broker({ state: "unreachable" })], runners: [runner] },
      ["trouble", "critical", 100],
    ],
    [
      "connected and departed clients are no trouble",
      { clients: [client("a", "connected"), client("b", "departed")] },
      ["calm", "ok", null],
    ],
  ])("%s", (_, scene, expected) => {
    const { state, severity, sinceMs } = told(scene);
    expect([state, severity, sinceMs]).toEqual(expected);
  });

  test("five lines, the worst first, and how many more there are", () => {
    const clients = ["a", "b", "c", "d"].map((name) => client(name, "absent"));
    const verdict = told({ clients: [...clients, client("e", "lost"), client("f", "late", 2)], runners: [runner] });
    expect(verdict.lines.map((line) => line.subject)).toEqual(["f", "e", "gpu", "a", "b"]);
    expect(verdict.moreLines).toBe(2);
  });
});

test("whom a broker took along stand in one line: who is missing, and how many are back", () => {
  const away = ["c1", "c2"].map((name) => ({ id: name, name, state: "lost" as const }));
  const came = { atMs: 300, reason: "broker-stopped", inferred: true, medianMs: 4_000, slowestMs: 9_000 } as const;
  const verdict = told({
    brokers: [broker({ comeback: { ...came, went: 50, back: 48, away } })],
    clients: [client("c1", "lost"), client("c2", "lost"), client("c3", "lost")],
  });
  expect(verdict.lost).toBe(3);
  expect(verdict.lines).toMatchObject([
    { kind: "clients-not-back", subject: "c1, c2", sinceMs: 300, missing: 2, went: 50, back: 48 },
    { kind: "client-lost", subject: "c3" },
  ]);
});
