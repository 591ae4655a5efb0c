import type { Queue } from "@/lib/rabbitmq/api/broker";
import type { Activity } from "@/lib/rabbitmq/clients/activity";

/** Messages ready by virtual host and queue; null: not measured. */
export type ReadyByQueue = ReadonlyMap<string, number | null>;

export const readyByQueue = (queues: readonly Queue[]): ReadyByQueue =>
  new Map(queues.map((queue) => [keyOf(queue.vhost, queue.name), queue.ready]));

/** Messages ready where a client consumes, or did; null where none of its queues is known. */
export function readyIn({ consuming }: Activity, vhost: string, ready: ReadyByQueue): number | null {
  const known = consuming.queues
    .map((queue) => ready.get(keyOf(vhost, queue)) ?? null)
    .filter((messages) => messages !== null);
  return known.length === 0 ? null : known.reduce((sum, messages) => sum + messages, 0);
}

const keyOf = (vhost: string, queue: string): string => `${vhost}\0${queue}`;
