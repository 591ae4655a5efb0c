import { MINUTE } from "@/lib/base/time/duration";
import type { BrokerMemory } from "@/lib/collector/broker/memory";
import type { BrokerObservation } from "@/lib/collector/broker/observe/observe";
import type { Queue } from "@/lib/rabbitmq/api/broker";
import { isOwnQueue } from "@/lib/rabbitmq/api/own";
import { examine } from "@/lib/rabbitmq/queues/examine";
import { followFindings } from "@/lib/rabbitmq/queues/findings-since";
import { type Flow, flowOf } from "@/lib/rabbitmq/queues/flow";
import { followHeadsOfQueue } from "@/lib/rabbitmq/queues/head-of-queue";
import { followProgress } from "@/lib/rabbitmq/queues/progress";
import { queueKey } from "@/lib/rabbitmq/queues/queue";
import { recordConsumed } from "@/lib/rabbitmq/queues/roles";
import type { Topology } from "@/lib/rabbitmq/queues/topology";

/** Exchanges and bindings change seldom, and 2,000 bindings cost the broker 39 ms (measured on 3.10.8). */
const TOPOLOGY_EVERY_MS = MINUTE;

/** Whether this poll should request exchanges and bindings, too. */
export const isTopologyDue = (memory: BrokerMemory, nowMs: number): boolean =>
  memory.topologyRequestedMs === null || nowMs - memory.topologyRequestedMs >= TOPOLOGY_EVERY_MS;

type QueuesAfter = Pick<
  BrokerMemory,
  | "queues"
  | "ownQueues"
  | "everConsumed"
  | "topology"
  | "topologyRequestedMs"
  | "headsOfQueue"
  | "findingsSince"
  | "progress"
>;

interface Polled {
  readonly nowMs: number;
  /** Nodes that restarted since the poll before. */
  readonly restarted: ReadonlySet<string>;
}

/** What a poll changes of the memory of queues. */
export function queuesAfter(
  before: BrokerMemory,
  observation: BrokerObservation,
  { nowMs, restarted }: Polled,
): QueuesAfter {
  const listed = observation.queues.ok ? observation.queues.value.rows : null;
  const queues = listed?.filter((queue) => !isOwnQueue(queue)) ?? before.queues;
  const ownQueues = listed?.filter(isOwnQueue) ?? before.ownQueues;
  const topology = topologyAfter(before, observation);
  const everConsumed = recordConsumed(before.everConsumed, queues);
  const topologyRequestedMs = observation.topology === undefined ? before.topologyRequestedMs : nowMs;
  const known = { queues, ownQueues, everConsumed, topology, topologyRequestedMs };
  if (!observation.queues.ok || !observation.queuesFresh) {
    const { headsOfQueue, findingsSince, progress } = before;
    return { ...known, headsOfQueue, findingsSince, progress };
  }
  const flow = flowOf(queues, topology);
  const headsOfQueue = headsAfter(before, queues, flow, nowMs);
  const { findings } = examine(queues, { flow, topology, heads: headsOfQueue, consumed: everConsumed }, nowMs);
  // Without exchanges and bindings most of what can be wrong is not observation.
  const anew = before.topology === null && topology !== null;
  return {
    ...known,
    headsOfQueue,
    findingsSince: followFindings(before.findingsSince, findings, { queues, widened: anew, nowMs }),
    progress: followProgress(before.progress, counted(queues, observation), { nowMs, restarted: restarted.size > 0 }),
  };
}

/** Without rates no message is counted, and absent counters are not 0. */
const counted = (queues: readonly Queue[], { overview }: BrokerObservation): readonly Queue[] =>
  overview.ok && overview.value.ratesDisabled ? queues.map((queue) => ({ ...queue, counters: null })) : queues;

/** A topology that this user may not see is not known; a request that failed leaves it as it was. */
function topologyAfter(before: BrokerMemory, observation: BrokerObservation): Topology | null {
  if (observation.topology === undefined) return before.topology;
  if (observation.topology.ok) return observation.topology.value;
  return observation.topology.failure.code === "unauthorized" ? null : before.topology;
}

function headsAfter(before: BrokerMemory, queues: readonly Queue[], { feeds }: Flow, nowMs: number) {
  const byKey = new Map(queues.map((queue) => [queueKey(queue), queue]));
  const targetsOf = (key: string) => (feeds.get(key) ?? []).flatMap((feed) => byKey.get(feed.to) ?? []);
  return followHeadsOfQueue(before.headsOfQueue, queues, targetsOf, nowMs);
}
