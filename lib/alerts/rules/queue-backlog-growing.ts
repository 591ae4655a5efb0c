import { BUILT_IN, type BuiltInRule } from "@/lib/alerts/model/built-in-rule";
import { MINUTE } from "@/lib/base/time/duration";

/**
 * The states of `queue.backlog.growing`: 2 and 3 are growth at which messages will wait for 15 minutes and two hours. The
 * slope is of ten minutes; ten more and it is no single batch. Resolved once it drains, not once it only stands.
 */
export const queueBacklogGrowing = {
  ...BUILT_IN,
  id: "queue-backlog-growing",
  signal: "queue.backlog.growing",
  warning: 2,
  critical: 3,
  clearAt: 1,
  forMs: 10 * MINUTE,
  inferred: true,
  pack: "rabbitmq",
  line: { family: "queue", word: "stuck", place: 87 },
} as const satisfies BuiltInRule;
