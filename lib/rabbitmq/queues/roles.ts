import type { Queue } from "@/lib/rabbitmq/api/broker";
import { type Flow, flowOf } from "@/lib/rabbitmq/queues/flow";
import { byPaths, type Paths, pathsOf } from "@/lib/rabbitmq/queues/paths";
import { type ConsumedChanges, deadLettering, messageTtlMs, queueKey } from "@/lib/rabbitmq/queues/queue";
import type { RoledQueue, RoleReason, RoleResult } from "@/lib/rabbitmq/queues/role";
import type { Topology } from "@/lib/rabbitmq/queues/topology";

/** Adds the queues that have consumers now: a work queue does not change its role while its consumers are down. */
export function recordConsumed(before: ReadonlySet<string>, queues: readonly Queue[]): ReadonlySet<string> {
  const consumed = new Set<string>();
  for (const queue of queues) {
    const key = queueKey(queue);
    if ((queue.consumers ?? 0) > 0 || before.has(key)) consumed.add(key);
  }
  return consumed;
}

/** What of `recordConsumed` is to be stored; `queues` are those of before and of now. */
export function consumedChanges(
  before: ReadonlySet<string>,
  after: ReadonlySet<string>,
  queues: { readonly before: readonly Queue[]; readonly now: readonly Queue[] },
): ConsumedChanges {
  const began = queues.now.filter((queue) => after.has(queueKey(queue)) && !before.has(queueKey(queue)));
  const ended = queues.before.filter((queue) => before.has(queueKey(queue)) && !after.has(queueKey(queue)));
  return { began, ended };
}

/**
 * Determines each queue's role from the dead-letter exchange and time-to-live in force, then from its name. A retry
 * queue has no consumers, lets messages expire and returns them to a queue that dead-letters in turn; a delay queue
 * returns them to one that does not; a dead-letter queue is the end of such a path. `everConsumed` has the keys from
 * `recordConsumed`; the order and the number of queues are unchanged. `flow` is computed if it is not given.
 */
export function rolesOf(
  queues: readonly Queue[],
  everConsumed: ReadonlySet<string> = new Set(),
  topology: Topology | null = null,
  flow?: Flow,
): readonly RoledQueue[] {
  if (topology === null) return withoutTopology(queues, everConsumed);
  return rolesByFlow(queues, everConsumed, flow ?? flowOf(queues, topology));
}

function rolesByFlow(queues: readonly Queue[], everConsumed: ReadonlySet<string>, flow: Flow): readonly RoledQueue[] {
  const consumed = recordConsumed(everConsumed, queues);
  const paths = pathsOf(queues, flow, (key) => consumed.has(key));
  return queues.map((queue) => ({ ...queue, ...roleByPaths(queue, paths) }));
}

function roleByPaths(queue: Queue, paths: Paths): RoleResult {
  const named = namedRole(queue.name);
  if (paths.isConsumed(queueKey(queue))) {
    if (named === "dead-letter") return { role: "dead-letter", roleBecause: "named-dead-letter", retriesInto: null };
    return work(delaysInside(queue) ? "delays-inside" : "consumed");
  }
  const byPath = byPaths(queue, paths);
  // Only the routing keys of messages could prove this path: a name may show that it is a retry queue.
  if (byPath?.role === "delay" && named === "retry") return { ...byPath, role: "retry", roleBecause: "named-retry" };
  const names = { byKey: paths.byKey, isConsumed: () => false, isTarget: () => false };
  return byPath ?? byName(queue, named, names) ?? work(delaysInside(queue) ? "delays-inside" : "nothing-special");
}

/** Quorum queues of RabbitMQ 4.3 delay failed messages inside the work queue itself (rabbit_quorum_queue.erl). */
export function delaysInside(queue: Queue): boolean {
  const type = queue.arguments["x-delayed-retry-type"] ?? queue.effectivePolicy["delayed-retry-type"];
  return typeof type === "string" && type !== "disabled";
}

function withoutTopology(queues: readonly Queue[], everConsumed: ReadonlySet<string>): readonly RoledQueue[] {
  const byKey = new Map(queues.map((queue) => [queueKey(queue), queue]));
  const consumed = recordConsumed(everConsumed, queues);
  const targets = new Set<string>();
  for (const queue of queues) {
    const target = targetOf(queue, byKey);
    if (target !== null) targets.add(queueKey(target));
  }
  const known: KnownQueues = {
    byKey,
    isConsumed: (queue) => consumed.has(queueKey(queue)),
    isTarget: (queue) => targets.has(queueKey(queue)),
  };
  return queues.map((queue) => ({ ...queue, ...roleWithoutTopology(queue, known) }));
}

