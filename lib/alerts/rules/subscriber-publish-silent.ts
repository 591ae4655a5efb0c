import { BUILT_IN, type BuiltInRule } from "@/lib/alerts/model/built-in-rule";
import { ofSource } from "@/lib/alerts/model/remedies";

/** The value starts at half a minute, and beyond three times the usual gap between two publications. */
export const subscriberPublishSilent = {
  ...BUILT_IN,
  id: "subscriber-publish-silent",
  signal: "subscriber.publish.silent",
  warning: 60,
  critical: 900,
  inferred: true,
  pack: "faststream",
  line: { family: "application", word: "silent", place: 150 },
  remedy: ofSource(({ kind }) => (kind === "faststream" ? "faststreamPublishSilent" : null)),
} as const satisfies BuiltInRule;
