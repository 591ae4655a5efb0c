import { BUILT_IN, type BuiltInRule } from "@/lib/alerts/model/built-in-rule";

export const brokerAlarm = {
  ...BUILT_IN,
  id: "broker-alarm",
  signal: "broker.alarms",
  critical: 1,
  pack: "rabbitmq",
  outage: "partial",
} as const satisfies BuiltInRule;
