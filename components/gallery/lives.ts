import { alert, client } from "@/components/gallery/factories";
import { reason, verbatim } from "@/lib/base/messages/reason";
import { renderReason } from "@/lib/base/messages/render-reason";
import { HOUR, MINUTE, SECOND } from "@/lib/base/time/duration";
import type { ClientHistory } from "@/lib/views/clients/history-schema";
import type { SessionView } from "@/lib/views/clients/schema";

type End = SessionView["end"];
const UNKNOWN: End = { reason: "unknown", inferred: false, detail: null, detailReason: null };

export const session = (openedMs: number, closedMs: number | null, end: End = UNKNOWN): SessionView => ({
  id: `${openedMs}`,
  connection: `10.0.0.7:${40_000 + (openedMs % 20_000)} -> 10.0.0.1:5672`,
  node: "rabbit@one",
  openedMs,
  closedMs,
  timeoutSeconds: 60,
  reconnect: false,
  likely: false,
  end: closedMs === null ? null : end,
});

const blindSpan = (fromMs: number, toMs: number): ClientHistory["blind"][number] => {
  const why = reason("managementApiNotReachable", { code: "ECONNREFUSED" });
  return { broker: "main", fromMs, toMs, because: renderReason(why), reason: why };
};

export const history = (nowMs: number, of: Partial<ClientHistory> = {}): ClientHistory => ({
  asOfMs: nowMs,
  fromMs: nowMs - HOUR,
  toMs: nowMs,
  client: client(nowMs),
  troubles: [],
  nameSuggestion: null,
  lostFromMs: null,
  blindSinceMs: null,
  sessions: [session(nowMs - 2 * HOUR, null)],
  sessionsCut: false,
  blocked: [],
  silence: { teeth: [], late: [] },
  blind: [],
  restarts: [],
  alerts: [],
  ...of,
});

/** One heartbeat every 30 s from `fromMs`, the interval of a client with a heartbeat timeout of 60 s. */
const beating = (fromMs: number, toMs: number): ClientHistory["silence"]["teeth"] =>
  Array.from({ length: Math.floor((toMs - fromMs) / (30 * SECOND)) }, (_, at) => {
    const receivedMs = fromMs + at * 30 * SECOND;
    return { fromMs: receivedMs, toMs: receivedMs + 25 * SECOND, peakSeconds: 25 };
  });

/** One hour with two session ends, a blocked period, a blind period, a restart, alerts and an ongoing silence. */
const troubledLife = (nowMs: number): ClientHistory => {
  const at = (minute: number): number => nowMs - HOUR + minute * MINUTE;
  const receivedMs = nowMs - 101 * SECOND;
  return history(nowMs, {
    client: client(nowMs, {
      name: "scanner@media",
      state: "late",
      stateSinceMs: nowMs - 20 * SECOND,
      heartbeat: {
        timeoutSeconds: 60,
        silenceSeconds: 101,
        missed: 1,
        closeExpectedMs: { from: nowMs + 19 * SECOND, to: nowMs + 79 * SECOND },
      },
      reconnects: { last5m: 0, last1h: 2, last24h: 5 },
      reconnectsRecent: [0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0],
      lastEnd: { atMs: at(38), reason: "forced", inferred: false, detail: "deploy", detailReason: verbatim("deploy") },
      rates: { publish: 0.2, deliver: 14.5, ack: 14.5 },
    }),
    sessions: [
      session(at(39), null),
      session(at(22), at(38), {
        reason: "forced",
        inferred: false,
        detail: "deploy",
        detailReason: verbatim("deploy"),
      }),
      session(at(-90), at(18), { reason: "heartbeat", inferred: true, detail: null, detailReason: null }),
    ],
    blocked: [{ fromMs: at(27), toMs: at(29) }],
    silence: {
      teeth: [
        ...beating(at(30), at(38)),
        ...beating(at(39), receivedMs),
        { fromMs: receivedMs, toMs: nowMs, peakSeconds: 101 },
      ],
      late: [
        { fromMs: at(15), toMs: at(16), seconds: 75 },
        { fromMs: at(16), toMs: at(17), seconds: 130 },
        { fromMs: at(17), toMs: at(18), seconds: 178 },
      ],
    },
    blind: [blindSpan(at(6), at(9))],
    restarts: [{ atMs: at(9), node: "rabbit@one" }],
    alerts: [
      alert(nowMs, { id: "l1", startedMs: at(16), firedMs: at(16), resolvedMs: at(23), state: "resolved" }),
      alert(nowMs, { id: "l2", severity: "warning", startedMs: nowMs - 20 * SECOND, firedMs: nowMs - 20 * SECOND }),
    ],
  });
};

