import { BUILT_IN, type BuiltInRule } from "@/lib/alerts/model/built-in-rule";

export const clientLost = {
  ...BUILT_IN,
  id: "client-lost",
  signal: "client.lost",
  critical: 1,
  inferred: true,
  pack: "rabbitmq",
  line: { family: "state", kind: "client-lost", word: "lost", place: 40 },
} as const satisfies BuiltInRule;
