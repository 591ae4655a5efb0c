import { BUILT_IN, type BuiltInRule } from "@/lib/alerts/model/built-in-rule";

export const clientConsumersGone = {
  ...BUILT_IN,
  id: "client-consumers-gone",
  signal: "client.consumers.idle",
  warning: 300,
  inferred: true,
  pack: "rabbitmq",
  line: { family: "state", kind: "client-not-consuming", word: "stuck", place: 60 },
} as const satisfies BuiltInRule;
