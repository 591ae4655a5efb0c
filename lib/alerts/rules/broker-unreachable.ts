import { BUILT_IN, type BuiltInRule } from "@/lib/alerts/model/built-in-rule";
import { SECOND } from "@/lib/base/time/duration";

/** Three polls at the default interval of five seconds: a broker that restarts a listener is no incident. */
export const brokerUnreachable = {
  ...BUILT_IN,
  id: "broker-unreachable",
  signal: "broker.up",
  comparison: "below",
  critical: 1,
  forMs: 15 * SECOND,
  pack: "rabbitmq",
  outage: "total",
  line: { family: "state", kind: "broker-blind", word: "unreachable", place: 10 },
  mutes: [{ target: 'rule!="broker-unreachable"', equal: ["broker"] }],
} as const satisfies BuiltInRule;
