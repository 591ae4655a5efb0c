import "server-only";
import type { BrokerNode, Connection, Consumer, Overview } from "@/lib/brokers/broker";
import type { ManagementAnswer, ManagementApi } from "@/lib/brokers/management-api";
import {
  type Parsed,
  parseConnections,
  parseConsumers,
  parseNodes,
  parseOverview,
  parseQueues,
} from "@/lib/brokers/parse";
import { parseBindings, parseExchanges } from "@/lib/brokers/parse-topology";
import type { ChannelLook } from "@/lib/clients/channels";
import { done, type Outcome } from "@/lib/errors/failure";
import type { Queue } from "@/lib/queues/queue";
import { type Topology, topologyOf } from "@/lib/queues/topology";

/** What one poll of one broker said. Each part stands alone: half an answer is better than none. */
export interface BrokerObservation {
  readonly overview: Outcome<Overview>;
  readonly nodes: Outcome<Parsed<BrokerNode>>;
  readonly connections: Outcome<Parsed<Connection>>;
  readonly consumers: Outcome<Parsed<Consumer>>;
  readonly queues: Outcome<Parsed<Queue>>;
  /** Channels are looked at beside the poll, at a beat of their own; null: nothing new of them. */
  readonly look: ChannelLook | null;
  /** undefined: not asked in this poll; null: this user may not see it. */
  readonly topology?: Outcome<Topology | null>;
  /** The slowest answer, ms. */
  readonly answerMs: number;
  readonly bytes: number;
}

const columns = (...names: string[]) => `columns=${names.join(",")}`;
const CONNECTIONS = `/api/connections?${columns(
  "name",
  "user_provided_name",
  "client_properties",
  "protocol",
  "vhost",
  "user",
  "node",
  "peer_host",
  "state",
  "timeout",
  "connected_at",
  "recv_oct",
  "send_oct",
)}`;
const CONSUMERS = `/api/consumers?${columns("consumer_tag", "queue", "channel_details")}`;
const QUEUES = `/api/queues?${columns(
  "name",
  "vhost",
  "type",
  "state",
  "durable",
  "exclusive",
  "arguments",
  "effective_policy_definition",
  "messages_ready",
  "messages_unacknowledged",
  "consumers",
  "head_message_timestamp",
  "message_stats",
)}`;

const EXCHANGES = `/api/exchanges?${columns("name", "vhost", "type", "arguments", "policy")}`;
const BINDINGS = `/api/bindings?${columns("source", "vhost", "destination", "destination_type", "routing_key")}`;
const POLICIES = "/api/policies";

/** Polls one broker: all endpoints at once, one request each; exchanges and bindings when told. Never throws. */
export async function observe(
  broker: string,
  api: ManagementApi,
  signal: AbortSignal,
  ask: { readonly topology: boolean },
): Promise<Omit<BrokerObservation, "look">> {
  const started = performance.now();
  const [overview, nodes, connections, consumers, queues, topology] = await Promise.all([
    api.get("/api/overview", signal),
    api.get("/api/nodes", signal),
    api.get(CONNECTIONS, signal),
    api.get(CONSUMERS, signal),
    api.get(QUEUES, signal),
    ask.topology ? readTopology(api, signal) : undefined,
  ]);
  const answers = [overview, nodes, connections, consumers, queues];
  return {
    overview: read(overview, parseOverview),
    nodes: read(nodes, parseNodes),
    connections: read(connections, parseConnections),
    consumers: read(consumers, parseConsumers),
    queues: read(queues, (json) => parseQueues(json, broker)),
    ...(topology === undefined ? {} : { topology }),
    answerMs: slowest(answers) ?? performance.now() - started,
    bytes: answers.reduce((sum, answer) => sum + (answer.ok ? answer.value.bytes : 0), 0),
  };
}

async function readTopology(api: ManagementApi, signal: AbortSignal): Promise<Outcome<Topology | null>> {
  const [exchanges, bindings, policies] = await Promise.all([
    api.get(EXCHANGES, signal),
    api.get(BINDINGS, signal),
    api.get(POLICIES, signal),
  ]);
  const points = read(exchanges, (json) => parseExchanges(json, policies.ok ? policies.value.json : null));
  const ways = read(bindings, parseBindings);
  if (!points.ok) return points;
  return ways.ok ? done(topologyOf(points.value, ways.value)) : ways;
}

const read = <T>(answer: Outcome<ManagementAnswer>, parse: (json: unknown) => Outcome<T>): Outcome<T> =>
  answer.ok ? parse(answer.value.json) : answer;

function slowest(answers: readonly Outcome<ManagementAnswer>[]): number | null {
  const times = answers.flatMap((answer) => (answer.ok ? [answer.value.durationMs] : []));
  return times.length === 0 ? null : Math.max(...times);
}
