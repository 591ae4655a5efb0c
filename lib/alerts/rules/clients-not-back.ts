import { BUILT_IN, type BuiltInRule } from "@/lib/alerts/model/built-in-rule";

/**
 * Clients that lost their connection when the broker restarted: one alert for all. 1: somebody is away much longer than
 * the others (`lib/rabbitmq/clients/restart-recovery.ts`); 2: for longer than its library tries to reconnect.
 */
export const clientsNotBack = {
  ...BUILT_IN,
  id: "clients-not-back",
  signal: "broker.restart.recovery",
  warning: 1,
  critical: 2,
  inferred: true,
  pack: "rabbitmq",
  outage: "partial",
  line: { family: "state", kind: "clients-not-back", word: "lost", place: 30 },
} as const satisfies BuiltInRule;
