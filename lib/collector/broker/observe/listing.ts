import "server-only";
import { done, type Result } from "@/lib/base/errors/failure";
import { MINUTE, SECOND } from "@/lib/base/time/duration";
import { type ListCoverage, STATISTICS_ONLY } from "@/lib/collector/broker/derive/coverage";
import { IDENTITY, listAllNames } from "@/lib/collector/broker/observe/list-names";
import { createProductCache } from "@/lib/collector/broker/observe/products";
import { type KnownConnections, whereOf, withMetrics } from "@/lib/collector/broker/observe/with-metrics";
import type { Connection } from "@/lib/rabbitmq/api/broker";
import { chooseStrategy, INITIAL_STRATEGY, type ListingStrategy } from "@/lib/rabbitmq/api/listing-strategy";
import type { ManagementApi } from "@/lib/rabbitmq/api/management-api";
import type { MetricsApi } from "@/lib/rabbitmq/api/metrics";
import { type ParsedRows, parseConnections } from "@/lib/rabbitmq/api/parse";
import type { NodeMetrics } from "@/lib/rabbitmq/api/parse-metrics";
import { sessionId } from "@/lib/rabbitmq/sessions/advance";

/** The connections of one poll, by whichever strategy they were listed. */
export interface ListedConnections {
  readonly connections: Result<ParsedRows<Connection>>;
  /** null without an answer. */
  readonly durationMs: number | null;
  readonly bytes: number;
  readonly coverage: ListCoverage;
}

export interface ListingConditionsNow {
  readonly connections: number;
  readonly pidOf: ReadonlyMap<string, string>;
  readonly alarm: boolean;
  readonly intervalMs: number;
  /** Null where all nodes have statistics. */
  readonly withoutStatistics: { readonly users: readonly string[] } | null;
}

/** Lists the connections of one broker, by the strategy that suits it at the time. */
export interface Listing {
  list(conditions: ListingConditionsNow, signal: AbortSignal): Promise<ListedConnections>;
  strategy(): ListingStrategy;
}

const COLUMNS = [
  "name",
  "user_provided_name",
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
];
const LIST = `/api/connections?columns=${COLUMNS.join(",")}`;
/** Client properties never change, and make a list of 5,000 connections three times as expensive (measured). */
const LIST_WITH_PRODUCTS = `${LIST},client_properties`;
/** Below this number the full list is cheap, and the product of a new client is known at once. */
const CONNECTIONS_FOR_SHORT_LIST = 500;
/** New clients without a connection name have no identity until their product is known. */
const PRODUCTS_AGAIN_MS = 10 * SECOND;
/** Only the list has states, so it is read now and then even when the octets come from the metrics. */
const LIST_EVERY_MS = MINUTE;
/** New connections are not known before the next list; if it came later than this, short sessions would be missed. */
const LIST_FOR_UNKNOWN_MS = 15 * SECOND;
/** A metrics endpoint that failed is not requested at every poll: each attempt may cost its timeout. */
const METRICS_AGAIN_MS = MINUTE;

