import { BUILT_IN, type BuiltInRule } from "@/lib/alerts/model/built-in-rule";

/** Clients whom the broker took along and whose library has given up by now: one alert for all of them. */
export const clientsNotBack = {
  ...BUILT_IN,
  id: "clients-not-back",
  signal: "broker.clients.missing",
  critical: 1,
  inferred: true,
  pack: "rabbitmq",
  line: { family: "state", kind: "clients-not-back", word: "lost", place: 30 },
  // It names all of them, and how many there are.
  mutes: [{ target: 'rule="client-lost"', equal: ["broker"] }],
} as const satisfies BuiltInRule;
