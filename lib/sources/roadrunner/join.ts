import type { Consumer, Queue } from "@/lib/rabbitmq/api/broker";
import type { PipelineState } from "@/lib/sources/roadrunner/status";

/** A client of the broker, as far as the join needs it. */
export interface JoinClient {
  readonly id: string;
  readonly name: string;
  readonly displayName: string;
  readonly product: string | null;
  /** Queues that it consumes or last consumed. */
  readonly queues: readonly string[];
  /** Names of its open connections. */
  readonly connections: readonly string[];
  /** Channels of all its connections; null: unknown. */
  readonly channels: number | null;
}

/** One broker. `consumers` null: their tags are unknown, only which client consumes which queue is known. */
export interface JoinBroker {
  readonly clients: readonly JoinClient[];
  readonly queues: readonly Queue[];
  readonly consumers: readonly Consumer[] | null;
}

/** `blind`: it cannot be observed at present, and these are the facts from before. */
export interface SeenBroker extends JoinBroker {
  readonly blind: boolean;
}

/**
 * How a client was found: by the configured name, by the tag of its consumer, or by its library and a queue that it
 * consumes. Inferred unless the name or the whole tag is configured.
 */
export interface JoinedClient {
  readonly id: string;
  readonly name: string;
  readonly displayName: string;
  readonly inferred: boolean;
  readonly joinedBy: "name" | "tag" | "queue";
  readonly connected: boolean;
}

/** One pipeline and its client and queue in the broker. null is unknown. */
export interface JoinedPipeline {
  readonly pipeline: string;
  readonly queue: string;
  /** As reported by RoadRunner. */
  readonly consuming: boolean;
  /** Its client; null if none or several match. */
  readonly client: JoinedClient | null;
  /** All consumers of the queue. */
  readonly consumers: number | null;
  readonly ready: number | null;
  readonly unacked: number | null;
  /** It is connected and consumes nothing. Always inferred. */
  readonly zombie: boolean | null;
}

/** The default properties of amqp091-go: RoadRunner sets none of its own. */
const PRODUCT = "AMQP 0.9.1 Client";
/** `roadrunner-<uuid>` unless consumer_id is set; unchanged by redials, new when the pipeline is created again. */
const TAG = /^roadrunner-/;
/**
 * Publish, state and consume (measured with 2025.1: 3 while it consumes; 2 for a pipeline that only publishes; 1 on the
 * connections a failed redial leaves behind).
 */
const CHANNELS_WHEN_CONSUMING = 3;

/** Finds each pipeline's queue and client in a broker. `tags` are the configured `consumer_id`s, by pipeline. */
export function joinPipelines(
  pipelines: readonly PipelineState[],
  broker: JoinBroker,
  tags: ReadonlyMap<string, string> = new Map(),
): readonly JoinedPipeline[] {
  return pipelines
    .filter(({ driver, queue }) => driver === "amqp" && queue !== "")
    .map((state) => {
      const queue = only(broker.queues.filter(({ name }) => name === state.queue));
      const found = clientOf(state, broker, tags.get(state.pipeline));
      return {
        pipeline: state.pipeline,
        queue: state.queue,
        consuming: state.ready,
        client: found && joined(found.client, found.joinedBy, found.inferred),
        consumers: queue?.consumers ?? null,
        ready: queue?.ready ?? null,
        unacked: queue?.unacked ?? null,
        zombie: found === null ? null : isZombie(found.client, queue),
      };
    });
}

export const joined = (
  { id, name, displayName, connections }: JoinClient,
  joinedBy: JoinedClient["joinedBy"],
  inferred: boolean,
): JoinedClient => ({ id, name, displayName, inferred, joinedBy, connected: connections.length > 0 });

interface FoundClient {
  readonly client: JoinClient;
  readonly joinedBy: "tag" | "queue";
  readonly inferred: boolean;
}

/** By consumer tag if tags are known; otherwise the only client of RoadRunner's library that consumes the queue. */
function clientOf(pipeline: PipelineState, broker: JoinBroker, tag: string | undefined): FoundClient | null {
  const isOwn = (candidate: string) => (tag === undefined ? TAG.test(candidate) : candidate === tag);
  const tagged = only(taggedClients(broker, pipeline.queue, isOwn));
  if (tagged !== null) return { client: tagged, joinedBy: "tag", inferred: tag === undefined };
  const consumer = only(
    broker.clients.filter((client) => client.product === PRODUCT && client.queues.includes(pipeline.queue)),
  );
  return consumer === null ? null : { client: consumer, joinedBy: "queue", inferred: true };
}

/** The clients with a consumer on this queue whose tag matches. */
export function taggedClients(
  { consumers, clients }: Pick<JoinBroker, "consumers" | "clients">,
  queue: string,
  isOwn: (tag: string) => boolean,
): readonly JoinClient[] {
  const own = (consumers ?? []).filter((consumer) => consumer.queue === queue && isOwn(consumer.tag));
  const connections = new Set(own.map(({ connection }) => connection));
  return clients.filter((client) => client.connections.some((name) => connections.has(name)));
}

function isZombie(client: JoinClient, queue: Queue | null): boolean | null {
  if (client.connections.length === 0) return false;
  if (queue === null || queue.consumers === null) return null;
  if (queue.consumers > 0) return false;
  return client.channels === null ? null : client.channels < CHANNELS_WHEN_CONSUMING * client.connections.length;
}

/** The only match; null if there is none, or several (as for one name in several virtual hosts). */
function only<T>(matches: readonly T[]): T | null {
  return matches.length === 1 ? (matches[0] ?? null) : null;
}
