import { readyByQueue, readyIn } from "@/lib/collector/broker/derive/ready-by-queue";
import type { BrokerMemory } from "@/lib/collector/broker/memory";
import type { Client } from "@/lib/rabbitmq/clients/client";
import { giveUpMs } from "@/lib/rabbitmq/clients/give-up";
import { followReplicas } from "@/lib/rabbitmq/clients/replicas";

interface ReplicaSettings {
  readonly rules: { readonly giveUpMs: number | null };
  readonly learning: { readonly sessionsMs: number };
}

/** The clients with the sessions and consumers that each usually has, and what is missing of them, after one poll. */
export function replicasAfter(
  memory: Pick<BrokerMemory, "clients" | "open" | "queues" | "activity">,
  settings: ReplicaSettings,
  nowMs: number,
): ReadonlyMap<string, Client> {
  const sessions = sessionsByClient(memory);
  const ready = readyByQueue(memory.queues);
  const clients = new Map(memory.clients);
  for (const client of memory.clients.values()) {
    const activity = memory.activity.clients.get(client.id);
    const observed = {
      sessions: sessions.get(client.id) ?? 0,
      consumers: activity?.consuming.now ?? null,
      ready: () => (activity ? readyIn(activity, client.vhost, ready) : null),
      learnMs: settings.learning.sessionsMs,
      lostAfterMs: settings.rules.giveUpMs ?? giveUpMs(client.product, client.platform),
    };
    const replicas = followReplicas(client.replicas, observed, nowMs);
    if (replicas !== client.replicas) clients.set(client.id, { ...client, replicas });
  }
  return clients;
}

function sessionsByClient({ open }: Pick<BrokerMemory, "open">): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { client } of open.values()) if (client !== null) counts.set(client, (counts.get(client) ?? 0) + 1);
  return counts;
}
