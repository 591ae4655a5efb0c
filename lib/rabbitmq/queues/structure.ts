import type { Queue } from "@/lib/rabbitmq/api/broker";
import { cyclesOf } from "@/lib/rabbitmq/queues/cycles";
import type { Flow } from "@/lib/rabbitmq/queues/flow";
import { messageTtlMs, queueKey } from "@/lib/rabbitmq/queues/queue";
import type { RoleResult } from "@/lib/rabbitmq/queues/role";

/** Everything the paths of dead-lettered messages say of the queues, for one broker and one moment. */
export interface Paths {
  readonly flow: Flow;
  readonly byKey: ReadonlyMap<string, Queue>;
  /** For each queue that lies on a cycle: the members of that cycle. */
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
 * What the paths alone say of a queue nobody consumes; null where they say nothing. On a cycle with a consumed queue:
 * retry. A way to a consumed queue without a return: delay. Fed by others and leading back nowhere: dead-letter.
 */
export function byPaths(queue: Queue, paths: Paths): RoleResult | null {
  const own = queueKey(queue);
  const cycle = paths.cycleOf.get(own);
  const expires = messageTtlMs(queue) !== null;
  if (cycle !== undefined && cycle.size > 1) {
    const back = workOn(cycle, own, paths);
    if (back === null) return null;
    return judged("retry", expires ? "ttl-returns-to-cycle" : "message-ttl-returns-to-cycle", back);
  }
  const ahead = consumedAhead(own, paths);
  if (ahead !== null) {
    const passing = expires && queue.arguments["x-expires"] !== undefined;
    const because = passing ? "expiring-returns-to-queue" : expires ? "ttl-returns-to-queue" : null;
    return judged("delay", because ?? "message-ttl-returns-to-queue", ahead);
  }
  const feeders = (paths.flow.fedBy.get(own) ?? []).filter((key) => key !== own);
  return feeders.length > 0 && cycle === undefined ? judged("dead-letter", "dead-letter-target", null) : null;
}

const judged = (role: RoleResult["role"], roleBecause: RoleResult["roleBecause"], into: Queue | null): RoleResult => ({
  ...{ role, roleBecause },
  retriesInto: into?.name ?? null,
});

/** The queue of a cycle where the work is done: one that is consumed; else the one from which nothing expires. */
function workOn(cycle: ReadonlySet<string>, own: string, paths: Paths): Queue | null {
  const fed = (paths.flow.feeds.get(own) ?? []).map((feed) => feed.to);
  const others = [...fed.filter((key) => cycle.has(key)), ...cycle].filter((key) => key !== own);
  const consumed = others.find(paths.isConsumed);
  if (consumed !== undefined) return paths.byKey.get(consumed) ?? null;
  const self = paths.byKey.get(own);
  if (self === undefined || messageTtlMs(self) === null) return null;
  const lasting = others.flatMap((key) => paths.byKey.get(key) ?? []).find((one) => messageTtlMs(one) === null);
  return lasting ?? null;
}

/** The nearest consumed queue that messages come to if nobody takes them before. */
function consumedAhead(own: string, paths: Paths): Queue | null {
  const seen = new Set([own]);
  for (const key of seen) {
    for (const { to } of paths.flow.feeds.get(key) ?? []) {
      if (to !== own && paths.isConsumed(to)) return paths.byKey.get(to) ?? null;
      seen.add(to);
    }
  }
  return null;
}
