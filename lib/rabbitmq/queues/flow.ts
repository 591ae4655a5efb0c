import type { Queue } from "@/lib/rabbitmq/api/broker";
import { deadLettering, queueKey } from "@/lib/rabbitmq/queues/queue";
import { ANY_KEY, passes, type RoutingKey } from "@/lib/rabbitmq/queues/routing-key";
import { placeOf, type Topology } from "@/lib/rabbitmq/queues/topology";

/** One way that messages leave a queue when they expire or are rejected. */
export interface Feed {
  /** Key of the queue that is fed. */
  readonly to: string;
  /** The dead-letter exchange the way goes through; "" is the default exchange. */
  readonly exchange: string;
  /** What the queue puts in place of a message's routing key; null: the message keeps its own. */
  readonly routingKey: string | null;
  /** false where it depends on what cannot be seen from outside: headers, or a routing key only the message knows. */
  readonly sure: boolean;
}

/** A dead-letter exchange that loses what it is given: the broker drops such messages without a word. */
export type Leak = "exchange-missing" | "routes-nowhere";

/** Where dead-lettered messages go. Keys are queue keys. */
export interface Flow {
  readonly feeds: ReadonlyMap<string, readonly Feed[]>;
  readonly fedBy: ReadonlyMap<string, readonly string[]>;
  readonly leaks: ReadonlyMap<string, Leak>;
}

/** A queue may be bound with thousands of keys and feed thousands of queues; more than this is not told apart. */
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
    const led = lead(queue, edge.exchange, edge.routingKey, topology);
    const out = [...led.found]
      .map(([name, sure]) => ({ to: queueKey({ ...queue, name }), ...edge, sure }))
      .filter((feed) => listed.has(feed.to))
      .slice(0, FEEDS_MAX);
    if (out.length > 0) feeds.set(own, out);
    else if (led.leak !== null) leaks.set(own, led.leak);
    for (const { to } of out) {
      const before = fedBy.get(to);
      if (before === undefined) fedBy.set(to, [own]);
      else before.push(own);
    }
  }
  return { feeds, fedBy, leaks };
}

interface Led {
  /** Names of the queues reached, and whether surely. */
  readonly found: ReadonlyMap<string, boolean>;
  readonly leak: Leak | null;
}

function lead(queue: Queue, exchange: string, routingKey: string | null, topology: Topology | null): Led {
  const keys = routingKey === null ? keysOf(queue, topology) : [{ is: "exact", key: routingKey } as const];
  if (exchange === "") {
    // Any name at all would be possible for a pattern: only keys that are known lead somewhere.
    const names = keys.flatMap((key) => (key.is === "exact" ? [key.key] : []));
    return {
      found: new Map(names.map((name) => [name, routingKey !== null])),
      leak: routingKey === null ? null : "routes-nowhere",
    };
  }
  // A queue declared after the last reading may have its exchange since then, too.
  if (topology === null || !topology.byQueue.has(placeOf(queue.vhost, queue.name)))
    return { found: new Map(), leak: null };
  const walk: Walk = { topology, vhost: queue.vhost, found: new Map(), unread: false };
  for (const key of keys) visit(walk, exchange, key, true, new Set());
  const missing = !topology.exchanges.has(placeOf(queue.vhost, exchange));
  return { found: walk.found, leak: walk.unread ? null : missing ? "exchange-missing" : "routes-nowhere" };
}

/** The routing keys messages of this queue may carry: its own name through the default exchange, and its bindings'. */
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
  /** Something on the way could not be read: nothing may be said of where it does not lead. */
  unread: boolean;
}

function visit(walk: Walk, name: string, key: RoutingKey, surely: boolean, seen: ReadonlySet<string>): void {
  const place = placeOf(walk.vhost, name);
  const exchange = walk.topology.exchanges.get(place);
  if (exchange === undefined || seen.has(name)) return;
  const bound = walk.topology.bySource.get(place);
  const direct = exchange.type === "direct" && key.is === "exact";
  const candidates = (direct ? bound?.byKey.get(key.key) : bound?.all) ?? [];
  let matched = false;
  for (const binding of candidates) {
    const how = passes(exchange.type, binding.routingKey, key);
    if (how === "no") continue;
    const sure = surely && how === "surely";
    matched ||= how === "surely";
    if (binding.to === "exchange") visit(walk, binding.destination, key, sure, new Set([...seen, name]));
    else walk.found.set(binding.destination, sure || (walk.found.get(binding.destination) ?? false));
  }
  // The alternate exchange gets what matched nothing here.
  if (matched) return;
  if (exchange.alternate === undefined) walk.unread = true;
  else if (exchange.alternate !== null) visit(walk, exchange.alternate, key, surely, new Set([...seen, name]));
}
