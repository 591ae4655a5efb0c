import type { Binding, Exchange } from "@/lib/rabbitmq/api/broker";

/** The exchanges and bindings of one broker, indexed once per poll. */
export interface Topology {
  readonly exchanges: ReadonlyMap<string, Exchange>;
  readonly bySource: ReadonlyMap<string, SourceBindings>;
  /** Bindings to each queue, by `placeOf` the queue. */
  readonly byQueue: ReadonlyMap<string, readonly Binding[]>;
}

interface SourceBindings {
  readonly all: readonly Binding[];
  readonly byKey: ReadonlyMap<string, readonly Binding[]>;
}

/** An exchange or a queue within its virtual host. */
export const placeOf = (vhost: string, name: string): string => `${vhost}\0${name}`;

/**
 * Indexes exchanges and bindings; null if no exchange is listed: every virtual host has at least seven, so an empty
 * list means that this user may not see them (measured on RabbitMQ 3.10.8).
 */
export function topologyOf(exchanges: readonly Exchange[], bindings: readonly Binding[]): Topology | null {
  if (exchanges.length === 0) return null;
  const bySource = new Map<string, SourceBindings>();
  for (const [place, all] of Map.groupBy(bindings, (binding) => placeOf(binding.vhost, binding.source))) {
    bySource.set(place, { all, byKey: Map.groupBy(all, (binding) => binding.routingKey) });
  }
  const intoQueues = bindings.filter(({ to }) => to === "queue");
  return {
    exchanges: new Map(exchanges.map((exchange) => [placeOf(exchange.vhost, exchange.name), exchange])),
    bySource,
    byQueue: Map.groupBy(intoQueues, (binding) => placeOf(binding.vhost, binding.destination)),
  };
}