/** `metrics` is null where no metricsUrl is configured. `now` is a clock that never steps back, ms. */
export function createListing(
  broker: string,
  api: ManagementApi,
  metrics: MetricsApi | null,
  now: () => number,
): Listing {
  let strategy = INITIAL_STRATEGY;
  let known: KnownConnections = new Map();
  let listMs: number | null = null;
  let listedAtMs = Number.NEGATIVE_INFINITY;
  let metricsFailedAtMs = Number.NEGATIVE_INFINITY;
  let unknownConnections = 0;
  const products = createProductCache(broker);
  let productsAtMs = Number.NEGATIVE_INFINITY;

  async function list(conditions: ListingConditionsNow, signal: AbortSignal): Promise<ListedConnections> {
    const health = now() - metricsFailedAtMs < METRICS_AGAIN_MS ? "failed" : "works";
    const pidsKnown = [...known.values()].filter((one) => conditions.pidOf.has(sessionId(broker, one))).length;
    strategy = chooseStrategy(strategy, {
      ...conditions,
      pidsKnown,
      listMs,
      metrics: metrics === null ? "none" : health,
    });
    if (conditions.withoutStatistics !== null) return listNames(conditions.withoutStatistics, signal);
    const age = now() - listedAtMs;
    const fresh = age < (unknownConnections > 0 ? LIST_FOR_UNKNOWN_MS : LIST_EVERY_MS);
    if (metrics === null || strategy.is === "list" || !fresh) return listAll(signal);
    return (await listIdentities(conditions.pidOf, metrics, signal)) ?? (await listAll(signal));
  }

  async function listAll(signal: AbortSignal): Promise<ListedConnections> {
    const due = products.missing() + unknownConnections > 0 && now() - productsAtMs >= PRODUCTS_AGAIN_MS;
    const whole = due || products.count() < CONNECTIONS_FOR_SHORT_LIST;
    const answer = await api.get(whole ? LIST_WITH_PRODUCTS : LIST, signal);
    if (!answer.ok) return { connections: answer, durationMs: null, bytes: 0, coverage: STATISTICS_ONLY };
    const { json, durationMs, bytes } = answer.value;
    const parsed = parseConnections(json);
    const connections = parsed.ok ? done({ ...parsed.value, rows: products.fill(parsed.value.rows, whole) }) : parsed;
    if (connections.ok) {
      if (whole) productsAtMs = now();
      listMs = durationMs;
      listedAtMs = now();
      unknownConnections = 0;
      known = metrics === null ? known : new Map(connections.value.rows.map((one) => [whereOf(one), one]));
    }
    return { connections, durationMs, bytes, coverage: STATISTICS_ONLY };
  }

  /** Where not all nodes have statistics: the list, the names of all connections, and the octets of the metrics. */
  async function listNames(
    { users }: NonNullable<ListingConditionsNow["withoutStatistics"]>,
    signal: AbortSignal,
  ): Promise<ListedConnections> {
    const failedLately = now() - metricsFailedAtMs < METRICS_AGAIN_MS;
    const [listed, names, scraped] = await Promise.all([
      listAll(signal),
      listAllNames(api, users, signal),
      metrics === null || failedLately ? [] : metrics.get(signal),
    ]);
    if (!listed.connections.ok) return listed;
    const answered = scraped.flatMap((scrape) => (scrape.ok ? [scrape.value] : []));
    if (answered.length < scraped.length) metricsFailedAtMs = now();
    const rows = new Map([...names.rows, ...listed.connections.value.rows].map((row) => [whereOf(row), row]));
    return {
      ...listed,
      connections: done({ rows: [...rows.values()], unreadable: listed.connections.value.unreadable }),
      bytes: listed.bytes + names.bytes + answered.reduce((sum, one) => sum + one.bytes, 0),
      coverage: {
        names: names.all,
        users: new Set(names.users),
        metrics: new Map(answered.map(({ metrics: of }) => [of.node, of])),
      },
    };
  }

  /** null when no node returned its octets: then this poll reads the list after all. */
  async function listIdentities(
    pidOf: ReadonlyMap<string, string>,
    from: MetricsApi,
    signal: AbortSignal,
  ): Promise<ListedConnections | null> {
    const [answer, scraped] = await Promise.all([api.get(IDENTITY, signal), from.get(signal)]);
    if (!answer.ok) return { connections: answer, durationMs: null, bytes: 0, coverage: STATISTICS_ONLY };
    const answered = scraped.flatMap((scrape) => (scrape.ok ? [scrape.value] : []));
    if (answered.length < scraped.length) metricsFailedAtMs = now();
    if (answered.length === 0) return null;
    const listed = parseConnections(answer.value.json);
    if (!listed.ok) {
      const { durationMs, bytes } = answer.value;
      return { connections: listed, durationMs, bytes, coverage: STATISTICS_ONLY };
    }
    const byNode = new Map<string, NodeMetrics>(answered.map((one) => [one.metrics.node, one.metrics]));
    const joined = withMetrics(listed.value.rows, { broker, known, pidOf, metrics: byNode });
    unknownConnections = joined.strangers;
    return {
      connections: done({ rows: joined.connections, unreadable: listed.value.unreadable }),
      durationMs: Math.max(answer.value.durationMs, ...answered.map((one) => one.durationMs)),
      bytes: answered.reduce((sum, one) => sum + one.bytes, answer.value.bytes),
      coverage: STATISTICS_ONLY,
    };
  }

  return { list, strategy: () => strategy };
}
