import { BUILT_IN, type BuiltInRule } from "@/lib/alerts/model/built-in-rule";

/** Reported only once nodes can reach each other again and find that they went on apart: that is never a hiccup. */
export const clusterPartitioned = {
  ...BUILT_IN,
  id: "cluster-partitioned",
  signal: "broker.partitions",
  critical: 1,
  pack: "rabbitmq",
  outage: "partial",
} as const satisfies BuiltInRule;
