import { z } from "zod";
import { ReasonSchema } from "@/lib/base/messages/reason";
import { BlindBroker } from "@/lib/views/brokers/blind";
import { listOf, Window } from "@/lib/views/list";

export const EndReason = z.enum([
  "heartbeat",
  "client-closed",
  "connection-lost",
  "broker-stopped",
  "node-down",
  "forced",
  "authentication",
  "protocol",
  "consumer-timeout",
  "unknown",
]);

export const ClientState = z.enum(["connected", "late", "blocked", "absent", "lost", "departed"]);

export const ClientView = z.object({
  id: z.string(),
  broker: z.string(),
  vhost: z.string(),
  user: z.string(),
  name: z.string(),
  /** Lastbeat itself, of this or another installation: in no count, and in the list only with `own=true`. */
  own: z.boolean(),
  /** How the client is shown everywhere: its alias, else its name and what distinguishes it from others of that name. */
  displayName: z.string(),
  /** Set on its page, by the API or in the configuration; null: none. */
  alias: z.string().nullable(),
  namedBy: z.enum(["connection-name", "identity"]),
  product: z.string().nullable(),
  productVersion: z.string().nullable(),
  platform: z.string().nullable(),
  peerHost: z.string().nullable(),
  state: ClientState,
  stateSinceMs: z.number(),
  heartbeat: z.object({
    /** Negotiated; 0: heartbeats are off; null: not measured. */
    timeoutSeconds: z.number().nullable(),
    silenceSeconds: z.number().nullable(),
    missed: z.number().nullable(),
    /** When the broker will close the late session; null if it is not late. Inferred. */
    closeExpectedMs: z.object({ from: z.number(), to: z.number() }).nullable(),
  }),
  /** How certain it is that this is one client, and the reason. */
  identity: z.object({
    by: z.enum(["connection-name", "identity"]),
    confidence: z.enum(["certain", "likely", "weak"]),
    because: z.enum(["connection-name", "queues", "returned-without-queues", "nothing-else", "several-share-it"]),
  }),
  /** What its name, user or queues carry that changes at each start, and the rule that leaves it out (`strip`: a pattern). */
  folded: z.array(z.object({ of: z.enum(["name", "user", "queue"]), rule: z.string(), text: z.string() })),
  sessionsOpen: z.number(),
  reconnects: Window,
  /** Reconnects of the last hour in twelve counts of five minutes, oldest first; empty when there was none. */
  reconnectsRecent: z.array(z.number()),
  lastEnd: z
    .object({
      atMs: z.number(),
      reason: EndReason,
      inferred: z.boolean(),
      detail: z.string().nullable(),
      /** `detail` as data. */
      detailReason: ReasonSchema.nullable(),
    })
    .nullable(),
  /** Its usual number of sessions and consumers, and what is missing of them. Inferred. */
  replicas: z.object({
    /** A number that it has always had but for short dips; null until learned, after an hour by default. */
    usualSessions: z.number().nullable(),
    usualConsumers: z.number().nullable(),
    /** null: nothing is missing, or not for long. */
    phase: z.enum(["fewer-sessions", "fewer-consumers", "work-piling-up"]).nullable(),
    /** For how long it has had fewer, also where that is not reported yet; null: as many as usual. */
    lastedSeconds: z.number().nullable(),
  }),
  consuming: z.array(z.string()),
  rates: z.object({ publish: z.number().nullable(), deliver: z.number().nullable(), ack: z.number().nullable() }),
  /** The activity of its sessions; null before the first measurement. */
  activity: z
    .object({
      consumers: z.number().nullable(),
      /** The highest number that it has had steadily; null until learned. Inferred. */
      consumersExpected: z.number().nullable(),
      /** The queues that it consumes, or last consumed. */
      consumedFrom: z.array(z.string()),
      channels: z.number().nullable(),
      unacked: z.number().nullable(),
      /** The unacknowledged messages that its prefetch allows; null without a limit. */
      unackedMax: z.number().nullable(),
      lastPublishedMs: z.number().nullable(),
      /** Median seconds between two polls at which it had published; null if it does not publish regularly. */
      publishGapSeconds: z.number().nullable(),
      /** The median number of sessions over the learning time; null until learned. */
      usualSessions: z.number().nullable(),
      /** How long it has been connected without a consumer; null if it is not known to need one. Inferred. */
      withoutConsumersSeconds: z.number().nullable(),
      /** How long it has been at its prefetch limit without acknowledging; null: not measured. */
      pinnedSeconds: z.number().nullable(),
      /** How long it has not published although it receives work; null if it does not publish regularly. Inferred. */
      publishSilentSeconds: z.number().nullable(),
      /** After how many seconds without publishing this is unusual; null if it does not publish regularly. */
      publishLimitSeconds: z.number().nullable(),
      /** Sessions beyond the usual number, once there are more than twice as many; null until learned. Inferred. */
      sessionsLeaked: z.number().nullable(),
      /**
       * Connections opened in a minute, the mean of ten; null until these have been observed. Without `amqpUrl` those that
       * open and close between two polls are missing.
       */
      openedPerMinute: z.number().nullable(),
    })
    .nullable(),
  firstSeenMs: z.number(),
  lastSeenMs: z.number(),
});
export type ClientView = z.infer<typeof ClientView>;

