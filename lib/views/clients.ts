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
