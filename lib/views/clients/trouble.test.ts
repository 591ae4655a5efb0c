import { expect, test } from "vitest";
import type { ClientState } from "@/lib/rabbitmq/clients/client";
import { anAlertView } from "@/lib/views/alerts/alerts.testing";
import type { AlertView } from "@/lib/views/alerts/schema";
import type { ClientView } from "@/lib/views/clients/schema";
import { rankOf, troublesOf } from "@/lib/views/clients/trouble";

const NOW = 1_800_000_000_000;
const alertOf = (rule: string, changes: Partial<AlertView> = {}): AlertView =>
  anAlertView({
    id: rule,
    rule,
    labels: { clientId: "worker" },
    value: 120,
    inferred: true,
    startedMs: NOW - 60_000,
    firedMs: NOW,
    ...changes,
  });
const activity = {
  consumers: 0,
  consumersExpected: 1,
  consumedFrom: ["scan"],
  channels: 1,
  unacked: 0,
  unackedMax: 5,
  lastPublishedMs: null,
  publishGapSeconds: null,
  usualSessions: 3,
  openedPerMinute: 0,
  sessionsLeaked: 0,
  withoutConsumersSeconds: 130,
  pinnedSeconds: null,
  publishSilentSeconds: null,
  publishLimitSeconds: null,
};
const worker = (changes: Partial<ClientView> = {}): ClientView => ({
  id: "worker",
  broker: "main",
  vhost: "/",
  user: "app",
  name: "worker",
  own: false,
  displayName: "worker",
  alias: null,
  folded: [],
  namedBy: "connection-name",
  product: null,
  productVersion: null,
  platform: null,
  peerHost: null,
  state: "connected",
  stateSinceMs: 0,
  heartbeat: { timeoutSeconds: 60, silenceSeconds: 8, missed: 0, closeExpectedMs: null },
  identity: { by: "connection-name", confidence: "certain", because: "connection-name" },
  sessionsOpen: 1,
  reconnects: { last5m: 0, last1h: 0, last24h: 0 },
  reconnectsRecent: [],
  lastEnd: null,
  replicas: { usualSessions: null, usualConsumers: null, phase: null, lastedSeconds: null },
  consuming: [],
  rates: { publish: null, deliver: null, ack: null },
  activity,
  firstSeenMs: 0,
  lastSeenMs: NOW,
  ...changes,
});
const flapping = { reconnects: { last5m: 3, last1h: 9, last24h: 9 } };

test.each<[string, Partial<ClientView>, readonly AlertView[], string]>([
  ["no alert", {}, [], ""],
  ["consumes nothing", {}, [alertOf("client-not-consuming", { severity: "critical" })], "not-consuming critical"],
  ["lost its consumers while the queue is empty", {}, [alertOf("client-consumers-gone")], "not-consuming warning"],
  ["a pending alert", {}, [alertOf("client-unacked-pinned", { state: "pending" })], ""],
  ["an alert of another client", {}, [alertOf("client-unacked-pinned", { labels: { clientId: "other" } })], ""],
  ["absent, which its state already shows", { sessionsOpen: 0 }, [alertOf("client-unacked-pinned")], ""],
  [
    "critical before older",
    flapping,
    [
      alertOf("client-unacked-pinned", { startedMs: NOW - 900_000 }),
      alertOf("client-flapping", { severity: "critical", startedMs: NOW - 1_000 }),
    ],
    "flapping critical, pinned warning",
  ],
  ["blocked, which its state already shows", { state: "blocked" }, [alertOf("client-blocked")], ""],
])("%s", (_, changes, alerts, expected) => {
  const troubles = troublesOf(worker(changes), alerts, NOW);
  expect(troubles.map(({ kind, severity }) => `${kind} ${severity}`).join(", ")).toBe(expected);
});

test("a problem begins when it was measured to begin, which is before its rule fires", () => {
  const since = (changes: Partial<ClientView>) =>
    troublesOf(worker(changes), [alertOf("client-not-consuming")], NOW).map(({ sinceMs }) => NOW - sinceMs);
  expect(since({})).toEqual([130_000]);
  expect(since({ activity: null }), "as the alert last measured it").toEqual([120_000]);
  const flaps = troublesOf(worker(flapping), [alertOf("client-flapping")], NOW);
  expect(flaps.map(({ sinceMs }) => NOW - sinceMs)).toEqual([60_000]);
});

test("a connected client with a problem ranks before healthy clients and after lost ones", () => {
  const rank = (state: ClientState, severity?: "warning" | "critical") =>
    rankOf(state, severity === undefined ? [] : [{ kind: "pinned", severity, sinceMs: NOW }]);
  const order = [
    rank("late"),
    rank("lost"),
    rank("connected", "critical"),
    rank("blocked"),
    rank("absent"),
    rank("connected", "warning"),
    rank("connected"),
    rank("departed"),
  ];
  expect(order).toEqual(order.toSorted((a, b) => a - b));
  expect(rank("late", "warning")).toBe(rank("late"));
});
