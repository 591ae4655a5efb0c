import type { QueueFinding } from "@/lib/rabbitmq/queues/findings";
import type { RoledQueue } from "@/lib/rabbitmq/queues/role";

/** The worst trouble of one queue. */
export interface QueueHealth {
  /** down: its node is down; finding: its dead-lettering is faulty; waiting: it has messages and no consumer. */
  readonly is: "down" | "finding" | "waiting";
  readonly severity: QueueFinding["severity"];
  /** The kind of its worst finding; null without one. */
  readonly kind: QueueFinding["kind"] | null;
}

/** A queue's health, given all findings about it; null without trouble. */
export function queueHealth(queue: RoledQueue, findings: readonly QueueFinding[]): QueueHealth | null {
  if (isDown(queue)) return { is: "down", severity: "critical", kind: null };
  const worst = findings.find(({ severity }) => severity === "critical") ?? findings[0];
  if (worst !== undefined) return { is: "finding", severity: worst.severity, kind: worst.kind };
  // Messages in a retry or delay queue wait without a consumer by design.
  return queue.role === "work" && isWaiting(queue) ? { is: "waiting", severity: "warning", kind: null } : null;
}

/** Worse is higher, 0 is no trouble: critical, then a finding of severity warning, then waiting messages. */
export function troubleRank(health: QueueHealth | null): number {
  if (health === null) return 0;
  if (health.severity === "critical") return 3;
  return health.is === "finding" ? 2 : 1;
}

export const isDown = ({ state }: RoledQueue): boolean =>
  state === "down" || state === "stopped" || state === "crashed";

export const isWaiting = ({ ready, consumers }: RoledQueue): boolean => (ready ?? 0) > 0 && consumers === 0;
