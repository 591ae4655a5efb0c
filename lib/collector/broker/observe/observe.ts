import "server-only";
import { done, type Result } from "@/lib/base/errors/failure";
import type { CheckAnswers, CheckName } from "@/lib/collector/broker/derive/checks";
import type { ListCoverage } from "@/lib/collector/broker/derive/coverage";
import { readChecks } from "@/lib/collector/broker/observe/checks";
import type { ListedConnections } from "@/lib/collector/broker/observe/listing";
import { throttledEndpoint } from "@/lib/collector/broker/observe/throttled-endpoint";
import type { BrokerNode, Connection, Consumer, Overview, Queue } from "@/lib/rabbitmq/api/broker";
import type { ManagementAnswer, ManagementApi } from "@/lib/rabbitmq/api/management-api";
import { type ParsedRows, parseConsumers, parseNodes, parseOverview, parseQueues } from "@/lib/rabbitmq/api/parse";
import { parseBindings, parseExchanges } from "@/lib/rabbitmq/api/parse-topology";
import type { ChannelSnapshot } from "@/lib/rabbitmq/clients/channels";
import { type Topology, topologyOf } from "@/lib/rabbitmq/queues/topology";

/** The result of one poll of one broker. Each part may fail by itself: half an answer is better than none. */
export interface BrokerObservation {
  readonly overview: Result<Overview>;
  readonly nodes: Result<ParsedRows<BrokerNode>>;
  readonly connections: Result<ParsedRows<Connection>>;
  /** What that list covers besides connections with statistics. */
  readonly coverage: ListCoverage;
  readonly consumers: Result<ParsedRows<Consumer>>;
  readonly queues: Result<ParsedRows<Queue>>;
  /** false: `queues` is the previous answer, because the list is too expensive to be read at every poll. */
  readonly queuesFresh: boolean;
  /** Channels are read beside the poll, at an interval of their own; null: no new snapshot. */
  readonly channels: ChannelSnapshot | null;
  /** undefined: not requested in this poll; null: this user may not see it. */
  readonly topology?: Result<Topology | null>;
  /** undefined: none was due. */
  readonly checks?: CheckAnswers;
  /** When the poll was started, by our clock: its data may be as old as that. */
  readonly requestedMs: number;
  /** The slowest answer of the endpoints read at each poll, ms. */
  readonly answerMs: number;
  readonly bytes: number;
  /** How far our clock is ahead of the broker's, ms (whole seconds, by its Date header); null when it gave none. */
  readonly aheadMs: number | null;
}

const columns = (...names: string[]) => `columns=${names.join(",")}`;
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
  "messages_delayed",
  "consumers",
  "head_message_timestamp",
  "members",
  "online",
  "message_stats",
)}`;

const EXCHANGES = `/api/exchanges?${columns("name", "vhost", "type", "arguments", "policy")}`;
const BINDINGS = `/api/bindings?${columns("source", "vhost", "destination", "destination_type", "routing_key")}`;
const POLICIES = "/api/policies";

interface ObserveInput {
  readonly api: ManagementApi;
  readonly throttled: ReturnType<typeof createThrottledEndpoints>;
  /** Lists the connections, by the strategy that suits the broker. */
  readonly connections: (signal: AbortSignal) => Promise<ListedConnections>;
  /** Whether exchanges and bindings are due. */
  readonly isTopologyDue: boolean;
  readonly checksDue: ReadonlySet<CheckName>;
}

/** Reads the lists that can be expensive, each at an interval of its own. */
export function createThrottledEndpoints(broker: string, api: ManagementApi, now: () => number) {
  let hasStatistics = true;
  const queuesPath = () => (hasStatistics ? QUEUES : `${QUEUES}&enable_queue_totals=true`);
  const consumers = throttledEndpoint(api, () => CONSUMERS, parseConsumers, now);
  const queues = throttledEndpoint(api, queuesPath, (json) => parseQueues(json, broker), now);
  return {
    /** Without statistics queues have their totals only if they are asked for (measured on 3.10.8 and 4.3.6). */
    setStatistics(enabled: boolean): void {
      hasStatistics = enabled;
    },
    consumers,
    queues,
    /** Between two polls, one after the other: together they would slow each other down. */
    async readAhead(signal: AbortSignal): Promise<void> {
      await consumers.readAhead(signal);
      await queues.readAhead(signal);
    },
  };
}

/** Polls one broker: all endpoints at once, one request each. Never throws. */
export async function observe(input: ObserveInput, signal: AbortSignal): Promise<Omit<BrokerObservation, "channels">> {
  const { api } = input;
  const requestedMs = Date.now();
  const started = performance.now();
  const [overview, nodes, listed, consumers, queues, topology, checks] = await Promise.all([
    api.get("/api/overview", signal),
    api.get("/api/nodes", signal),
    input.connections(signal),
    input.throttled.consumers.read(signal),
    input.throttled.queues.read(signal),
    input.isTopologyDue ? readTopology(api, signal) : undefined,
    input.checksDue.size > 0 ? readChecks(api, input.checksDue, signal) : undefined,
  ]);
  const answers = [overview, nodes];
  const bytes = listed.bytes + consumers.bytes + queues.bytes;
  return {
    overview: read(overview, parseOverview),
    nodes: read(nodes, parseNodes),
    connections: listed.connections,
    coverage: listed.coverage,
    consumers: consumers.answer,
    queues: queues.answer,
    queuesFresh: queues.fresh,
    ...(topology === undefined ? {} : { topology }),
    ...(checks === undefined ? {} : { checks }),
    requestedMs,
    answerMs: slowest(answers, listed.durationMs) ?? performance.now() - started,
    bytes: answers.reduce((sum, answer) => sum + (answer.ok ? answer.value.bytes : 0), bytes),
    aheadMs: overview.ok ? overview.value.aheadMs : null,
  };
}

async function readTopology(api: ManagementApi, signal: AbortSignal): Promise<Result<Topology | null>> {
  const [exchanges, bindings, policies] = await Promise.all([
    api.get(EXCHANGES, signal),
    api.get(BINDINGS, signal),
    api.get(POLICIES, signal),
  ]);
  const points = read(exchanges, (json) => parseExchanges(json, policies.ok ? policies.value.json : null));
  const edges = read(bindings, parseBindings);
  if (!points.ok) return points;
  return edges.ok ? done(topologyOf(points.value, edges.value)) : edges;
}

const read = <T>(answer: Result<ManagementAnswer>, parse: (json: unknown) => Result<T>): Result<T> =>
  answer.ok ? parse(answer.value.json) : answer;

function slowest(answers: readonly Result<ManagementAnswer>[], listMs: number | null): number | null {
  const times = [
    ...(listMs === null ? [] : [listMs]),
    ...answers.flatMap((answer) => (answer.ok ? [answer.value.durationMs] : [])),
  ];
  return times.length === 0 ? null : Math.max(...times);
}
