import "server-only";
import { done, type Result } from "@/lib/base/errors/failure";
import { MINUTE, SECOND } from "@/lib/base/time/duration";
import { createProductCache } from "@/lib/collector/broker/observe/products";
import { type KnownConnections, whereOf, withMetrics } from "@/lib/collector/broker/observe/with-metrics";
import type { Connection } from "@/lib/rabbitmq/api/broker";
import { chooseStrategy, INITIAL_STRATEGY, type ListingStrategy } from "@/lib/rabbitmq/api/listing-strategy";
import type { ManagementApi } from "@/lib/rabbitmq/api/management-api";
import type { MetricsApi } from "@/lib/rabbitmq/api/metrics";
import { type ParsedRows, parseConnections } from "@/lib/rabbitmq/api/parse";
import type { NodeMetrics } from "@/lib/rabbitmq/api/parse-metrics";
import { sessionId } from "@/lib/rabbitmq/sessions/advance";

/** What one poll found out about the connections, whichever way it asked. */
export interface ListedConnections {
  readonly connections: Result<ParsedRows<Connection>>;
  /** null when nothing was answered. */
  readonly durationMs: number | null;
  readonly bytes: number;
}

export interface ListingConditionsNow {
  readonly connections: number;
  readonly pidOf: ReadonlyMap<string, string>;
  readonly alarm: boolean;
  readonly intervalMs: number;
}

/** Asks for the connections of one broker, in the way that suits it at the time. */
export interface Listing {
  list(standing: ListingConditionsNow, signal: AbortSignal): Promise<ListedConnections>;
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
/** What clients say of themselves never changes, and makes the list of 5,000 three times as dear (measured). */
const LIST_WITH_PRODUCTS = `${LIST},client_properties`;
/** Fewer are cheap to list whole, and then a newcomer's product is known at once. */
const CONNECTIONS_FOR_SHORT_LIST = 500;
/** Newcomers without a name have no identity before their product is known. */
const PRODUCTS_AGAIN_MS = 10 * SECOND;
const IDENTITY = "/api/connections?disable_stats=true";
/** States are told by the list alone, so it is asked for now and then even when the octets come from elsewhere. */
const LIST_EVERY_MS = MINUTE;
/** Those who connected since are not known before the next list; later than this and short lives would be missed. */
const LIST_FOR_STRANGERS_MS = 15 * SECOND;
/** A metrics port that failed is not asked at every poll: each try may cost its time-out. */
const METRICS_AGAIN_MS = MINUTE;

/** `metrics` is null where no metricsUrl is configured. `now` is a clock that never steps back, ms. */
export function createListing(
  broker: string,
  api: ManagementApi,
  metrics: MetricsApi | null,
  now: () => number,
): Listing {
  let way = INITIAL_STRATEGY;
  let known: KnownConnections = new Map();
  let listMs: number | null = null;
  let listedAtMs = Number.NEGATIVE_INFINITY;
  let metricsFailedAtMs = Number.NEGATIVE_INFINITY;
  let strangers = 0;
  const products = createProductCache(broker);
  let productsAtMs = Number.NEGATIVE_INFINITY;

  async function list(standing: ListingConditionsNow, signal: AbortSignal): Promise<ListedConnections> {
    const health = now() - metricsFailedAtMs < METRICS_AGAIN_MS ? "failed" : "works";
    const pidsKnown = [...known.values()].filter((one) => standing.pidOf.has(sessionId(broker, one))).length;
    way = chooseStrategy(way, { ...standing, pidsKnown, listMs, metrics: metrics === null ? "none" : health });
    const age = now() - listedAtMs;
    const fresh = age < (strangers > 0 ? LIST_FOR_STRANGERS_MS : LIST_EVERY_MS);
    if (metrics === null || way.is === "list" || !fresh) return listAll(signal);
    return (await listIdentities(standing.pidOf, metrics, signal)) ?? (await listAll(signal));
  }

  async function listAll(signal: AbortSignal): Promise<ListedConnections> {
    const due = products.missing() + strangers > 0 && now() - productsAtMs >= PRODUCTS_AGAIN_MS;
    const whole = due || products.count() < CONNECTIONS_FOR_SHORT_LIST;
    const answer = await api.get(whole ? LIST_WITH_PRODUCTS : LIST, signal);
    if (!answer.ok) return { connections: answer, durationMs: null, bytes: 0 };
    const { json, durationMs, bytes } = answer.value;
    const parsed = parseConnections(json);
    const connections = parsed.ok ? done({ ...parsed.value, rows: products.fill(parsed.value.rows, whole) }) : parsed;
    if (connections.ok) {
      if (whole) productsAtMs = now();
      listMs = durationMs;
      listedAtMs = now();
      strangers = 0;
      known = metrics === null ? known : new Map(connections.value.rows.map((one) => [whereOf(one), one]));
    }
    return { connections, durationMs, bytes };
  }

  /** null when no node told its octets: then the list is the only way, at this poll already. */
  async function listIdentities(
    pidOf: ReadonlyMap<string, string>,
    from: MetricsApi,
    signal: AbortSignal,
  ): Promise<ListedConnections | null> {
    const [answer, scraped] = await Promise.all([api.get(IDENTITY, signal), from.get(signal)]);
    if (!answer.ok) return { connections: answer, durationMs: null, bytes: 0 };
    const told = scraped.flatMap((one) => (one.ok ? [one.value] : []));
    if (told.length < scraped.length) metricsFailedAtMs = now();
    if (told.length === 0) return null;
    const listed = parseConnections(answer.value.json);
    if (!listed.ok) return { connections: listed, durationMs: answer.value.durationMs, bytes: answer.value.bytes };
    const byNode = new Map<string, NodeMetrics>(told.map((one) => [one.metrics.node, one.metrics]));
    const joined = withMetrics(listed.value.rows, { broker, known, pidOf, metrics: byNode });
    strangers = joined.strangers;
    return {
      connections: done({ rows: joined.connections, unreadable: listed.value.unreadable }),
      durationMs: Math.max(answer.value.durationMs, ...told.map((one) => one.durationMs)),
      bytes: told.reduce((sum, one) => sum + one.bytes, answer.value.bytes),
    };
  }

  return { list, strategy: () => way };
}
