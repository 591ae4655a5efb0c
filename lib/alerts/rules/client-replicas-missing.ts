import { BUILT_IN, type BuiltInRule } from "@/lib/alerts/model/built-in-rule";

/**
 * Several sessions under one name, of which some are missing. The phases of one alert: 1 fewer sessions than usual, 2 fewer
 * consumers, 3 work piles up. It waits for as long as a single client may be away before it is lost, and ends with the usual
 * number, or once a smaller one is learned (`lib/rabbitmq/clients/replicas.ts`).
 */
export const clientReplicasMissing = {
  ...BUILT_IN,
  id: "client-replicas-missing",
  signal: "client.replicas.missing",
  warning: 1,
  critical: 3,
  inferred: true,
  pack: "rabbitmq",
  remedy: ({ sessionsOpen, usualSessions }) =>
    Number(sessionsOpen) < Number(usualSessions ?? 0) ? "startMissingReplicas" : "restoreConsumers",
} as const satisfies BuiltInRule;
