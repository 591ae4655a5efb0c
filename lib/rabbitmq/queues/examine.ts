import type { Queue } from "@/lib/rabbitmq/api/broker";
import { cyclesOf } from "@/lib/rabbitmq/queues/cycles";
import { findingsOf, type QueueFinding } from "@/lib/rabbitmq/queues/findings";
import type { Flow } from "@/lib/rabbitmq/queues/flow";
import type { HeadOfQueue } from "@/lib/rabbitmq/queues/head-of-queue";
import type { RoledQueue } from "@/lib/rabbitmq/queues/role";
import { rolesOf } from "@/lib/rabbitmq/queues/roles";
import type { Topology } from "@/lib/rabbitmq/queues/topology";

interface KnownBroker {
  /** The routes of dead-lettered messages through `topology`. */
  readonly flow: Flow;
  readonly topology: Topology | null;
  readonly heads: ReadonlyMap<string, HeadOfQueue>;
  readonly consumed: ReadonlySet<string>;
}

/** One broker's queues with their roles, and the faults of their dead-lettering. */
export function examine(
  listed: readonly Queue[],
  { flow, topology, heads, consumed }: KnownBroker,
  nowMs: number,
): { readonly queues: readonly RoledQueue[]; readonly findings: readonly QueueFinding[] } {
  const queues = rolesOf(listed, consumed, topology, flow);
  const cycles = cyclesOf(new Map([...flow.feeds].map(([key, feeds]) => [key, feeds.map((feed) => feed.to)])));
  return { queues, findings: findingsOf(queues, { flow, cycles, heads, everConsumed: consumed, nowMs }) };
}
