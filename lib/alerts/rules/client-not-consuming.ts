import { BUILT_IN, type BuiltInRule } from "@/lib/alerts/model/built-in-rule";

/** The values are durations themselves (for how many seconds it has been so), so no further holding. */
export const clientNotConsuming = {
  ...BUILT_IN,
  id: "client-not-consuming",
  signal: "client.consumers.missing",
  critical: 60,
  inferred: true,
  pack: "rabbitmq",
  line: { family: "state", kind: "client-not-consuming", word: "stuck", place: 60 },
} as const satisfies BuiltInRule;
