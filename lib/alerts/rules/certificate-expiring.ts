import { BUILT_IN, type BuiltInRule } from "@/lib/alerts/model/built-in-rule";

/** A month is time to renew by hand; certificates that renew themselves do so with 30 days left or fewer, so a week is what is left when that has failed. */
export const certificateExpiring = {
  ...BUILT_IN,
  id: "certificate-expiring",
  signal: "broker.certificates.days",
  comparison: "below",
  warning: 30,
  critical: 7,
  pack: "rabbitmq",
} as const satisfies BuiltInRule;
