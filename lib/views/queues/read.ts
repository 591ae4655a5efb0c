import "server-only";
import { drainOf, NO_TREND, type Trend } from "@/lib/base/time/trend";
import type { BrokerMemory } from "@/lib/collector/broker/memory";
import type { Runtime } from "@/lib/collector/runtime";
import { isOwnQueue } from "@/lib/rabbitmq/api/own";
import { isBlind } from "@/lib/rabbitmq/api/reach";
import { oldestMessageSeconds, totalBacklog } from "@/lib/rabbitmq/queues/backlog";
import { examine } from "@/lib/rabbitmq/queues/examine";
import { type QueueFinding, worstFindings } from "@/lib/rabbitmq/queues/findings";
import { type Flow, flowOf } from "@/lib/rabbitmq/queues/flow";
import { groupsOf, type QueueGroup, worstFirst } from "@/lib/rabbitmq/queues/groups";
import { messageTtlMs, queueKey } from "@/lib/rabbitmq/queues/queue";
import { isWaiting, type QueueHealth, queueHealth, troubleRank } from "@/lib/rabbitmq/queues/queue-health";
import { runningNames } from "@/lib/rabbitmq/queues/replicas";
import type { RoledQueue } from "@/lib/rabbitmq/queues/role";
import { blindBrokers } from "@/lib/views/brokers/read-blind";
import type { FindingView, GroupView, QueueFilter, QueuesView, QueueView } from "@/lib/views/queues/schema";

/** Findings that a page lists: a thousand leaking queues have one cause. */
const FINDINGS_MAX = 100;
/** Sources that are listed of a dead-letter queue that a whole system shares. */
const FED_BY_MAX = 20;

interface BrokerQueues {
  readonly queues: readonly RoledQueue[];
  readonly flow: Flow;
  readonly findings: readonly (QueueFinding & Pick<FindingView, "sinceMs">)[];
  readonly healthOf: (queue: RoledQueue) => QueueHealth | null;
  readonly idsOf: (queue: RoledQueue) => string[];
  readonly trendOf: (queue: RoledQueue) => Trend;
}

/** All queues that pass the filter, ordered by health and then by ready messages, and the findings about their topology. */
export function readQueues(
  live: Pick<Runtime, "brokers">,
  filter: QueueFilter,
  nowMs: number,
): Omit<QueuesView, "asOfMs" | "items" | "next"> & { readonly rows: readonly QueueView[] } {
  const memories = [...live.brokers.values()];
  const own = filter.own === "true";
  const brokers = memories.map((memory) => queuesOf(memory, own, nowMs));
  const all = brokers.flatMap((broker) =>
    broker.queues.map((queue) => ({ broker, queue, rank: troubleRank(broker.healthOf(queue)) })),
  );
  const rows = all
    .filter(({ broker, queue }) => passes(queue, broker, filter))
    .sort((a, b) => b.rank - a.rank || (b.queue.ready ?? -1) - (a.queue.ready ?? -1) || byName(a.queue, b.queue))
    .map(({ broker, queue }) => viewOf(queue, broker, nowMs));
  return {
    rows,
    matching: rows.length,
    total: all.length,
    down: all.filter(({ broker, queue }) => isDownOn(broker, queue)).length,
    vhosts: [...new Set(all.map(({ queue }) => queue.vhost))].sort(),
    findings: worstFindings(brokers.flatMap(({ findings }) => findings))
      .slice(0, FINDINGS_MAX)
      .map((finding) => ({ ...finding, queues: [...finding.queues], evidence: { ...finding.evidence } })),
    groups: groupsOfAll(brokers),
    blind: blindBrokers(live),
    withoutTopology: memories.filter(isWithoutTopology).map((memory) => memory.broker),
    backlog: totalBacklog(all.map(({ queue }) => queue)),
  };
}

/** An unreachable broker is reported separately. */
const isWithoutTopology = ({ topology, reach, lastPollMs }: BrokerMemory): boolean =>
  topology === null && lastPollMs !== null && !isBlind(reach);

