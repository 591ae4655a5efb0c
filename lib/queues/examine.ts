import { cyclesOf } from "@/lib/queues/cycles";
import { findingsOf, type QueueFinding } from "@/lib/queues/findings";
import type { Flow } from "@/lib/queues/flow";
import type { Head } from "@/lib/queues/heads";
import type { Queue } from "@/lib/queues/queue";
import { type RoledQueue, rolesOf } from "@/lib/queues/roles";
import type { Topology } from "@/lib/queues/topology";

interface Known {
  /** Where messages go, followed through `topology`. */
  readonly flow: Flow;
  readonly topology: Topology | null;
  readonly heads: ReadonlyMap<string, Head>;
  readonly consumed: ReadonlySet<string>;
}

/** One broker's queues with their roles, and what is wrong with how they are connected. */
export function examine(
  seen: readonly Queue[],
  { flow, topology, heads, consumed }: Known,
  nowMs: number,
): { readonly queues: readonly RoledQueue[]; readonly findings: readonly QueueFinding[] } {
  const queues = rolesOf(seen, consumed, topology, flow);
  const cycles = cyclesOf(new Map([...flow.feeds].map(([key, feeds]) => [key, feeds.map((feed) => feed.to)])));
  return { queues, findings: findingsOf(queues, { flow, cycles, heads, everConsumed: consumed, nowMs }) };
}
