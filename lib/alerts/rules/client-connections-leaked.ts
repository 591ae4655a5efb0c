import { BUILT_IN, type BuiltInRule } from "@/lib/alerts/model/built-in-rule";

/** Connections beyond the usual number, counted only where that number has more than doubled. */
export const clientConnectionsLeaked = {
  ...BUILT_IN,
  id: "client-connections-leaked",
  signal: "client.connections.leaked",
  warning: 20,
  critical: 100,
  inferred: true,
  pack: "rabbitmq",
  line: { family: "state", kind: "client-leaking", word: "leaking", place: 280 },
} as const satisfies BuiltInRule;