function queuesOf(memory: BrokerMemory, own: boolean, nowMs: number): BrokerQueues {
  const listed = own ? [...memory.queues, ...memory.ownQueues] : memory.queues;
  const flow = flowOf(listed, memory.topology);
  const { topology, headsOfQueue: heads, everConsumed: consumed } = memory;
  const { queues, findings } = examine(listed, { flow, topology, heads, consumed }, nowMs);
  const byQueue = Map.groupBy(
    findings.flatMap((finding) => finding.queues.map((name) => ({ key: queueKey({ ...finding, name }), finding }))),
    ({ key }) => key,
  );
  const running = runningNames(memory.nodes);
  const findingsOf = (queue: RoledQueue) => (byQueue.get(queueKey(queue)) ?? []).map(({ finding }) => finding);
  return {
    queues,
    flow,
    findings: findings.map((finding) => ({ ...finding, sinceMs: sinceOf(finding, memory) })),
    healthOf: (queue) => queueHealth(queue, findingsOf(queue), running),
    idsOf: (queue) => findingsOf(queue).map(({ id }) => id),
    trendOf: (queue) => memory.progress.get(queueKey(queue))?.trend ?? NO_TREND,
  };
}

const sinceOf = ({ id }: QueueFinding, { findingsSince }: BrokerMemory): number | null =>
  findingsSince.current.get(id)?.sinceMs ?? null;

const byName = (a: RoledQueue, b: RoledQueue): number => a.name.localeCompare(b.name);

const isDownOn = ({ healthOf }: BrokerQueues, queue: RoledQueue): boolean => healthOf(queue)?.is === "down";

function passes(queue: RoledQueue, broker: BrokerQueues, filter: QueueFilter): boolean {
  if (filter.role !== undefined && queue.role !== filter.role) return false;
  if (filter.vhost !== undefined && queue.vhost !== filter.vhost) return false;
  if (filter.text !== undefined && !queue.name.toLowerCase().includes(filter.text.toLowerCase())) return false;
  switch (filter.state) {
    case undefined:
      return true;
    case "finding":
      return broker.idsOf(queue).length > 0;
    case "waiting":
      return isWaiting(queue);
    case "down":
      return isDownOn(broker, queue);
    default:
      return filter.state satisfies never;
  }
}

function viewOf(queue: RoledQueue, broker: BrokerQueues, nowMs: number): QueueView {
  const key = queueKey(queue);
  const trend = broker.trendOf(queue);
  return {
    broker: queue.broker,
    vhost: queue.vhost,
    name: queue.name,
    own: isOwnQueue(queue),
    role: queue.role,
    roleBecause: queue.roleBecause,
    ready: queue.ready,
    unacked: queue.unacked,
    consumers: queue.consumers,
    delayed: queue.delayed,
    perMinute: trend.perMinute,
    drain: drainOf(queue.ready, trend, "exact"),
    rates: { ...queue.rates },
    oldestMessageSeconds: oldestMessageSeconds(queue, nowMs),
    retriesInto: queue.retriesInto,
    type: queue.type,
    state: queue.state,
    messageTtlMs: messageTtlMs(queue),
    feeds: (broker.flow.feeds.get(key) ?? []).map(({ to, ...route }) => ({ queue: nameIn(to), ...route })),
    fedBy: (broker.flow.fedBy.get(key) ?? []).slice(0, FED_BY_MAX).map(nameIn),
    standing: broker.healthOf(queue),
    findings: broker.idsOf(queue),
  };
}

/** The key of a queue ends in its name, which cannot contain NUL. */
const nameIn = (key: string): string => key.slice(key.lastIndexOf("\0") + 1);

/** The groups of all brokers in one order, the worst first. */
function groupsOfAll(brokers: readonly BrokerQueues[]): GroupView[] {
  const brokerOf = new Map<QueueGroup, BrokerQueues>();
  for (const broker of brokers) {
    const rankOf = (queue: RoledQueue) => troubleRank(broker.healthOf(queue));
    for (const group of groupsOf(broker.queues, broker.flow, rankOf)) brokerOf.set(group, broker);
  }
  return worstFirst([...brokerOf.keys()]).flatMap((group) => {
    const broker = brokerOf.get(group);
    return broker === undefined ? [] : [groupView(group, broker)];
  });
}

const groupView = (group: QueueGroup, broker: BrokerQueues): GroupView => ({
  broker: group.queues[0]?.broker ?? "",
  vhost: group.queues[0]?.vhost ?? "",
  queues: group.queues.map((queue) => ({
    name: queue.name,
    role: queue.role,
    ready: queue.ready,
    consumers: queue.consumers,
    standing: broker.healthOf(queue),
    findings: broker.idsOf(queue),
  })),
  ways: [...group.links],
  more: group.more,
});
