import { BUILT_IN, type BuiltInRule } from "@/lib/alerts/model/built-in-rule";

/**
 * The value is "reconnects in the last 10 minutes", so it falls only as they age. Below one means ten quiet minutes:
 * a clear threshold of two would fire again at every second reconnect of a client that is still flapping.
 */
export const clientFlapping = {
  ...BUILT_IN,
  id: "client-flapping",
  signal: "client.reconnects",
  warning: 3,
  critical: 6,
  clearAt: 1,
  pack: "rabbitmq",
  line: { family: "state", kind: "client-flapping", word: "flapping", place: 290 },
  panel: "reconnects",
  // The connections that it opens are its reconnects.
  mutes: [{ target: 'rule="client-churn"', equal: ["clientId"] }],
} as const satisfies BuiltInRule;
