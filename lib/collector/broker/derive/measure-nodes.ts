import type { Reading } from "@/lib/alerts/model/reading";
import { SAMPLED, type Sample } from "@/lib/base/signals/catalogue";
import type { Labels } from "@/lib/base/signals/labels";
import { secondsUntil } from "@/lib/collector/broker/derive/node-trends";
import type { BrokerMemory } from "@/lib/collector/broker/memory";
import type { BrokerNode, NodeResources, UsedOf } from "@/lib/rabbitmq/api/broker";

/** A row for each node at one poll, in the order of SAMPLED.node. */
export const nodeSamples = ({ broker, nodes, nodeTrends }: BrokerMemory): readonly Sample[] =>
  nodes.map(({ name, resources = NOT_MEASURED }) => {
    const trends = nodeTrends.get(name);
    const values: Record<(typeof SAMPLED.node)[number][0], number | null> = {
      "node.memory.alarm.in": trends === undefined ? null : secondsUntil(resources.memoryBytes, trends.memory, "up"),
      "node.disk.alarm.in":
        trends === undefined ? null : secondsUntil(resources.diskFreeBytes, trends.diskFree, "down"),
      "node.descriptors.full.in":
        trends === undefined ? null : secondsUntil(resources.fileDescriptors, trends.fileDescriptors, "up"),
      "node.resources.used": scarcest(resources)?.percent ?? null,
    };
    return { kind: "node", labels: { broker, node: name }, values: SAMPLED.node.map(([signal]) => values[signal]) };
  });

const NOT_MEASURED: NodeResources = {
  ...{ fileDescriptors: null, sockets: null, processes: null, memoryBytes: null, diskFreeBytes: null },
};

const PERCENT = 100;

/** What is used up most of what a node refuses connections for, without raising an alarm. */
function scarcest({ fileDescriptors, sockets, processes }: NodeResources) {
  const shares = Object.entries({ fileDescriptors, sockets, processes })
    .flatMap(([resource, level]) => (level === null ? [] : [{ resource, level, percent: percentOf(level) }]))
    .toSorted((a, b) => b.percent - a.percent);
  return shares[0] ?? null;
}

const percentOf = ({ used, limit }: UsedOf): number => (used / limit) * PERCENT;

/** The numbers of the summary about one node. */
export function nodeContext({ nodes, nodeTrends }: BrokerMemory, labels: Labels): NonNullable<Reading["context"]> {
  const node = nodes.find(({ name }) => name === labels.node);
  const trends = nodeTrends.get(labels.node ?? "");
  if (node === undefined || trends === undefined) return {};
  const { memoryBytes, diskFreeBytes, fileDescriptors } = node.resources ?? NOT_MEASURED;
  const scarce = scarcest(node.resources ?? NOT_MEASURED);
  return {
    ...{ memoryUsed: memoryBytes?.used ?? null, memoryLimit: memoryBytes?.limit ?? null },
    ...{ diskFree: diskFreeBytes?.used ?? null, diskLimit: diskFreeBytes?.limit ?? null },
    ...{ descriptorsUsed: fileDescriptors?.used ?? null, descriptorsLimit: fileDescriptors?.limit ?? null },
    ...{ resource: scarce?.resource ?? null, used: scarce?.level.used ?? null, limit: scarce?.level.limit ?? null },
  };
}

/** Labels of nodes that are no longer members of the cluster. */
export function endedNodeLabels(broker: string, before: readonly BrokerNode[], now: readonly BrokerNode[]): Labels[] {
  const listed = new Set(now.map(({ name }) => name));
  return before.flatMap(({ name }) => (listed.has(name) ? [] : [{ broker, node: name }]));
}
