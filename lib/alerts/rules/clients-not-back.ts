import { BUILT_IN, type BuiltInRule } from "@/lib/alerts/model/built-in-rule";

/** Clients that lost their connection when the broker restarted, and whose library has given up: one alert for all. */
export const clientsNotBack = {
  ...BUILT_IN,
  id: "clients-not-back",
  signal: "broker.clients.missing",
  critical: 1,
  inferred: true,
  pack: "rabbitmq",
  line: { family: "state", kind: "clients-not-back", word: "lost", place: 30 },
  // This alert names the clients and says how many there are.
  mutes: [{ target: 'rule="client-lost"', equal: ["broker"] }],
} as const satisfies BuiltInRule;
