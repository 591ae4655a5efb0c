import { BUILT_IN, type BuiltInRule } from "@/lib/alerts/model/built-in-rule";
import { SECOND } from "@/lib/base/time/duration";

/** Three polls at the default: a cluster that gives up a hung node lists it without its numbers for one (measured). */
export const nodeDown = {
  ...BUILT_IN,
  id: "node-down",
  signal: "broker.nodes.down",
  critical: 1,
  forMs: 15 * SECOND,
  pack: "rabbitmq",
  // Clients that went with a node are no single alerts; those still away when it is back are reported then.
  mutes: [{ target: 'rule="clients-not-back"', equal: ["broker"] }],
} as const satisfies BuiltInRule;