/** A crash loop: a thousand sessions in an hour, a new one every 3.6 s. */
const loopingLife = (nowMs: number): ClientHistory => {
  const sessions = Array.from({ length: 1_000 }, (_, at) => {
    const openedMs = nowMs - at * 3_600 - 3_000;
    return session(openedMs, at === 0 ? null : openedMs + 2_400, {
      reason: "connection-lost",
      inferred: false,
      detail: null,
      detailReason: null,
    });
  });
  const counts = Array.from({ length: 12 }, () => 83);
  return history(nowMs, {
    client: client(nowMs, {
      name: "rabbitConnectionFactory (10.0.0.7)",
      displayName: "Checkout",
      alias: "Checkout",
      folded: [
        { of: "name", rule: "spring-amqp", text: "#6b1274d2:83" },
        { of: "user", rule: "lease-users", text: "-3f2c0d9a-1b2c-4d3e-8f90-a1b2c3d4e5f6" },
        { of: "queue", rule: "reply-queues", text: "spring.gen-1Rx9HOqvTAaHeeZrQWu8Pg" },
      ],
      reconnects: { last5m: 83, last1h: 999, last24h: 999 },
      reconnectsRecent: counts,
      lastEnd: {
        atMs: nowMs - 4 * SECOND,
        reason: "connection-lost",
        inferred: false,
        detail: null,
        detailReason: null,
      },
    }),
    sessions,
  });
};

/** Lost for half an hour, with an inferred close reason only. */
const lostLife = (nowMs: number): ClientHistory => {
  const endedMs = nowMs - 31 * MINUTE;
  return history(nowMs, {
    client: client(nowMs, {
      name: "php-worker",
      state: "lost",
      stateSinceMs: endedMs,
      sessionsOpen: 0,
      heartbeat: { timeoutSeconds: null, silenceSeconds: null, missed: null, closeExpectedMs: null },
      lastEnd: { atMs: endedMs, reason: "broker-stopped", inferred: true, detail: null, detailReason: null },
    }),
    lostFromMs: endedMs + 2 * MINUTE,
    sessions: [
      session(nowMs - 5 * HOUR, endedMs, {
        reason: "broker-stopped",
        inferred: true,
        detail: null,
        detailReason: null,
      }),
    ],
    restarts: [{ atMs: endedMs, node: "rabbit@one" }],
  });
};

/** Connected and sending heartbeats, but doing no work: every measurement is at its limit. */
const idleLife = (nowMs: number): ClientHistory => {
  const sinceMs = nowMs - 14 * MINUTE;
  return history(nowMs, {
    client: client(nowMs, {
      ...{ name: "php-worker@jobs-3", sessionsOpen: 9, rates: { publish: 0, deliver: 0, ack: 0 } },
      lastEnd: {
        atMs: nowMs - 3 * HOUR,
        reason: "forced",
        inferred: false,
        detail: "deploy",
        detailReason: verbatim("deploy"),
      },
      activity: {
        ...{ consumers: 0, consumersExpected: 4, consumedFrom: ["emails"], withoutConsumersSeconds: 840 },
        ...{ channels: 12, unacked: 250, unackedMax: 250, pinnedSeconds: 840 },
        ...{ lastPublishedMs: sinceMs, publishGapSeconds: 5, publishLimitSeconds: 50, publishSilentSeconds: 840 },
        ...{ usualSessions: 1, sessionsLeaked: 8, openedPerMinute: 61.4 },
      },
    }),
    troubles: [
      { kind: "not-consuming", severity: "critical", sinceMs },
      { kind: "pinned", severity: "warning", sinceMs },
    ],
  });
};

/** A working client before Lastbeat has learned its baseline: only direct measurements are available. */
const newLife = (nowMs: number): ClientHistory =>
  history(nowMs, {
    client: client(nowMs, {
      rates: { publish: 0.2, deliver: 14.5, ack: 14.5 },
      activity: {
        ...{ consumers: 2, consumersExpected: null, consumedFrom: ["scanner"], withoutConsumersSeconds: 0 },
        ...{ channels: 3, unacked: 17, unackedMax: null, pinnedSeconds: 0 },
        ...{ lastPublishedMs: nowMs - 4 * SECOND, publishGapSeconds: null, publishLimitSeconds: null },
        ...{ publishSilentSeconds: null, usualSessions: null, sessionsLeaked: null, openedPerMinute: null },
      },
    }),
  });

/** Two of three replicas are connected without their consumers, while messages pile up. */
const replicasLife = (nowMs: number): ClientHistory =>
  history(nowMs, {
    client: client(nowMs, {
      ...{ name: "orders", sessionsOpen: 2 },
      replicas: { usualSessions: 3, usualConsumers: 6, phase: "work-piling-up", lastedSeconds: 540 },
      activity: {
        ...{ consumers: 2, consumersExpected: 6, consumedFrom: ["orders"], withoutConsumersSeconds: 0 },
        ...{ channels: 2, unacked: 20, unackedMax: 40, pinnedSeconds: 0 },
        ...{ lastPublishedMs: null, publishGapSeconds: null, publishLimitSeconds: null },
        ...{ publishSilentSeconds: null, usualSessions: 3, sessionsLeaked: 0, openedPerMinute: 0.2 },
      },
    }),
  });

export const LIVES = {
  ...{ well: history, new: newLife, idle: idleLife },
  ...{ troubled: troubledLife, looping: loopingLife, lost: lostLife, replicas: replicasLife },
} as const;