/** A problem of a connected client for which a rule fires. */
export const ClientTrouble = z.object({
  kind: z.enum(["not-consuming", "pinned", "publish-silent", "leaking", "flapping"]),
  severity: z.enum(["warning", "critical"]),
  sinceMs: z.number(),
});
export type ClientTrouble = z.infer<typeof ClientTrouble>;

const StateCounts = z.record(ClientState, z.number());

/** The choices of the filters: every value, sorted, and bounded so that generated names cannot flood the page. */
const Choices = z.object({
  broker: z.array(z.string()),
  vhost: z.array(z.string()),
  user: z.array(z.string()),
  product: z.array(z.string()),
});

const summary = {
  total: z.number(),
  /** Clients of each state that pass the other filters, and how many of the connected ones have a problem. */
  counts: StateCounts,
  misbehaving: z.number(),
  choices: Choices,
  blind: z.array(BlindBroker),
};
export const ClientsView = listOf(ClientView).extend(summary);

/** One row of the list of clients: `GET /api/v1/clients?fields=row`. */
export const ClientRow = ClientView.pick({
  id: true,
  broker: true,
  vhost: true,
  user: true,
  name: true,
  own: true,
  displayName: true,
  namedBy: true,
  product: true,
  state: true,
  stateSinceMs: true,
  sessionsOpen: true,
  reconnectsRecent: true,
}).extend({
  timeoutSeconds: z.number().nullable(),
  silenceSeconds: z.number().nullable(),
  /** Missed heartbeats; null: not measured. */
  missed: z.number().nullable(),
  reconnects1h: z.number(),
  lastEnd: ClientView.shape.lastEnd.unwrap().pick({ atMs: true, reason: true, inferred: true }).nullable(),
  troubles: z.array(ClientTrouble),
});
export type ClientRow = z.infer<typeof ClientRow>;
export const ClientRowsView = listOf(ClientRow).extend(summary);
export type ClientRowsView = z.infer<typeof ClientRowsView>;

export const SessionView = z.object({
  id: z.string(),
  connection: z.string(),
  node: z.string().nullable(),
  openedMs: z.number(),
  closedMs: z.number().nullable(),
  /** Negotiated; 0: heartbeats are off; null: not measured. */
  timeoutSeconds: z.number().nullable(),
  reconnect: z.boolean(),
  /** Inferred: an unnamed connection without the client's queues, from the same host, user and product. */
  likely: z.boolean(),
  end: z
    .object({
      reason: EndReason,
      inferred: z.boolean(),
      detail: z.string().nullable(),
      detailReason: ReasonSchema.nullable(),
    })
    .nullable(),
});
export type SessionView = z.infer<typeof SessionView>;
export const SessionsView = listOf(SessionView);
