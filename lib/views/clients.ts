import { z } from "zod";
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
export type ClientState = z.infer<typeof ClientState>;

export const ClientView = z.object({
  id: z.string(),
  broker: z.string(),
  vhost: z.string(),
  user: z.string(),
  name: z.string(),
  namedBy: z.enum(["connection-name", "identity"]),
  product: z.string().nullable(),
  productVersion: z.string().nullable(),
  platform: z.string().nullable(),
  peerHost: z.string().nullable(),
  state: ClientState,
  stateSinceMs: z.number(),
  heartbeat: z.object({
    /** Negotiated; 0 = heartbeats off. null = not measured. */
    timeoutSeconds: z.number().nullable(),
    silenceSeconds: z.number().nullable(),
    missed: z.number().nullable(),
    /** When the broker will close the late session; null unless late. Inferred. */
    closeExpectedMs: z.object({ from: z.number(), to: z.number() }).nullable(),
  }),
  sessionsOpen: z.number(),
  reconnects: Window,
  lastEnd: z
    .object({ atMs: z.number(), reason: EndReason, inferred: z.boolean(), detail: z.string().nullable() })
    .nullable(),
  consuming: z.array(z.string()),
  rates: z.object({ publish: z.number().nullable(), deliver: z.number().nullable(), ack: z.number().nullable() }),
  /** What it does with its sessions; null until it was followed once. */
  activity: z
    .object({
      consumers: z.number().nullable(),
      /** Learned: the most it held steadily. null until learned. Inferred. */
      consumersExpected: z.number().nullable(),
      /** Where it consumes now, or did when it last consumed. */
      consumedFrom: z.array(z.string()),
      channels: z.number().nullable(),
      unacked: z.number().nullable(),
      /** Messages its prefetch lets it hold unacknowledged; null without a limit. */
      unackedMax: z.number().nullable(),
      lastPublishedMs: z.number().nullable(),
      /** Median seconds between two looks that saw it publish; null without a habit. */
      publishGapSeconds: z.number().nullable(),
      /** The median number of sessions over the time learned from; null until learned. */
      usualSessions: z.number().nullable(),
    })
    .nullable(),
  firstSeenMs: z.number(),
  lastSeenMs: z.number(),
});
export type ClientView = z.infer<typeof ClientView>;
export const ClientsView = listOf(ClientView);

export const SessionView = z.object({
  id: z.string(),
  connection: z.string(),
  node: z.string().nullable(),
  openedMs: z.number(),
  closedMs: z.number().nullable(),
  reconnect: z.boolean(),
  end: z.object({ reason: EndReason, inferred: z.boolean(), detail: z.string().nullable() }).nullable(),
});
export type SessionView = z.infer<typeof SessionView>;
export const SessionsView = listOf(SessionView);
