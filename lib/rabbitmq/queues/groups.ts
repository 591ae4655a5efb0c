import type { Flow } from "@/lib/rabbitmq/queues/flow";
import { queueKey } from "@/lib/rabbitmq/queues/queue";
import type { RoledQueue } from "@/lib/rabbitmq/queues/role";

/** Queues connected by dead-lettering. */
export interface QueueGroup {
  readonly queues: readonly RoledQueue[];
  readonly links: readonly { readonly from: string; readonly to: string; readonly sure: boolean }[];
  /** Members that were left out of a group larger than QUEUES_SHOWN_MAX. */
  readonly more: number;
  /** The worst trouble of its members and the messages ready in them: groups are sorted by these. */
  readonly trouble: number;
  readonly waiting: number;
}

/** As many diagrams as a page may have; the table has the rest. */
const GROUPS_MAX = 30;
/** One dead-letter queue may be fed by hundreds; a larger diagram is not readable. */
const QUEUES_SHOWN_MAX = 12;

/**
 * The connected groups of one broker that have a queue in trouble, or a retry, delay or dead-letter queue.
 * `trouble` is 0 for none, and higher is worse.
 */
export function groupsOf(
  queues: readonly RoledQueue[],
  flow: Flow,
  trouble: (queue: RoledQueue) => number,
): readonly QueueGroup[] {
  const groups = connected(queues, flow).filter((group) =>
    group.some((queue) => queue.role !== "work" || trouble(queue) > 0),
  );
  return groups.map((group) => ({
    ...cut(
      group.toSorted((a, b) => trouble(b) - trouble(a) || (b.ready ?? -1) - (a.ready ?? -1)),
      flow,
    ),
    trouble: Math.max(...group.map(trouble)),
    waiting: group.reduce((sum, queue) => sum + (queue.ready ?? 0), 0),
  }));
}

/** Groups of all brokers, the most troubled first, then the fullest; at most GROUPS_MAX. */
export const worstFirst = (groups: readonly QueueGroup[]): readonly QueueGroup[] =>
  groups.toSorted((a, b) => b.trouble - a.trouble || b.waiting - a.waiting).slice(0, GROUPS_MAX);

function cut(group: readonly RoledQueue[], flow: Flow): Pick<QueueGroup, "queues" | "links" | "more"> {
  const queues = group.slice(0, QUEUES_SHOWN_MAX);
  const shown = new Map(queues.map((queue) => [queueKey(queue), queue.name]));
  const links = [...shown].flatMap(([key, from]) =>
    (flow.feeds.get(key) ?? []).flatMap(({ to, sure }) => {
      const name = shown.get(to);
      return name === undefined ? [] : [{ from, to: name, sure }];
    }),
  );
  return { queues, links, more: group.length - queues.length };
}

function connected(queues: readonly RoledQueue[], flow: Flow): readonly (readonly RoledQueue[])[] {
  const byKey = new Map(queues.map((queue) => [queueKey(queue), queue]));
  const placed = new Set<string>();
  const groups: RoledQueue[][] = [];
  for (const start of flow.feeds.keys()) {
    if (placed.has(start)) continue;
    const members = new Set([start]);
    for (const key of members) {
      for (const { to } of flow.feeds.get(key) ?? []) members.add(to);
      for (const from of flow.fedBy.get(key) ?? []) members.add(from);
    }
    for (const key of members) placed.add(key);
    groups.push([...members].flatMap((key) => byKey.get(key) ?? []));
  }
  return groups;
}
