import type { Queue } from "@/lib/rabbitmq/api/broker";
import { cyclesOf } from "@/lib/rabbitmq/queues/cycles";
import type { Flow } from "@/lib/rabbitmq/queues/flow";
import { messageTtlMs, queueKey } from "@/lib/rabbitmq/queues/queue";
import type { RoleResult } from "@/lib/rabbitmq/queues/role";

/** The paths of dead-lettered messages between the queues of one broker. */
export interface Paths {
  readonly flow: Flow;
  readonly byKey: ReadonlyMap<string, Queue>;
  /** For each queue on a cycle: the members of that cycle. */
  readonly cycleOf: ReadonlyMap<string, ReadonlySet<string>>;
  readonly isConsumed: (key: string) => boolean;
}

export function pathsOf(queues: readonly Queue[], flow: Flow, isConsumed: (key: string) => boolean): Paths {
  const next = new Map([...flow.feeds].map(([key, feeds]) => [key, feeds.map((feed) => feed.to)]));
  const cycleOf = new Map<string, ReadonlySet<string>>();
  for (const cycle of cyclesOf(next)) {
    const members = new Set(cycle);
    for (const key of cycle) cycleOf.set(key, members);
  }
  return { flow, byKey: new Map(queues.map((queue) => [queueKey(queue), queue])), cycleOf, isConsumed };
}

/**
 * The role of a queue without consumers by its paths alone; null if they do not show one. On a cycle with a consumed
 * queue: retry. On a path to a consumed queue and without a return: delay. Fed by others and not leading back:
 * dead-letter.
 */
export function byPaths(queue: Queue, paths: Paths): RoleResult | null {
  const own = queueKey(queue);
  const cycle = paths.cycleOf.get(own);
  const expires = messageTtlMs(queue) !== null;
  if (cycle !== undefined && cycle.size > 1) {
    const workQueue = workQueueOf(cycle, own, paths);
    if (workQueue === null) return null;
    return roleResult("retry", expires ? "ttl-returns-to-cycle" : "message-ttl-returns-to-cycle", workQueue);
  }
  const ahead = consumedAhead(own, paths);
  if (ahead !== null) {
    const temporary = expires && queue.arguments["x-expires"] !== undefined;
    const because = temporary ? "expiring-returns-to-queue" : expires ? "ttl-returns-to-queue" : null;
    return roleResult("delay", because ?? "message-ttl-returns-to-queue", ahead);
  }
  const feeders = (paths.flow.fedBy.get(own) ?? []).filter((key) => key !== own);
  return feeders.length > 0 && cycle === undefined ? roleResult("dead-letter", "dead-letter-target", null) : null;
}

const roleResult = (
  role: RoleResult["role"],
  roleBecause: RoleResult["roleBecause"],
  into: Queue | null,
): RoleResult => ({
  role,
  roleBecause,
  retriesInto: into?.name ?? null,
});

/** The work queue of a cycle: one that is consumed, else the one without a time-to-live. */
function workQueueOf(cycle: ReadonlySet<string>, own: string, paths: Paths): Queue | null {
  const fed = (paths.flow.feeds.get(own) ?? []).map((feed) => feed.to);
  const others = [...fed.filter((key) => cycle.has(key)), ...cycle].filter((key) => key !== own);
  const consumed = others.find(paths.isConsumed);
  if (consumed !== undefined) return paths.byKey.get(consumed) ?? null;
  const self = paths.byKey.get(own);
  if (self === undefined || messageTtlMs(self) === null) return null;
  const withoutTtl = others.flatMap((key) => paths.byKey.get(key) ?? []).find((queue) => messageTtlMs(queue) === null);
  return withoutTtl ?? null;
}

/** The nearest consumed queue that messages reach if they are not consumed before. */
function consumedAhead(own: string, paths: Paths): Queue | null {
  const reached = new Set([own]);
  for (const key of reached) {
    for (const { to } of paths.flow.feeds.get(key) ?? []) {
      if (to !== own && paths.isConsumed(to)) return paths.byKey.get(to) ?? null;
      reached.add(to);
    }
  }
  return null;
}
