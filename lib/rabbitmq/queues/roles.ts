import type { Queue } from "@/lib/rabbitmq/api/broker";
import { type Flow, flowOf } from "@/lib/rabbitmq/queues/flow";
import { deadLettering, messageTtlMs, queueKey } from "@/lib/rabbitmq/queues/queue";
import type { RoledQueue, RoleReason, RoleResult } from "@/lib/rabbitmq/queues/role";
import { byPaths, type Paths, pathsOf } from "@/lib/rabbitmq/queues/structure";
import type { Topology } from "@/lib/rabbitmq/queues/topology";

/** Consumers that are down now do not make a work queue something else: whoever was once consumed is remembered. */
export function recordConsumed(before: ReadonlySet<string>, queues: readonly Queue[]): ReadonlySet<string> {
  const known = new Set<string>();
  for (const queue of queues) {
    const key = queueKey(queue);
    if ((queue.consumers ?? 0) > 0 || before.has(key)) known.add(key);
  }
  return known;
}

/**
 * Gives each queue its role from dead-letter exchanges and time-to-live in force, then from names.
 * A retry queue has no consumers, lets messages expire, and hands them back to a queue that dead-letters in turn; a
 * delay queue hands them to one that does not; a dead-letter queue is where such a path ends.
 * `everConsumed` holds keys from `rememberConsumed`; the order and the number of queues stay as given. `flow` is followed
 * through `topology` here where it has not been already.
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
  return queues.map((queue) => ({ ...queue, ...judgeByPaths(queue, paths) }));
}

function judgeByPaths(queue: Queue, paths: Paths): RoleResult {
  const named = namedRole(queue.name);
  if (paths.isConsumed(queueKey(queue))) {
    if (named === "dead-letter") return { role: "dead-letter", roleBecause: "named-dead-letter", retriesInto: null };
    return work(delaysInside(queue) ? "delays-inside" : "consumed");
  }
  const known = byPaths(queue, paths);
  // A way that only the routing keys of messages could prove: the name may say that it is tried again, too.
  if (known?.role === "delay" && named === "retry") return { ...known, role: "retry", roleBecause: "named-retry" };
  const names = { byKey: paths.byKey, isConsumed: () => false, isTarget: () => false };
  return known ?? byName(queue, named, names) ?? work(delaysInside(queue) ? "delays-inside" : "nothing-special");
}

/** Quorum queues of RabbitMQ 4.3 hold back what failed inside the work queue itself (rabbit_quorum_queue.erl). */
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
  const known: Known = {
    byKey,
    isConsumed: (queue) => consumed.has(queueKey(queue)),
    isTarget: (queue) => targets.has(queueKey(queue)),
  };
  return queues.map((queue) => ({ ...queue, ...judge(queue, known) }));
}

interface Known {
  readonly byKey: ReadonlyMap<string, Queue>;
  readonly isConsumed: (queue: Queue) => boolean;
  readonly isTarget: (queue: Queue) => boolean;
}

/** The default exchange routes by queue name, so its edges are known without asking for bindings. */
function targetOf(queue: Queue, byKey: ReadonlyMap<string, Queue>): Queue | null {
  const edge = deadLettering(queue);
  if (edge === null || edge.exchange !== "" || edge.routingKey === null) return null;
  const target = byKey.get(queueKey({ ...queue, name: edge.routingKey }));
  return target === undefined || target === queue ? null : target;
}

function judge(queue: Queue, topology: Known): RoleResult {
  const named = namedRole(queue.name);
  if (topology.isConsumed(queue) && named !== "dead-letter") return work("consumed");
  return byStructure(queue, topology) ?? byName(queue, named, topology) ?? endOfPath(queue, topology);
}

const work = (roleBecause: RoleReason): RoleResult => ({ role: "work", roleBecause, retriesInto: null });

function byStructure(queue: Queue, topology: Known): RoleResult | null {
  const target = targetOf(queue, topology.byKey);
  if (target === null || topology.isConsumed(queue) || isTerminal(target, topology)) return null;
  const retriesInto = target.name;
  // A time-to-live set per message leaves no trace on the queue: only that nobody consumes it and where it leads.
  if (messageTtlMs(queue) === null) {
    if (!topology.isConsumed(target) && namedRole(queue.name) === null) return null;
    return namedRole(queue.name) === "retry"
      ? { role: "retry", roleBecause: "named-retry", retriesInto }
      : { role: "delay", roleBecause: "message-ttl-returns-to-queue", retriesInto };
  }
  const cycle = deadLettering(target) !== null || namedRole(queue.name) === "retry";
  return cycle
    ? { role: "retry", roleBecause: "ttl-returns-to-cycle", retriesInto }
    : { role: "delay", roleBecause: "ttl-returns-to-queue", retriesInto };
}

/** Where messages come to rest: nobody ever took from it and it passes nothing on. */
const isTerminal = (queue: Queue, topology: Known): boolean =>
  namedRole(queue.name) === "dead-letter" || (!topology.isConsumed(queue) && deadLettering(queue) === null);

function byName(queue: Queue, named: NamedRole, topology: Known): RoleResult | null {
  if (named === "retry") {
    return { role: "retry", roleBecause: "named-retry", retriesInto: namedTarget(queue, topology) };
  }
  if (named === "delay" && deadLettering(queue) !== null) {
    return { role: "delay", roleBecause: "named-delay", retriesInto: namedTarget(queue, topology) };
  }
  return named === "dead-letter" && !topology.isTarget(queue)
    ? { role: "dead-letter", roleBecause: "named-dead-letter", retriesInto: null }
    : null;
}

function endOfPath(queue: Queue, topology: Known): RoleResult {
  const edge = deadLettering(queue);
  if (topology.isTarget(queue) && (edge === null || namedRole(queue.name) === "dead-letter")) {
    return { role: "dead-letter", roleBecause: "dead-letter-target", retriesInto: null };
  }
  const open = edge !== null && (edge.exchange !== "" || edge.routingKey === null);
  return work(open ? "exchange-unresolved" : "nothing-special");
}

type NamedRole = "retry" | "delay" | "dead-letter" | null;

const NAMES: readonly (readonly [RegExp, Exclude<NamedRole, null>])[] = [
  [/(^|[._:/-])(dlq|dlx|dead|dead[._-]?letters?|dead[._-]?lettered)([._:/-]|$)/i, "dead-letter"],
  [/^delayed-\d+\./, "delay"],
  [/(^|[._:/-])(retry|retries)([._:/-]|\d|$)/i, "retry"],
  [/(^|[._:/-])(delay|delayed)([._:/-]|\d|$)/i, "delay"],
];

const namedRole = (name: string): NamedRole => NAMES.find(([pattern]) => pattern.test(name))?.[1] ?? null;

/** The queue whose name is left when the part that says "retry" is taken away, if there is one. */
function namedTarget(queue: Queue, topology: Known): string | null {
  const bases = [
    /^delayed-\d+\.(?:[^.]*)\.(.+)$/.exec(queue.name)?.[1],
    queue.name.replace(/[._:/-](retry|retries|delay|delayed)([._:/-]?\d+\w*)?$/i, ""),
    queue.name.replace(/^(retry|retries|delay|delayed)[._:/-]/i, ""),
  ];
  const base = bases.find(
    (name) => name !== undefined && name !== queue.name && topology.byKey.has(queueKey({ ...queue, name })),
  );
  return base ?? null;
}
