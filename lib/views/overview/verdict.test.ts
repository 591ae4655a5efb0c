import { describe, expect, test } from "vitest";
import { verbatim } from "@/lib/base/messages/reason";
import { anAlertView } from "@/lib/views/alerts/alerts.testing";
import type { AlertView } from "@/lib/views/alerts/schema";
import type { BrokerView } from "@/lib/views/brokers/schema";
import type { ClientView } from "@/lib/views/clients/schema";
import { verdictOf } from "@/lib/views/overview/verdict";
import type { VerdictInput } from "@/lib/views/overview/verdict-input";
import type { RunnerView } from "@/lib/views/runners/schema";

const OFF = { is: "off", sinceMs: 0, unreadable: 0, because: null, reason: null } as const;
const broker = (facts: Partial<BrokerView> = {}): BrokerView => ({
  ...{
    id: "main",
    state: "reachable",
    stateSinceMs: 100,
    because: null,
    reason: null,
    version: null,
    clusterName: null,
    nodes: [],
  },
  ...{ connections: 1, clients: { connected: 1, late: 0, blocked: 0, absent: 0, lost: 0 } },
  churnPerSecond: { opened: 0, closed: 0 },
  heartbeatEnds: { last5m: 0, last1h: 0, last24h: 0 },
  reconnects: { last5m: 0, last1h: 0, last24h: 0 },
  unassignedSessions: { last5m: 0, last1h: 0, last24h: 0 },
  pushed: { events: OFF, log: OFF },
  refusals: [],
  nameSuggestions: [],
  comeback: null,
  way: null,
  ...{ lastPollMs: 900, pollDurationMs: 5, pollIntervalMs: 5_000, simulated: false },
  ...{
    pollBytes: 900,
    unreadable: 0,
    nodesWithoutStatistics: [],
    statistics: { intervalMs: 5_000, lagMs: 10_030 },
    sees: [],
  },
  ...facts,
});

const LAST_END = { atMs: 400, reason: "unknown", inferred: false, detail: null, detailReason: null } as const;

