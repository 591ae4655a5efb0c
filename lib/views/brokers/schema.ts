import { z } from "zod";
import { ReasonSchema } from "@/lib/base/messages/reason";
import { ClientState, EndReason } from "@/lib/views/clients/schema";
import { NameSuggestionView } from "@/lib/views/clients/suggestion-schema";
import { listOf, Window } from "@/lib/views/list";
import { SeriesView } from "@/lib/views/series/schema";

/**
 * Whether Lastbeat has access to one part of a broker. `what` and `remedy` are codes, for which pages have texts;
 * `because` is the response of the broker, and `reason` the same as data. New parts are appended to the list.
 */
export const AccessCheck = z.object({
  what: z.enum(["overview", "connections", "nodes", "consumers", "queues", "statistics", "events", "log", "rates"]),
  ok: z.boolean(),
  because: z.string().nullable(),
  reason: ReasonSchema.nullable(),
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
      "certificate",
      "event-format",
      "log-format",
      "enable-rates",
      "enable-agent",
    ])
    .nullable(),
});
export type AccessCheck = z.infer<typeof AccessCheck>;

const ExchangeStatusView = z.object({
  is: z.enum(["off", "connecting", "flowing", "missing", "refused", "unreadable"]),
  sinceMs: z.number(),
  /** Messages in a form that Lastbeat does not know, since it started. */
  unreadable: z.number(),
  because: z.string().nullable(),
  reason: ReasonSchema.nullable(),
});

export const BrokerView = z.object({
  id: z.string(),
  state: z.enum(["reachable", "unreachable", "unauthorized", "slow", "starting"]),
  stateSinceMs: z.number(),
  /** The request and the response that failed; null while reachable. */
  because: z.string().nullable(),
  reason: ReasonSchema.nullable(),
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
  /** null: not measured, because not every connection is listed with its client. */
  clients: z.object({
    connected: z.number().nullable(),
    late: z.number().nullable(),
    blocked: z.number().nullable(),
    absent: z.number().nullable(),
    lost: z.number().nullable(),
  }),
  /** Running nodes whose connections have no statistics: their silence is not measured. */
  nodesWithoutStatistics: z.array(z.string()),
  churnPerSecond: z.object({ opened: z.number().nullable(), closed: z.number().nullable() }),
  heartbeatEnds: Window,
  reconnects: Window,
  /** Sessions that opened and closed between two polls: the broker counted them, but no poll listed them. */
  unassignedSessions: Window,
  /** Recovery after the latest restart that disconnected clients: how many reconnected, how fast, and which did not. */
  comeback: z
    .object({
      atMs: z.number(),
      reason: EndReason,
      inferred: z.boolean(),
      went: z.number(),
      back: z.number(),
      medianMs: z.number().nullable(),
      slowestMs: z.number().nullable(),
      /** Clients that have not reconnected, at most 50; `lost` once their library must have given up. */
      away: z.array(
        z.object({
          id: z.string(),
          name: z.string(),
          displayName: z.string(),
          state: ClientState,
          /** Away for much longer than the others took: the alert names it. */
          overdue: z.boolean(),
        }),
      ),
    })
    .nullable(),
  /** The status of the exchanges that carry exact close reasons. */
  pushed: z.object({ events: ExchangeStatusView, log: ExchangeStatusView }),
  /** The latest logins that the broker refused, oldest first. */
  refusals: z.array(z.object({ atMs: z.number(), user: z.string(), connection: z.string(), detail: z.string() })),
  /** Names that change at each start and that no rule folds. */
  nameSuggestions: z.array(NameSuggestionView),
  lastPollMs: z.number().nullable(),
  pollDurationMs: z.number().nullable(),
  /** The bytes of the last poll, decompressed. */
  pollBytes: z.number().nullable(),
  /**
   * The interval at which the broker measures its connections (`collect_statistics_interval`), as observed; null while it is
   * not known. `lagMs`: how old a number may be, and so how much later silence is detected.
   */
  statistics: z.object({ intervalMs: z.number().nullable(), lagMs: z.number().nullable() }),
  /** Rows of the last list of connections that could not be parsed; they are missing everywhere. */
  unreadable: z.number(),
  sees: z.array(AccessCheck),
  /** How its connections are listed, and why; null before the first poll. */
  way: z
    .object({
      is: z.enum(["list", "identity"]),
      because: z.enum(["few", "cheaper", "no-metrics", "metrics-failed", "pids-unknown", "alarm"]),
    })
    .nullable(),
  /** The current interval, longer than the configured one while the API is slow. */
  pollIntervalMs: z.number(),
  /** A temporary broker or a simulated API of `npm run demo`. */
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
  /** Sessions opened and closed per minute, and the duration of the polls. */
  series: z.array(SeriesView),
  /** Why sessions ended, the most frequent reason first. */
  ends: z.object({ last1h: z.array(EndCount), last24h: z.array(EndCount) }),
  /** The restarts of the last 30 days, the latest first. */
  restarts: z.array(z.object({ atMs: z.number(), node: z.string() })),
});
export type BrokerHistory = z.infer<typeof BrokerHistory>;
