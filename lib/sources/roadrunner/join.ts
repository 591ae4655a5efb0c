import type { Consumer, Queue } from "@/lib/rabbitmq/api/broker";
import type { PipelineState } from "@/lib/sources/roadrunner/status";

/** A client of the broker as the join needs it. */
export interface JoinClient {
  readonly id: string;
  readonly name: string;
  readonly product: string | null;
  /** Queues it consumes, or was last seen to consume. */
  readonly queues: readonly string[];
  /** Names of its open connections. */
  readonly connections: readonly string[];
  /** Channels of all its connections; null: they could not be seen. */
  readonly channels: number | null;
}

/** What is known of one broker. `consumers` null: their tags are not known, only who consumes which queue. */
export interface JoinBroker {
  readonly clients: readonly JoinClient[];
  readonly queues: readonly Queue[];
  readonly consumers: readonly Consumer[] | null;
}

/** `blind`: it cannot be seen at present, and what is known of it is of before. */
export interface SeenBroker extends JoinBroker {
  readonly blind: boolean;
}

/**
 * How a client was found: by the name the configuration gives, by the tag of its consumer, or by its library and a
 * queue it consumes. Inferred unless the name or the whole tag was told.
 */
export interface JoinedClient {
  readonly id: string;
  readonly name: string;
  readonly inferred: boolean;
  readonly joinedBy: "name" | "tag" | "queue";
  readonly connected: boolean;
}

/** One pipeline and what the broker has of it. null is not known. */
export interface JoinedPipeline {
  readonly pipeline: string;
  readonly queue: string;
  /** What RoadRunner says of itself. */
  readonly consuming: boolean;
  /** Its client; null where none is found, or several would do. */
  readonly client: JoinedClient | null;
  /** Of the queue, whoever they belong to. */
  readonly consumers: number | null;
  readonly ready: number | null;
  readonly unacked: number | null;
  /** The connection stands, and nothing is consumed over it. Always inferred. */
  readonly zombie: boolean | null;
}

/** amqp091-go under its default properties: RoadRunner sets none of its own. */
const PRODUCT = "AMQP 0.9.1 Client";
/** `roadrunner-<uuid>` unless consumer_id is set; kept over redials, new when the pipeline is built anew. */
const TAG = /^roadrunner-/;
/**
 * Publish, state and consume (measured with 2025.1: 3 while it consumes; 2 for a pipeline that only publishes; 1 on the
 * connections a failed redial leaves behind).
 */
const CHANNELS_WHEN_CONSUMING = 3;

/** Finds each pipeline's queue and client in a broker. `tags` are the `consumer_id`s that are set, by pipeline. Pure. */
export function joinPipelines(
  pipelines: readonly PipelineState[],
  broker: JoinBroker,
  tags: ReadonlyMap<string, string> = new Map(),
): readonly JoinedPipeline[] {
  return pipelines
    .filter(({ driver, queue }) => driver === "amqp" && queue !== "")
    .map((one) => {
      const queue = only(broker.queues.filter(({ name }) => name === one.queue));
      const found = clientOf(one, broker, tags.get(one.pipeline));
      return {
        ...{ pipeline: one.pipeline, queue: one.queue, consuming: one.ready },
        client: found && joined(found.client, found.joinedBy, found.inferred),
        consumers: queue?.consumers ?? null,
        ready: queue?.ready ?? null,
        unacked: queue?.unacked ?? null,
        zombie: found === null ? null : isZombie(found.client, queue),
      };
    });
}

export const joined = (
  { id, name, connections }: JoinClient,
  joinedBy: JoinedClient["joinedBy"],
  inferred: boolean,
): JoinedClient => ({ id, name, inferred, joinedBy, connected: connections.length > 0 });

interface Found {
  readonly client: JoinClient;
  readonly joinedBy: "tag" | "queue";
  readonly inferred: boolean;
}

/** By consumer tag where tags are known; else the one client of RoadRunner's library that consumes the queue. */
function clientOf(one: PipelineState, broker: JoinBroker, tag: string | undefined): Found | null {
  const tagged = only(taggedClients(broker, one.queue, (said) => (tag === undefined ? TAG.test(said) : said === tag)));
  if (tagged !== null) return { client: tagged, joinedBy: "tag", inferred: tag === undefined };
  const alike = only(
    broker.clients.filter((client) => client.product === PRODUCT && client.queues.includes(one.queue)),
  );
  return alike === null ? null : { client: alike, joinedBy: "queue", inferred: true };
}

/** The clients with a consumer on this queue whose tag is of this kind. */
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

/** Of one name in several virtual hosts nobody can say which is meant. */
function only<T>(found: readonly T[]): T | null {
  return found.length === 1 ? (found[0] ?? null) : null;
}
