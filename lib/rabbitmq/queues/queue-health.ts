import type { QueueFinding } from "@/lib/rabbitmq/queues/findings";
import type { RoledQueue } from "@/lib/rabbitmq/queues/role";

/** What is wrong with one queue, the worst of it. */
export interface QueueHealth {
  /** down: its node is; finding: something is wrong with its ways; waiting: messages and nobody to take them. */
  readonly is: "down" | "finding" | "waiting";
  readonly severity: QueueFinding["severity"];
  /** What its worst finding is about; null without one. */
  readonly kind: QueueFinding["kind"] | null;
}

/** A queue's standing, given all findings that name it; null where nothing is wrong. */
export function queueHealth(queue: RoledQueue, findings: readonly QueueFinding[]): QueueHealth | null {
  if (isDown(queue)) return { is: "down", severity: "critical", kind: null };
  const worst = findings.find((one) => one.severity === "critical") ?? findings[0];
  if (worst !== undefined) return { is: "finding", severity: worst.severity, kind: worst.kind };
  // What waits in a retry or delay queue is meant to wait without a consumer.
  return queue.role === "work" && isWaiting(queue) ? { is: "waiting", severity: "warning", kind: null } : null;
}

/** Worse is higher, 0 is nothing: critical, then what a finding warns of, then what only waits. */
export function troubleRank(standing: QueueHealth | null): number {
  if (standing === null) return 0;
  if (standing.severity === "critical") return 3;
  return standing.is === "finding" ? 2 : 1;
}

export const isDown = ({ state }: RoledQueue): boolean =>
  state === "down" || state === "stopped" || state === "crashed";

export const isWaiting = ({ ready, consumers }: RoledQueue): boolean => (ready ?? 0) > 0 && consumers === 0;
