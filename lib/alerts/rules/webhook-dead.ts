import { BUILT_IN, type BuiltInRule } from "@/lib/alerts/model/built-in-rule";

export const webhookDead = {
  ...BUILT_IN,
  id: "webhook-dead",
  signal: "webhook.dead",
  critical: 1,
  pack: "lastbeat",
} as const satisfies BuiltInRule;
