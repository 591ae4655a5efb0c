import { BUILT_IN, type BuiltInRule } from "@/lib/alerts/model/built-in-rule";

export const clientPublishSilent = {
  ...BUILT_IN,
  id: "client-publish-silent",
  signal: "client.publish.silent",
  warning: 300,
  critical: 900,
  inferred: true,
  pack: "rabbitmq",
  line: { family: "state", kind: "client-publish-silent", word: "silent", place: 80 },
} as const satisfies BuiltInRule;
