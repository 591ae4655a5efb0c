import { BUILT_IN, type BuiltInRule } from "@/lib/alerts/model/built-in-rule";

/**
 * Connections that one client opens in a minute, the mean of ten. One every two seconds is 43,000 handshakes a day, and a
 * client that needs a connection that often can hold one open. Slower ones cost the broker less than its own statistics,
 * and a deployment that replaces a hundred processes opens a hundred once. A warning, however many: the work is done.
 */
export const clientChurn = {
  ...BUILT_IN,
  id: "client-churn",
  signal: "client.connections.opened",
  warning: 30,
  clearAt: 15,
  pack: "rabbitmq",
} as const satisfies BuiltInRule;
