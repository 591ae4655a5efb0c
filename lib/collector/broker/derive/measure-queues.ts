import type { Reading } from "@/lib/alerts/model/reading";
import { memoized } from "@/lib/base/signals/by-name";
import { SAMPLED, type Sample } from "@/lib/base/signals/catalogue";
import type { Labels } from "@/lib/base/signals/labels";
import type { BrokerMemory } from "@/lib/collector/broker/memory";
import type { Queue } from "@/lib/rabbitmq/api/broker";
import { backlogOf } from "@/lib/rabbitmq/queues/backlog";
import { backlogState, consumersIdle, consumersMissing, deadLettersArrived } from "@/lib/rabbitmq/queues/consumption";
import { flowOf } from "@/lib/rabbitmq/queues/flow";
import { queueKey } from "@/lib/rabbitmq/queues/queue";
import { membersDown, runningNames, unavailability } from "@/lib/rabbitmq/queues/replicas";
import { rolesOf } from "@/lib/rabbitmq/queues/roles";

/** A row for each queue at one poll, in the order of SAMPLED.queue. */
export function queueSamples(memory: BrokerMemory): readonly Sample[] {
  const roled = rolesOf(memory.queues, memory.everConsumed, memory.topology);
  const running = runningNames(memory.nodes);
  return roled.map((queue) => {
    const backlog = backlogOf(queue);
    const key = queueKey(queue);
    const progress = memory.progress.get(key);
    const values: Record<(typeof SAMPLED.queue)[number][0], number | null> = {
      "queue.ready": queue.ready,
      "queue.unacked": queue.unacked,
      "queue.consumers": queue.consumers,
      "queue.retry.backlog": backlog.retry,
      "queue.deadletter.backlog": backlog.deadLetter,
      "queue.consumers.missing": consumersMissing(queue, memory.everConsumed.has(key)),
      "queue.unavailable": unavailability(queue, running),
      "queue.consumers.idle": consumersIdle(queue, progress),
      "queue.backlog.growing": backlogState(queue, progress),
      "queue.deadletter.arrived": deadLettersArrived(queue, progress),
    };
    return { kind: "queue", labels: queueLabels(queue), values: SAMPLED.queue.map(([name]) => values[name]) };
  });
}

const at = (signal: (typeof SAMPLED.queue)[number][0]): number => SAMPLED.queue.findIndex(([name]) => name === signal);
const CONSUMERS_MISSING = at("queue.consumers.missing");
const ARRIVED = at("queue.deadletter.arrived");
/** The signals that need more than their value for a sentence; all are 0 while a queue is healthy. */
const JUDGED = [
  CONSUMERS_MISSING,
  ...(["queue.unavailable", "queue.consumers.idle", "queue.backlog.growing", "queue.deadletter.arrived"] as const).map(
    at,
  ),
];

/** Clients and nodes named in a notification; the pages list them all. */
const NAMES_MAX = 5;

/** The numbers and names of the summary about one queue, from a row of `queueSamples`. */
export function queueContext(memory: BrokerMemory, { labels, values }: Sample): NonNullable<Reading["context"]> {
  const queue = queuesByPlace(memory.queues).get(placeOf(labels.vhost ?? "", labels.queue ?? ""));
  const hadConsumers = values[CONSUMERS_MISSING] === 2 ? 1 : 0;
  if (queue === undefined || JUDGED.every((place) => (values[place] ?? 0) === 0)) {
    return { ready: queue?.ready ?? null, hadConsumers };
  }
  const key = queueKey(queue);
  const progress = memory.progress.get(key);
  const { ready, unacked, consumers, state, vhost } = queue;
  const down = membersDown(queue, runningNames(memory.nodes));
  const clients = clientsByPlace(memory.clients).get(placeOf(vhost, queue.name)) ?? [];
  return {
    ...{ ready, unacked, consumers, hadConsumers, queueState: state },
    members: queue.members?.length ?? null,
    membersDown: queue.members === null ? null : down.length,
    nodes: namesOf(down),
    clients: namesOf(clients),
    ...deadLetterContext(memory, key, values[ARRIVED] ?? 0),
    perMinute: progress?.trend.perMinute ?? null,
  };
}

/** The queues that dead-letter into this one, and the clients that consume them: one of these rejects messages. */
function deadLetterContext(memory: BrokerMemory, key: string, arrived: number): NonNullable<Reading["context"]> {
  if (arrived === 0) return {};
  const feeding = routesOf(memory).fedBy.get(key) ?? [];
  const places = feeding.map((from) => from.split("\0").slice(1).join("\0"));
  const consuming = clientsByPlace(memory.clients);
  return {
    from: namesOf(places.map((place) => place.split("\0").at(-1) ?? "")),
    clients: namesOf([...new Set(places.flatMap((place) => consuming.get(place) ?? []))]),
  };
}

const routesOf = memoized((memory: BrokerMemory) => flowOf(memory.queues, memory.topology));

const namesOf = (names: readonly string[]): string | null =>
  names.length === 0
    ? null
    : `${names.slice(0, NAMES_MAX).join(", ")}${names.length > NAMES_MAX ? ` +${names.length - NAMES_MAX}` : ""}`;

const placeOf = (vhost: string, queue: string): string => `${vhost}\0${queue}`;

const queuesByPlace = memoized(
  (queues: readonly Queue[]) => new Map(queues.map((queue) => [placeOf(queue.vhost, queue.name), queue])),
);

/** The names of the clients that consume each queue, or did before they disconnected. */
const clientsByPlace = memoized((clients: BrokerMemory["clients"]) => {
  const names = new Map<string, string[]>();
  for (const { vhost, displayName: name, consuming } of clients.values()) {
    for (const queue of consuming) {
      const place = placeOf(vhost, queue);
      const known = names.get(place);
      if (known) known.push(name);
      else names.set(place, [name]);
    }
  }
  return names;
});

const queueLabels = (queue: Queue): Labels => ({ broker: queue.broker, vhost: queue.vhost, queue: queue.name });

interface QueuesKnown {
  /** Labels of the queues whose end would be noticed at the next poll. */
  readonly known: readonly Labels[];
  /** Labels of the queues that do not exist any more. */
  readonly ended: readonly Labels[];
}

/**
 * Which queues have ended: those known that are not listed. A user who loses a permission gets a shorter list and no error
 * (measured on 3.10.8), while the overview goes on to count all queues: then nothing has ended.
 */
export function endedQueues(
  before: readonly Labels[],
  listed: readonly Queue[],
  { rows, total }: { readonly rows: number; readonly total: number | null },
): QueuesKnown {
  const places = new Set(listed.map((queue) => placeOf(queue.vhost, queue.name)));
  const missing = before.filter(({ vhost = "", queue = "" }) => !places.has(placeOf(vhost, queue)));
  const isComplete = total === null || rows >= total;
  const now = listed.map(queueLabels);
  return isComplete ? { known: now, ended: missing } : { known: [...now, ...missing], ended: [] };
}