interface KnownQueues {
  readonly byKey: ReadonlyMap<string, Queue>;
  readonly isConsumed: (queue: Queue) => boolean;
  readonly isTarget: (queue: Queue) => boolean;
}

/** The default exchange routes by queue name, so its routes are known without reading bindings. */
function targetOf(queue: Queue, byKey: ReadonlyMap<string, Queue>): Queue | null {
  const edge = deadLettering(queue);
  if (edge === null || edge.exchange !== "" || edge.routingKey === null) return null;
  const target = byKey.get(queueKey({ ...queue, name: edge.routingKey }));
  return target === undefined || target === queue ? null : target;
}

function roleWithoutTopology(queue: Queue, known: KnownQueues): RoleResult {
  const named = namedRole(queue.name);
  if (known.isConsumed(queue) && named !== "dead-letter") return work("consumed");
  return byStructure(queue, known) ?? byName(queue, named, known) ?? endOfPath(queue, known);
}

const work = (roleBecause: RoleReason): RoleResult => ({ role: "work", roleBecause, retriesInto: null });

function byStructure(queue: Queue, known: KnownQueues): RoleResult | null {
  const target = targetOf(queue, known.byKey);
  if (target === null || known.isConsumed(queue) || isTerminal(target, known)) return null;
  const retriesInto = target.name;
  // A time-to-live per message does not show on the queue: only its missing consumers and its target do.
  if (messageTtlMs(queue) === null) {
    if (!known.isConsumed(target) && namedRole(queue.name) === null) return null;
    return namedRole(queue.name) === "retry"
      ? { role: "retry", roleBecause: "named-retry", retriesInto }
      : { role: "delay", roleBecause: "message-ttl-returns-to-queue", retriesInto };
  }
  const cycle = deadLettering(target) !== null || namedRole(queue.name) === "retry";
  return cycle
    ? { role: "retry", roleBecause: "ttl-returns-to-cycle", retriesInto }
    : { role: "delay", roleBecause: "ttl-returns-to-queue", retriesInto };
}

/** The end of a path: it was never consumed and does not dead-letter. */
const isTerminal = (queue: Queue, known: KnownQueues): boolean =>
  namedRole(queue.name) === "dead-letter" || (!known.isConsumed(queue) && deadLettering(queue) === null);

function byName(queue: Queue, named: NamedRole, known: KnownQueues): RoleResult | null {
  if (named === "retry") {
    return { role: "retry", roleBecause: "named-retry", retriesInto: namedTarget(queue, known) };
  }
  if (named === "delay" && deadLettering(queue) !== null) {
    return { role: "delay", roleBecause: "named-delay", retriesInto: namedTarget(queue, known) };
  }
  return named === "dead-letter" && !known.isTarget(queue)
    ? { role: "dead-letter", roleBecause: "named-dead-letter", retriesInto: null }
    : null;
}

function endOfPath(queue: Queue, known: KnownQueues): RoleResult {
  const edge = deadLettering(queue);
  if (known.isTarget(queue) && (edge === null || namedRole(queue.name) === "dead-letter")) {
    return { role: "dead-letter", roleBecause: "dead-letter-target", retriesInto: null };
  }
  const unresolved = edge !== null && (edge.exchange !== "" || edge.routingKey === null);
  return work(unresolved ? "exchange-unresolved" : "nothing-special");
}

type NamedRole = "retry" | "delay" | "dead-letter" | null;

const NAMES: readonly (readonly [RegExp, Exclude<NamedRole, null>])[] = [
  [/(^|[._:/-])(dlq|dlx|dead|dead[._-]?letters?|dead[._-]?lettered)([._:/-]|$)/i, "dead-letter"],
  [/^delayed-\d+\./, "delay"],
  [/(^|[._:/-])(retry|retries)([._:/-]|\d|$)/i, "retry"],
  [/(^|[._:/-])(delay|delayed)([._:/-]|\d|$)/i, "delay"],
];

const namedRole = (name: string): NamedRole => NAMES.find(([pattern]) => pattern.test(name))?.[1] ?? null;

/** The queue whose name is this one's without the part "retry" or "delay"; null if there is none. */
function namedTarget(queue: Queue, known: KnownQueues): string | null {
  const bases = [
    /^delayed-\d+\.(?:[^.]*)\.(.+)$/.exec(queue.name)?.[1],
    queue.name.replace(/[._:/-](retry|retries|delay|delayed)([._:/-]?\d\w{0,20})?$/i, ""),
    queue.name.replace(/^(retry|retries|delay|delayed)[._:/-]/i, ""),
  ];
  const base = bases.find(
    (name) => name !== undefined && name !== queue.name && known.byKey.has(queueKey({ ...queue, name })),
  );
  return base ?? null;
}
