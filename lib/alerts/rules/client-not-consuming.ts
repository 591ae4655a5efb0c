import { BUILT_IN, type BuiltInRule } from "@/lib/alerts/model/built-in-rule";

/** The value is a duration (seconds without a consumer), so no `for`. */
export const clientNotConsuming = {
  ...BUILT_IN,
  id: "client-not-consuming",
  signal: "client.consumers.missing",
  critical: 60,
  inferred: true,
  pack: "rabbitmq",
  line: { family: "state", kind: "client-not-consuming", word: "stuck", place: 60 },
} as const satisfies BuiltInRule;
