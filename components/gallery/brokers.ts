import { points, series } from "@/components/gallery/factories";
import { reason } from "@/lib/base/messages/reason";
import { HOUR, MINUTE, SECOND } from "@/lib/base/time/duration";
import { withBecause } from "@/lib/views/because";
import type { AccessCheck, BrokerHistory, BrokerView } from "@/lib/views/brokers/schema";

const SEEN = ["overview", "connections", "nodes", "consumers", "queues", "statistics", "events", "log"] as const;
const sees: AccessCheck[] = SEEN.map((what) => ({ what, ok: true, ...withBecause(null), remedy: null }));
const FLOWING = { is: "flowing", sinceMs: 0, unreadable: 0, ...withBecause(null) } as const;
/** A refusal in the format of the RabbitMQ management API. */
const refusal = (what: string, text: string) =>
  withBecause(reason("httpStatusWithText", { status: 401, where: `/api/${what}`, text }));
const MIB = 1024 * 1024;

const node = (of: Partial<BrokerView["nodes"][number]>): BrokerView["nodes"][number] => ({
  name: "rabbit@one",
  running: true,
  memoryUsedBytes: 412 * MIB,
  memoryLimitBytes: 3_072 * MIB,
  memoryAlarm: false,
  diskAlarm: false,
  uptimeMs: 31 * HOUR,
  ...of,
});

const broker = (nowMs: number, of: Partial<BrokerView> = {}): BrokerView => ({
  id: "main",
  state: "reachable",
  stateSinceMs: nowMs - 3 * HOUR,
  ...withBecause(null),
  version: "3.13.7",
  clusterName: "rabbit@one",
  nodes: [node({})],
  connections: 240,
  clients: { connected: 236, late: 2, blocked: 0, absent: 1, lost: 1 },
  churnPerSecond: { opened: 0.2, closed: 0.2 },
  heartbeatEnds: { last5m: 0, last1h: 3, last24h: 9 },
  reconnects: { last5m: 1, last1h: 40, last24h: 212 },
  unassignedSessions: { last5m: 0, last1h: 0, last24h: 0 },
  lastPollMs: nowMs - 2 * SECOND,
  pollDurationMs: 42,
  pollBytes: 131_072,
  pollIntervalMs: 5_000,
  nodesWithoutStatistics: [],
  statistics: { intervalMs: 5_000, lagMs: 10_252 },
  unreadable: 0,
  comeback: null,
  way: { is: "list", because: "few" },
  pushed: { events: FLOWING, log: FLOWING },
  refusals: [],
  nameSuggestions: [],
  sees,
  simulated: false,
  ...of,
});

const brokerHistory = (nowMs: number, of: Partial<BrokerHistory> = {}): BrokerHistory => ({
  asOfMs: nowMs,
  fromMs: nowMs - HOUR,
  toMs: nowMs,
  broker: broker(nowMs),
  series: [],
  ends: { last1h: [], last24h: [] },
  restarts: [],
  ...of,
});

/** A broker with a node in memory alarm, a node that is down, and a user with insufficient permissions. */
const troubledBroker = (nowMs: number): BrokerHistory => {
  const hidden: AccessCheck = { what: "queues", ok: false, ...withBecause(null), remedy: "vhost-permission" };
  const refused: AccessCheck = {
    what: "nodes",
    ok: false,
    ...refusal("nodes", "Not monitor user"),
    remedy: "tag-monitoring",
  };
  const swing = (i: number): number => 6 + 5 * Math.sin(i / 11);
  return brokerHistory(nowMs, {
    broker: broker(nowMs, {
      nodes: [
        node({ memoryUsedBytes: 3_100 * MIB, memoryAlarm: true }),
        node({
          name: "rabbit@two",
          running: false,
          memoryUsedBytes: null,
          memoryLimitBytes: null,
          memoryAlarm: null,
          diskAlarm: null,
          uptimeMs: null,
        }),
      ],
      unassignedSessions: { last5m: 0, last1h: 4, last24h: 31 },
      unreadable: 2,
      nameSuggestions: [
        {
          of: "name",
          pattern: "(?<=^worker)-\\d+$",
          folded: "worker",
          clients: 31,
          examples: ["worker-48213", "worker-47991", "worker-47702"],
        },
      ],
      sees: [...sees.filter(({ what }) => what !== "queues" && what !== "nodes"), hidden, refused],
    }),
    series: [
      series(nowMs, "broker.opened", [{ labels: { broker: "main" }, points: points(nowMs, swing, 1) }]),
      series(nowMs, "broker.closed", [{ labels: { broker: "main" }, points: points(nowMs, (i) => swing(i + 3), 1) }]),
    ],
    ends: {
      last1h: [{ reason: "unknown", inferred: false, count: 12 }],
      last24h: [
        { reason: "broker-stopped", inferred: true, count: 190 },
        { reason: "unknown", inferred: false, count: 61 },
        { reason: "heartbeat", inferred: true, count: 9 },
      ],
    },
    restarts: [
      { atMs: nowMs - 20 * MINUTE, node: "rabbit@two" },
      { atMs: nowMs - 31 * HOUR, node: "rabbit@one" },
    ],
  });
};

/** A broker that refuses every request. The page lists the attempted requests. */
const blindBroker = (nowMs: number): BrokerHistory =>
  brokerHistory(nowMs, {
    broker: broker(nowMs, {
      state: "unauthorized",
      stateSinceMs: nowMs - 12 * MINUTE,
      ...refusal("connections", "Login failed"),
      nodes: [],
      connections: null,
      sees: SEEN.slice(0, 5).map((what) => ({
        what,
        ok: false,
        ...refusal(what, "Login failed"),
        remedy: "credentials",
      })),
      pollDurationMs: null,
      pollBytes: null,
    }),
  });

export const BROKERS = { well: brokerHistory, troubled: troubledBroker, blind: blindBroker } as const;
