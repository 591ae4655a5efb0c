import type { Consumer } from "@/lib/brokers/broker";
import type { Queue } from "@/lib/queues/queue";
import type { PipelineState } from "@/lib/roadrunner/status";

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

/** One pipeline and what the broker has of it. null is not known. */
export interface JoinedPipeline {
  readonly pipeline: string;
  readonly queue: string;
  /** What RoadRunner says of itself. */
  readonly consuming: boolean;
  /** Its client; null where none is found, or several would do. */
  readonly client: { readonly id: string; readonly name: string; readonly inferred: boolean } | null;
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
        client: found && { id: found.client.id, name: found.client.name, inferred: found.inferred },
        consumers: queue?.consumers ?? null,
        ready: queue?.ready ?? null,
        unacked: queue?.unacked ?? null,
        zombie: found === null ? null : isZombie(found.client, queue),
      };
    });
}

interface Found {
  readonly client: JoinClient;
  readonly inferred: boolean;
}

/** By consumer tag where tags are known; else the one client of RoadRunner's library that consumes the queue. */
function clientOf(one: PipelineState, broker: JoinBroker, tag: string | undefined): Found | null {
  const own = (broker.consumers ?? []).filter(
    (consumer) => consumer.queue === one.queue && (tag === undefined ? TAG.test(consumer.tag) : consumer.tag === tag),
  );
  const connections = new Set(own.map(({ connection }) => connection));
  const tagged = only(broker.clients.filter((client) => client.connections.some((name) => connections.has(name))));
  if (tagged !== null) return { client: tagged, inferred: tag === undefined };
  const alike = only(
    broker.clients.filter((client) => client.product === PRODUCT && client.queues.includes(one.queue)),
  );
  return alike === null ? null : { client: alike, inferred: true };
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
