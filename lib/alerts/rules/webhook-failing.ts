import { BUILT_IN, type BuiltInRule } from "@/lib/alerts/model/built-in-rule";

/**
 * The alert is sent through the other webhooks. A receiver that restarts is back within five minutes.
 */
export const webhookFailing = {
  ...BUILT_IN,
  id: "webhook-failing",
  signal: "webhook.failing",
  warning: 300,
  critical: 3_600,
  pack: "lastbeat",
} as const satisfies BuiltInRule;
