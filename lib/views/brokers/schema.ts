import { z } from "zod";
import { ClientState, EndReason } from "@/lib/views/clients/schema";
import { listOf, Window } from "@/lib/views/list";
import { SeriesView } from "@/lib/views/series/schema";

/**
 * One thing that Lastbeat may or may not know of a broker. `what` and `remedy` are codes that the page has sentences
 * for; `because` is what came back. Further ways of knowing append to the list.
 */
export const Sight = z.object({
  what: z.enum(["overview", "connections", "nodes", "consumers", "queues", "statistics", "events", "log"]),
  ok: z.boolean(),
  because: z.string().nullable(),
  remedy: z
    .enum([
      "reach",
      "credentials",
      "tag-monitoring",
      "vhost-permission",
      "enable-statistics",
      "set-amqp-url",
      "enable-events",
      "enable-log",
      "listener-permission",
      "amqp-reach",
    ])
    .nullable(),
});
export type AccessCheck = z.infer<typeof Sight>;

const Standing = z.object({
  is: z.enum(["off", "connecting", "flowing", "missing", "refused"]),
  sinceMs: z.number(),
  because: z.string().nullable(),
});

export const BrokerView = z.object({
  id: z.string(),
  state: z.enum(["reachable", "unreachable", "unauthorized", "slow", "starting"]),
  stateSinceMs: z.number(),
  /** What was tried and what came back; null while reachable. */
  because: z.string().nullable(),
  version: z.string().nullable(),
  clusterName: z.string().nullable(),
  nodes: z.array(
    z.object({
      name: z.string(),
      running: z.boolean(),
      memoryUsedBytes: z.number().nullable(),
      memoryLimitBytes: z.number().nullable(),
      memoryAlarm: z.boolean().nullable(),
      diskAlarm: z.boolean().nullable(),
      uptimeMs: z.number().nullable(),
    }),
  ),
  connections: z.number().nullable(),
  clients: z.object({
    connected: z.number(),
    late: z.number(),
    blocked: z.number(),
    absent: z.number(),
    lost: z.number(),
  }),
  churnPerSecond: z.object({ opened: z.number().nullable(), closed: z.number().nullable() }),
  heartbeatEnds: Window,
  reconnects: Window,
  /** Sessions that opened and closed between two polls: counted by the broker, seen by nobody. */
  unassignedSessions: Window,
  /** The latest time the broker took clients along: who came back, within how long, and who did not. */
  comeback: z
    .object({
      atMs: z.number(),
      reason: EndReason,
      inferred: z.boolean(),
      went: z.number(),
      back: z.number(),
      medianMs: z.number().nullable(),
      slowestMs: z.number().nullable(),
      /** Still away, at most 50; `lost` once their library must have given up. */
      away: z.array(z.object({ id: z.string(), name: z.string(), state: ClientState })),
    })
    .nullable(),
  /** Whether the exchanges that carry exact reasons reach us. */
  pushed: z.object({ events: Standing, log: Standing }),
  /** The latest log-ins that the broker refused, oldest first. */
  refusals: z.array(z.object({ atMs: z.number(), user: z.string(), connection: z.string(), detail: z.string() })),
  lastPollMs: z.number().nullable(),
  pollDurationMs: z.number().nullable(),
  /** What the last poll took over the network, unpacked. */
  pollBytes: z.number().nullable(),
  /** Rows of the last list of connections that could not be read, and are missing everywhere. */
  unreadable: z.number(),
  sees: z.array(Sight),
  /** How its connections are asked for, and why so; null before the first poll. */
  way: z
    .object({
      is: z.enum(["list", "identity"]),
      because: z.enum(["few", "cheaper", "no-metrics", "metrics-failed", "pids-unknown", "alarm"]),
    })
    .nullable(),
  /** The interval in force, longer than the configured one while the API is slow. */
  pollIntervalMs: z.number(),
  /** A throw-away broker or a simulated API made by `npm run demo`. */
  simulated: z.boolean(),
});
export type BrokerView = z.infer<typeof BrokerView>;
export const BrokersView = listOf(BrokerView);

const EndCount = z.object({ reason: EndReason, inferred: z.boolean(), count: z.number() });

/** One broker over one range of time: `GET /api/v1/brokers/{id}?range=1h`. */
export const BrokerHistory = z.object({
  asOfMs: z.number(),
  fromMs: z.number(),
  toMs: z.number(),
  broker: BrokerView,
  /** Sessions opened and closed per minute, and how long the polls took. */
  series: z.array(SeriesView),
  /** Why sessions ended, the most frequent reason first. */
  ends: z.object({ last1h: z.array(EndCount), last24h: z.array(EndCount) }),
  /** Of the last 30 days, the latest first. */
  restarts: z.array(z.object({ atMs: z.number(), node: z.string() })),
});
export type BrokerHistory = z.infer<typeof BrokerHistory>;