const client = (name: string, state: ClientView["state"], missed = 0): ClientView => ({
  ...{
    id: name,
    broker: "main",
    vhost: "/",
    user: "u",
    name,
    own: false,
    namedBy: "connection-name",
    product: "amqplib",
  },
  ...{ displayName: name, alias: null, folded: [] },
  ...{ productVersion: null, platform: null, peerHost: null, state, stateSinceMs: 500 },
  heartbeat: {
    timeoutSeconds: 60,
    silenceSeconds: 80,
    missed,
    closeExpectedMs: state === "late" ? { from: 1_000, to: 2_000 } : null,
  },
  ...{ sessionsOpen: 1, reconnects: { last5m: 0, last1h: 0, last24h: 0 }, reconnectsRecent: [] },
  identity: { by: "connection-name", confidence: "certain", because: "connection-name" },
  lastEnd: LAST_END,
  replicas: { usualSessions: null, usualConsumers: null, phase: null, lastedSeconds: null },
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
  ...{ missingSinceMs: null, troubles: [] },
};

const lines = (scene: Partial<VerdictInput>) =>
  verdictOf({
    brokers: [broker()],
    clients: [],
    jobs: [],
    runners: [],
    alerts: [],
    provenMs: 31_000,
    configured: true,
    failing: [],
    ...scene,
  });

describe("the verdict", () => {
  test.each<[string, Partial<VerdictInput>, [string, string, number | null]]>([
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
      "what is seen and cannot be stored is no calm",
      { failing: [{ what: "broker:main", sinceMs: 200, reason: verbatim("No space left on device") }] },
      ["trouble", "critical", 200],
    ],
    [
      "connected and departed clients are no trouble",
      { clients: [client("a", "connected"), client("b", "departed")] },
      ["calm", "ok", null],
    ],
  ])("%s", (_, scene, expected) => {
    const { state, severity, sinceMs } = lines(scene);
    expect([state, severity, sinceMs]).toEqual(expected);
  });

  test("what cannot be stored is one line, the first, since the first of it", () => {
    const because = "No space left on device";
    const failing = ["source:db", "broker:main"].map((what, at) => ({
      what,
      sinceMs: 200 - at,
      reason: verbatim(because),
    }));
    const [line, next] = lines({ failing, runners: [runner] }).lines;
    expect(line).toMatchObject({ kind: "not-kept", subject: "source:db, broker:main", sinceMs: 199, because });
    expect(next?.kind).toBe("runner-silent");
  });

  describe("what a connected client does", () => {
    const alert = (rule: string, facts: Partial<AlertView> = {}): AlertView =>
      anAlertView({
        id: rule,
        rule,
        labels: { broker: "main", clientId: "a" },
        value: 70,
        inferred: true,
        startedMs: 300,
        firedMs: 300,
        ...facts,
      });
    const activity = {
      ...{ consumers: 0, consumersExpected: 1, consumedFrom: ["scan"], channels: 1, unacked: 0, unackedMax: 5 },
      ...{ lastPublishedMs: null, publishGapSeconds: null, usualSessions: 3, sessionsLeaked: 27, openedPerMinute: 2.7 },
      ...{ withoutConsumersSeconds: 70, pinnedSeconds: 0, publishSilentSeconds: null, publishLimitSeconds: null },
    };
    const seen = { ...client("a", "connected"), sessionsOpen: 30, activity };
    const linesOf = (alerts: AlertView[], one: ClientView = seen) =>
      lines({ clients: [one, client("b", "connected")], alerts }).lines;

    test.each<[string, object]>([
      ["client-not-consuming", { kind: "client-not-consuming", heldSeconds: 70, queues: ["scan"] }],
      ["client-consumers-gone", { kind: "client-not-consuming", heldSeconds: 70, queues: ["scan"] }],
      ["client-publish-silent", { kind: "client-publish-silent", heldSeconds: 70 }],
      ["client-unacked-pinned", { kind: "client-pinned", heldSeconds: 70 }],
      ["client-connections-leaked", { kind: "client-leaking", sessionsOpen: 30, usually: 3 }],
      ["client-blocked", { kind: "client-blocked" }],
    ])("%s is a line of that client alone, with its numbers", (rule, line) => {
      const lines = linesOf([alert(rule)]);
      expect(lines).toHaveLength(1);
      expect(lines[0]).toMatchObject({ ...line, subject: "a", severity: "warning", sinceMs: 300 });
    });

    test("what has not held for long enough is no trouble yet", () =>
      expect(linesOf([alert("client-not-consuming", { state: "pending", firedMs: null })])).toEqual([]));

    test("of two rules about missing consumers, one line, the worse", () =>
      expect(
        linesOf([alert("client-consumers-gone"), alert("client-not-consuming", { severity: "critical" })]).map(
          (line) => [line.kind, line.severity],
        ),
      ).toEqual([["client-not-consuming", "critical"]]));

    test("a client that is late is told as late, whatever else it does", () =>
      expect(linesOf([alert("client-unacked-pinned")], client("a", "late", 1)).map((line) => line.kind)).toEqual([
        "client-late",
      ]));

    test("a blocked client is as bad as its alert says", () => {
      const blocked = client("a", "blocked");
      expect(linesOf([], blocked)[0]?.severity).toBe("warning");
      expect(linesOf([alert("client-blocked", { severity: "critical" })], blocked)[0]?.severity).toBe("critical");
    });
  });

  test("five lines, the worst first, and how many more there are", () => {
    const clients = ["a", "b", "c", "d"].map((name) => client(name, "absent"));
    const verdict = lines({ clients: [...clients, client("e", "lost"), client("f", "late", 2)], runners: [runner] });
    expect(verdict.lines.map((line) => line.subject)).toEqual(["f", "e", "gpu", "a", "b"]);
    expect(verdict.moreLines).toBe(2);
  });
});

describe("a client that is away", () => {
  const away = (atMs: number, reason: "client-closed" | "connection-lost" | "unknown", inferred = false) =>
    lines({ clients: [{ ...client("a", "absent"), lastEnd: { ...LAST_END, atMs, reason, inferred } }] }).state;

  test("is no trouble after a close in order", () => expect(away(0, "client-closed")).toBe("calm"));
  test("is no trouble for half a minute: it may reconnect, or have finished", () => {
    expect(away(2_000, "connection-lost")).toBe("calm");
    expect(away(2_000, "unknown")).toBe("calm");
    // A poll later it has departed, if it had finished.
    expect(away(1_000, "unknown")).toBe("calm");
  });
  test("has a line after that", () => {
    expect(away(500, "connection-lost")).toBe("trouble");
    expect(away(500, "client-closed", true)).toBe("trouble");
  });
});

