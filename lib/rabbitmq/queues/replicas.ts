import type { BrokerNode, Queue } from "@/lib/rabbitmq/api/broker";

/** The names of the nodes that run; null before the nodes were listed. */
export const runningNames = (nodes: readonly BrokerNode[]): ReadonlySet<string> | null =>
  nodes.length === 0 ? null : new Set(nodes.filter(({ running }) => running).map(({ name }) => name));

/** A state that RabbitMQ gives a queue whose process cannot be reached; `minority` since 3.13. */
const DOWN: readonly (string | null)[] = ["down", "stopped", "crashed", "minority"];

/** The nodes whose replica of a quorum queue or a stream does not run. `running`: null, not known. */
export function membersDown({ type, members, online }: Queue, running: ReadonlySet<string> | null): readonly string[] {
  if (members === null) return [];
  // RabbitMQ 3.10.8 lists the replica of a killed node as online for a stream (measured).
  const runs = (node: string): boolean =>
    (running === null || running.has(node)) && (type === "stream" || online === null || online.includes(node));
  return members.filter((node) => !runs(node));
}

/**
 * 0 while a queue is available, 1 while a replica of it is down, 2 while it cannot be used: its node is down, it has
 * crashed, or too few replicas run to elect a leader. The state alone does not say so: 3.10.8 lists a quorum queue with
 * one of two members as running (measured). null: not measured.
 */
export function unavailability(queue: Queue, running: ReadonlySet<string> | null): number | null {
  if (DOWN.includes(queue.state)) return 2;
  const replicated = queue.type === "quorum" || queue.type === "stream";
  if (!replicated) return queue.state === null ? null : 0;
  if (queue.members === null || queue.members.length === 0) return null;
  const down = membersDown(queue, running).length;
  if (2 * down >= queue.members.length) return 2;
  return down > 0 ? 1 : 0;
}
