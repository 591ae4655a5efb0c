import type { Binding, Exchange } from "@/lib/rabbitmq/api/broker";

/** How messages travel inside one broker, indexed once per reading. */
export interface Topology {
  readonly exchanges: ReadonlyMap<string, Exchange>;
  readonly bySource: ReadonlyMap<string, BoundTo>;
  /** Bindings that lead into a queue, by the queue's place. */
  readonly byQueue: ReadonlyMap<string, readonly Binding[]>;
}

interface BoundTo {
  readonly all: readonly Binding[];
  readonly byKey: ReadonlyMap<string, readonly Binding[]>;
}

/** An exchange or a queue within its virtual host. */
export const placeOf = (vhost: string, name: string): string => `${vhost}\0${name}`;

/**
 * Exchanges and bindings of one broker, ready to be asked; null where no exchange is listed: every virtual host has
 * at least seven, so an empty list means that this user may not see them (measured on RabbitMQ 3.10.8).
 */
export function topologyOf(exchanges: readonly Exchange[], bindings: readonly Binding[]): Topology | null {
  if (exchanges.length === 0) return null;
  const bySource = new Map<string, BoundTo>();
  for (const [place, all] of Map.groupBy(bindings, (one) => placeOf(one.vhost, one.source))) {
    bySource.set(place, { all, byKey: Map.groupBy(all, (one) => one.routingKey) });
  }
  const intoQueues = bindings.filter((one) => one.to === "queue");
  return {
    exchanges: new Map(exchanges.map((one) => [placeOf(one.vhost, one.name), one])),
    bySource,
    byQueue: Map.groupBy(intoQueues, (one) => placeOf(one.vhost, one.destination)),
  };
}
