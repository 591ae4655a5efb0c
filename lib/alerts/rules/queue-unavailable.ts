import { BUILT_IN, type BuiltInRule } from "@/lib/alerts/model/built-in-rule";
import { MINUTE } from "@/lib/base/time/duration";

/** A node that restarts for an upgrade is back within two minutes (10 s to a minute measured), and its replicas with it. */
export const queueUnavailable = {
  ...BUILT_IN,
  id: "queue-unavailable",
  signal: "queue.unavailable",
  warning: 1,
  critical: 2,
  forMs: 2 * MINUTE,
  pack: "rabbitmq",
  line: { family: "queue", word: "unreachable", place: 82 },
} as const satisfies BuiltInRule;
