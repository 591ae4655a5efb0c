import { BUILT_IN, type BuiltInRule } from "@/lib/alerts/model/built-in-rule";

export const clientBlocked = {
  ...BUILT_IN,
  id: "client-blocked",
  signal: "client.blocked",
  critical: 30,
  pack: "rabbitmq",
  line: { family: "state", kind: "client-blocked", word: "blocked", place: 50 },
} as const satisfies BuiltInRule;
