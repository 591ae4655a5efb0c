import { expect, test } from "vitest";
import { anAlertView } from "@/lib/views/alerts/alerts.testing";
import type { AlertView } from "@/lib/views/alerts/schema";
import type { ClientState, ClientView } from "@/lib/views/clients/schema";
import { placeOf, troublesOf } from "@/lib/views/clients/trouble";

const NOW = 1_800_000_000_000;
const about = (rule: string, of: Partial<AlertView> = {}): AlertView =>
  anAlertView({
    id: rule,
    rule,
    labels: { clientId: "worker" },
    value: 120,
    inferred: true,
    startedMs: NOW - 60_000,
    firedMs: NOW,
    ...of,
  });
const activity = {
  ...{ consumers: 0, consumersExpected: 1, consumedFrom: ["scan"], channels: 1, unacked: 0, unackedMax: 5 },
  ...{ lastPublishedMs: null, publishGapSeconds: null, usualSessions: 3, sessionsLeaked: 0 },
  ...{ withoutConsumersSeconds: 130, pinnedSeconds: null, publishSilentSeconds: null, publishLimitSeconds: null },
};
const worker = (of: Partial<ClientView> = {}): ClientView => ({
  ...{ id: "worker", broker: "main", vhost: "/", user: "app", name: "worker", namedBy: "connection-name" },
  ...{ product: null, productVersion: null, platform: null, peerHost: null, state: "connected", stateSinceMs: 0 },
  heartbeat: { timeoutSeconds: 60, silenceSeconds: 8, missed: 0, closeExpectedMs: null },
  identity: { by: "connection-name", confidence: "certain", because: "connection-name" },
  ...{ sessionsOpen: 1, reconnects: { last5m: 0, last1h: 0, last24h: 0 }, reconnectsRecent: [], lastEnd: null },
  ...{ consuming: [], rates: { publish: null, deliver: null, ack: null }, activity, firstSeenMs: 0, lastSeenMs: NOW },
  ...of,
});
const flapping = { reconnects: { last5m: 3, last1h: 9, last24h: 9 } };

test.each<[string, Partial<ClientView>, readonly AlertView[], string]>([
  ["no alert", {}, [], ""],
  ["consumes nothing", {}, [about("client-not-consuming", { severity: "critical" })], "not-consuming critical"],
  ["lost its consumers while nothing waits", {}, [about("client-consumers-gone")], "not-consuming warning"],
  ["only about to fire", {}, [about("client-unacked-pinned", { state: "pending" })], ""],
  ["somebody else's alert", {}, [about("client-unacked-pinned", { labels: { clientId: "other" } })], ""],
  ["away: its state tells that", { sessionsOpen: 0 }, [about("client-unacked-pinned")], ""],
  [
    "the critical before the older",
    flapping,
    [
      about("client-unacked-pinned", { startedMs: NOW - 900_000 }),
      about("client-flapping", { severity: "critical", startedMs: NOW - 1_000 }),
    ],
    "flapping critical, pinned warning",
  ],
  ["blocked is a state and no second trouble", { state: "blocked" }, [about("client-blocked")], ""],
])("%s", (_, of, alerts, told) => {
  const troubles = troublesOf(worker(of), alerts, NOW);
  expect(troubles.map(({ kind, severity }) => `${kind} ${severity}`).join(", ")).toBe(told);
});

test("a trouble began when it was measured to begin, which is before its rule said so", () => {
  const since = (of: Partial<ClientView>) =>
    troublesOf(worker(of), [about("client-not-consuming")], NOW).map(({ sinceMs }) => NOW - sinceMs);
  expect(since({})).toEqual([130_000]);
  expect(since({ activity: null }), "as the alert last measured it").toEqual([120_000]);
  const flaps = troublesOf(worker(flapping), [about("client-flapping")], NOW);
  expect(flaps.map(({ sinceMs }) => NOW - sinceMs)).toEqual([60_000]);
});

test("a connected client in trouble stands before those who are well, and after those who are lost", () => {
  const place = (state: ClientState, severity?: "warning" | "critical") =>
    placeOf(state, severity === undefined ? [] : [{ kind: "pinned", severity, sinceMs: NOW }]);
  const order = [
    place("late"),
    place("lost"),
    place("connected", "critical"),
    place("blocked"),
    place("absent"),
    place("connected", "warning"),
    place("connected"),
    place("departed"),
  ];
  expect(order).toEqual(order.toSorted((a, b) => a - b));
  expect(place("late", "warning")).toBe(place("late"));
});
