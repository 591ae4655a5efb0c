import type { Queue } from "@/lib/rabbitmq/api/broker";
import { deadLettering, queueKey } from "@/lib/rabbitmq/queues/queue";
import { ANY_KEY, passes, type RoutingKey } from "@/lib/rabbitmq/queues/routing-key";
import { placeOf, type Topology } from "@/lib/rabbitmq/queues/topology";

/** One route of messages that expire in a queue or are rejected from it. */
export interface Feed {
  /** Key of the queue that is fed. */
  readonly to: string;
  /** The dead-letter exchange of the route; "" is the default exchange. */
  readonly exchange: string;
  /** The queue's dead-letter routing key; null: each message has its own. */
  readonly routingKey: string | null;
  /** false if it depends on what only a message has: its headers or its routing key. */
  readonly sure: boolean;
}

/** A dead-letter exchange that loses messages: the broker drops them silently. */
export type Leak = "exchange-missing" | "routes-nowhere";

/** Where dead-lettered messages go. Keys are queue keys. */
export interface Flow {
  readonly feeds: ReadonlyMap<string, readonly Feed[]>;
  readonly fedBy: ReadonlyMap<string, readonly string[]>;
  readonly leaks: ReadonlyMap<string, Leak>;
}

/** A queue may have thousands of bindings and feed thousands of queues; more than this are not followed one by one. */
const KEYS_MAX = 64;
const FEEDS_MAX = 64;

/**
 * Follows each queue's dead-letter exchange through bindings, exchanges bound to exchanges and alternate exchanges to
 * the queues it feeds. Without a topology only the default exchange can be followed: it routes by queue name.
 */
export function flowOf(queues: readonly Queue[], topology: Topology | null): Flow {
  const listed = new Set(queues.map(queueKey));
  const feeds = new Map<string, readonly Feed[]>();
  const fedBy = new Map<string, string[]>();
  const leaks = new Map<string, Leak>();
  for (const queue of queues) {
    const edge = deadLettering(queue);
    if (edge === null) continue;
    const own = queueKey(queue);
    const followed = follow(queue, edge.exchange, edge.routingKey, topology);
    const out = [...followed.found]
      .map(([name, sure]) => ({ to: queueKey({ ...queue, name }), ...edge, sure }))
      .filter((feed) => listed.has(feed.to))
      .slice(0, FEEDS_MAX);
    if (out.length > 0) feeds.set(own, out);
    else if (followed.leak !== null) leaks.set(own, followed.leak);
    for (const { to } of out) {
      const before = fedBy.get(to);
      if (before === undefined) fedBy.set(to, [own]);
      else before.push(own);
    }
  }
  return { feeds, fedBy, leaks };
}

interface FollowedExchange {
  /** Names of the queues reached → whether surely. */
  readonly found: ReadonlyMap<string, boolean>;
  readonly leak: Leak | null;
}

function follow(
  queue: Queue,
  exchange: string,
  routingKey: string | null,
  topology: Topology | null,
): FollowedExchange {
  const keys = routingKey === null ? keysOf(queue, topology) : [{ is: "exact", key: routingKey } as const];
  if (exchange === "") {
    // A pattern could match any name: only exact keys can be followed.
    const names = keys.flatMap((key) => (key.is === "exact" ? [key.key] : []));
    return {
      found: new Map(names.map((name) => [name, routingKey !== null])),
      leak: routingKey === null ? null : "routes-nowhere",
    };
  }
  // The exchange of a queue declared after the last poll may be newer than that poll as well.
  if (topology === null || !topology.byQueue.has(placeOf(queue.vhost, queue.name)))
    return { found: new Map(), leak: null };
  const walk: Walk = { topology, vhost: queue.vhost, found: new Map(), unread: false };
  for (const key of keys) visit(walk, exchange, key, true, new Set());
  const missing = !topology.exchanges.has(placeOf(queue.vhost, exchange));
  return { found: walk.found, leak: walk.unread ? null : missing ? "exchange-missing" : "routes-nowhere" };
}

/** The routing keys that messages of this queue may have: its name (default exchange), and those of its bindings. */
function keysOf(queue: Queue, topology: Topology | null): readonly RoutingKey[] {
  const own: RoutingKey = { is: "exact", key: queue.name };
  const bindings = topology?.byQueue.get(placeOf(queue.vhost, queue.name)) ?? [];
  if (bindings.length > KEYS_MAX) return [own, ANY_KEY];
  const keys = bindings
    .filter((binding) => binding.source !== "")
    .map((binding): RoutingKey => {
      const type = topology?.exchanges.get(placeOf(queue.vhost, binding.source))?.type;
      if (type === "direct") return { is: "exact", key: binding.routingKey };
      return type === "topic" ? { is: "pattern", pattern: binding.routingKey } : ANY_KEY;
    });
  return [own, ...keys];
}

interface Walk {
  readonly topology: Topology;
  readonly vhost: string;
  readonly found: Map<string, boolean>;
  /** An exchange on the route could not be read, so the route is incomplete. */
  unread: boolean;
}

function visit(walk: Walk, name: string, key: RoutingKey, surely: boolean, visited: ReadonlySet<string>): void {
  const place = placeOf(walk.vhost, name);
  const exchange = walk.topology.exchanges.get(place);
  if (exchange === undefined || visited.has(name)) return;
  const bound = walk.topology.bySource.get(place);
  const direct = exchange.type === "direct" && key.is === "exact";
  const candidates = (direct ? bound?.byKey.get(key.key) : bound?.all) ?? [];
  let matched = false;
  for (const binding of candidates) {
    const how = passes(exchange.type, binding.routingKey, key);
    if (how === "no") continue;
    const sure = surely && how === "surely";
    matched ||= how === "surely";
    if (binding.to === "exchange") visit(walk, binding.destination, key, sure, new Set([...visited, name]));
    else walk.found.set(binding.destination, sure || (walk.found.get(binding.destination) ?? false));
  }
  // The alternate exchange receives messages that matched no binding.
  if (matched) return;
  if (exchange.alternate === undefined) walk.unread = true;
  else if (exchange.alternate !== null) visit(walk, exchange.alternate, key, surely, new Set([...visited, name]));
}
