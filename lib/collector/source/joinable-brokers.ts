import type { BrokerMemory } from "@/lib/collector/broker/memory";
import { isBlind } from "@/lib/rabbitmq/api/reach";
import type { SeenBroker } from "@/lib/sources/roadrunner/join";

/** Every broker as applications are joined with it, by id. */
export const joinables = (brokers: ReadonlyMap<string, BrokerMemory>): ReadonlyMap<string, SeenBroker> =>
  new Map([...brokers].map(([id, memory]) => [id, joinable(memory)]));

function joinable(memory: BrokerMemory): SeenBroker {
  const sessions = Map.groupBy(memory.open.values(), ({ client }) => client);
  const clients = [...memory.clients.values()].map(({ id, name, displayName, product, consuming }) => {
    const activity = memory.activity.clients.get(id);
    return {
      id,
      name,
      displayName,
      product,
      queues: [...new Set([...consuming, ...(activity?.consuming.queues ?? [])])],
      connections: (sessions.get(id) ?? []).map(({ connection }) => connection),
      channels: activity?.channels?.channels ?? null,
    };
  });
  // Before its first poll nothing about it is current.
  const blind = isBlind(memory.reach) || memory.reach.is === "starting";
  return { blind, clients, queues: memory.queues, consumers: memory.consumers };
}
