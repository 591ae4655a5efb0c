import { BUILT_IN, type BuiltInRule } from "@/lib/alerts/model/built-in-rule";
import { SECOND } from "@/lib/base/time/duration";

/**
 * Three polls at the default interval: a cluster lists a hung node without its statistics for one poll before it drops
 * it (measured).
 */
export const nodeDown = {
  ...BUILT_IN,
  id: "node-down",
  signal: "broker.nodes.down",
  critical: 1,
  forMs: 15 * SECOND,
  pack: "rabbitmq",
  outage: "partial",
  // Clients of a node that is down raise no alert; those that are absent when it is back are reported then.
  mutes: [
    { target: 'rule="clients-not-back"', equal: ["broker"] },
    // Each queue with a replica on the node would be a page of its own.
    { target: 'rule="queue-unavailable"', equal: ["broker"] },
  ],
} as const satisfies BuiltInRule;
