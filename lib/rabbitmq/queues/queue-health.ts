import type { QueueFinding } from "@/lib/rabbitmq/queues/findings";
import { unavailability } from "@/lib/rabbitmq/queues/replicas";
import type { RoledQueue } from "@/lib/rabbitmq/queues/role";
import { waitsByDesign } from "@/lib/rabbitmq/queues/unattended";

/** The worst trouble of one queue. */
export interface QueueHealth {
  /** down: its node is down; finding: its dead-lettering is faulty; waiting: it has messages and no consumer. */
  readonly is: "down" | "finding" | "waiting";
  readonly severity: QueueFinding["severity"];
  /** The kind of its worst finding; null without one. */
  readonly kind: QueueFinding["kind"] | null;
}

/** A queue's health, given all findings about it; null without trouble. */
export function queueHealth(
  queue: RoledQueue,
  findings: readonly QueueFinding[],
  running: ReadonlySet<string> | null = null,
): QueueHealth | null {
  if (isDown(queue, running)) return { is: "down", severity: "critical", kind: null };
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

/** Its node is down, it has crashed, or too few of its replicas run. `running`: the nodes that run; null: not known. */
const isDown = (queue: RoledQueue, running: ReadonlySet<string> | null): boolean =>
  unavailability(queue, running) === 2;

/** Messages wait for a consumer that is not there, and not by design. */
export const isWaiting = (queue: RoledQueue): boolean =>
  (queue.ready ?? 0) > 0 && queue.consumers === 0 && !waitsByDesign(queue);