test("whom a broker took along stand in one line: who is missing, and how many are back", () => {
  const away = ["c1", "c2"].map((name) => ({
    id: name,
    name,
    displayName: name,
    state: "lost" as const,
    overdue: false,
  }));
  const came = { atMs: 300, reason: "broker-stopped", inferred: true, medianMs: 4_000, slowestMs: 9_000 } as const;
  const verdict = lines({
    brokers: [broker({ comeback: { ...came, went: 50, back: 48, away } })],
    clients: [client("c1", "lost"), client("c2", "lost"), client("c3", "lost")],
  });
  expect(verdict.lost).toBe(3);
  expect(verdict.lines).toMatchObject([
    { kind: "clients-not-back", subject: "c1, c2", sinceMs: 300, missing: 2, lost: 2, went: 50, back: 48 },
    { kind: "client-lost", subject: "c3" },
  ]);
});

test("a client that is overdue after a restart of its broker has the line of its alert, and is not lost yet", () => {
  const away = [
    { id: "c1", name: "c1", displayName: "c1", state: "absent" as const, overdue: true },
    { id: "c2", name: "c2", displayName: "c2", state: "absent" as const, overdue: false },
  ];
  const came = { atMs: 300, reason: "broker-stopped", inferred: true, medianMs: 4_000, slowestMs: 9_000 } as const;
  const verdict = lines({
    brokers: [broker({ comeback: { ...came, went: 50, back: 48, away } })],
    clients: [client("c1", "absent"), client("c2", "absent")],
  });
  expect(verdict).toMatchObject({ lost: 0, absent: 2 });
  expect(verdict.lines).toMatchObject([
    { kind: "clients-not-back", subject: "c1", severity: "warning", missing: 1, lost: 0 },
    { kind: "client-absent", subject: "c2" },
  ]);
});

test.each<[string, string, object]>([
  ["an operator's own rule", "mail-deep", { state: "trouble", severity: "warning", otherAlerts: 1 }],
  ["a webhook that is given up", "webhook-dead", { state: "trouble", severity: "warning", otherAlerts: 1 }],
  ["one that its client's own line tells of", "client-lost", { state: "calm", otherAlerts: 0 }],
])("nothing fires under a verdict of calm: %s", (_, rule, verdict) => {
  const alert = anAlertView({ rule, startedMs: 5, firedMs: 5, summary: "12 wait" });
  const seen = lines({ alerts: [alert] });
  expect(seen).toMatchObject(verdict);
  expect(seen.lines.map((line) => line.kind)).toEqual(seen.otherAlerts === 1 ? ["alert"] : []);
});

describe("what somebody has taken does not shout", () => {
  const lost = (id: string, of: Partial<AlertView> = {}) =>
    anAlertView({ id, rule: "client-lost", severity: "critical", labels: { broker: "main", clientId: id }, ...of });
  const own = anAlertView({ rule: "mail-deep", startedMs: 700 });
  const clients = ["a", "b"].map((name) => client(name, "lost"));
  const acknowledged = { acknowledgedBy: "ann" };
  const muted = { mutedBy: { by: "silence-window", id: "w", text: "deploy", untilMs: 9_999 } } as const;

  test.each<[string, AlertView[], object, string]>([
    ["nobody has taken anything", [lost("a"), lost("b")], { severity: "critical", lost: 2, sinceMs: 500 }, "a b"],
    [
      "one of two critical ones is left",
      [lost("a", acknowledged), lost("b")],
      { state: "trouble", severity: "critical", lost: 1, taken: { acknowledged: 1, muted: 0 } },
      "b a",
    ],
    [
      "a new warning stands above critical ones that are taken, and is the sentence",
      [lost("a", acknowledged), lost("b", muted), own],
      { state: "trouble", severity: "warning", sinceMs: 700, lost: 0, otherAlerts: 1 },
      "mail-deep a b",
    ],
    [
      "all of it is taken: that is no calm, and no alarm",
      [lost("a", acknowledged), lost("b", muted)],
      { state: "taken", severity: "taken", sinceMs: 500, lost: 0, taken: { acknowledged: 1, muted: 1 } },
      "a b",
    ],
  ])("%s", (_, alerts, verdict, order) => {
    const seen = lines({ clients, alerts });
    expect(seen).toMatchObject(verdict);
    expect(seen.lines.map((line) => line.subject).join(" ")).toBe(order);
  });

  test("a broker that cannot be seen and has somebody on it is still told, and no longer the sentence", () => {
    const unseen = anAlertView({ rule: "broker-unreachable", labels: { broker: "main" }, ...acknowledged });
    const seen = lines({ brokers: [broker({ state: "unreachable" })], alerts: [unseen] });
    expect(seen).toMatchObject({ state: "taken", blindBrokers: [], taken: { acknowledged: 1, muted: 0 } });
    expect(seen.lines.map((line) => line.kind)).toEqual(["broker-blind"]);
  });
});
