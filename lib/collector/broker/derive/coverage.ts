import type { BrokerMemory } from "@/lib/collector/broker/memory";
import type { BrokerNode, Connection, Overview } from "@/lib/rabbitmq/api/broker";
import { isOwnClient } from "@/lib/rabbitmq/api/own";
import type { NodeMetrics } from "@/lib/rabbitmq/api/parse-metrics";
import type { BrokerEvent } from "@/lib/rabbitmq/events/event";
import { sessionId, startOf } from "@/lib/rabbitmq/sessions/advance";
import { identifyListed } from "@/lib/rabbitmq/sessions/identify-listed";
import type { Session } from "@/lib/rabbitmq/sessions/session";

/** What the lists of one poll cover besides the connections of nodes with statistics. */
export interface ListCoverage {
  /** The names of all connections were listed as well. */
  readonly names: boolean;
  /** Users whose connections were listed one user at a time. */
  readonly users: ReadonlySet<string>;
  /** Octets by node and reader pid, from the nodes' own metrics; a node that did not answer is absent. */
  readonly metrics: ReadonlyMap<string, NodeMetrics>;
}

export const STATISTICS_ONLY: ListCoverage = { names: false, users: new Set(), metrics: new Map() };

export interface SeenConnections {
  readonly listed: readonly Connection[];
  readonly isListable: (session: Session) => boolean;
  /** Every connection is listed at least by name. */
  readonly allNamed: boolean;
}

/** The connections of one poll by whatever showed them. */
export function seenConnections(
  before: BrokerMemory,
  seen: Omit<Listed, "rows"> & { readonly rows: readonly Connection[]; readonly events: readonly BrokerEvent[] },
  nowMs: number,
): SeenConnections {
  const { coverage, events } = seen;
  const answer = { ...seen, rows: seen.rows.length };
  const allNamed = areAllNamed(answer);
  const known = { open: before.open, recent: before.recentlyEnded, events };
  const listed = withOctets(identifyListed(seen.rows, known, nowMs), before.open.values(), {
    broker: before.broker,
    metrics: coverage.metrics,
    allNamed,
  });
  const userOf = ({ client }: Session): string | null =>
    client === null ? null : (before.clients.get(client)?.user ?? null);
  return { listed, isListable: isListable(answer, userOf), allNamed };
}

type Listing = Pick<BrokerMemory, "nodes" | "overview" | "open" | "allNamed">;

/** Whether the clients of a broker can be counted: each connection is known, and whose it is. */
export function areClientsKnown({ nodes, overview, open, allNamed }: Listing): boolean {
  if (nodesWithoutStatistics(nodes, overview).length === 0) return true;
  const isComplete = allNamed || open.size >= (overview?.connections ?? Number.POSITIVE_INFINITY);
  return isComplete && [...open.values()].every((session) => session.client !== null);
}

/**
 * How many connections are open besides those of Lastbeat: those that are known or, without statistics, those that the
 * broker counts.
 */
export function connectionsOf({ overview, open, clients }: Listing & Pick<BrokerMemory, "clients">): number {
  const own = new Set([...clients.values()].filter(isOwnClient).map(({ id }) => id));
  const ownOpen = [...open.values()].filter(({ client }) => client !== null && own.has(client)).length;
  return (overview?.statsDisabled ? Math.max(open.size, overview.connections ?? 0) : open.size) - ownOpen;
}

interface Listed {
  readonly coverage: ListCoverage;
  readonly overview: Pick<Overview, "statsDisabled" | "connections"> | null;
  readonly nodes: readonly BrokerNode[] | null;
  readonly rows: number;
}

/**
 * Names of running nodes without statistics: all of them where statistics are off, those without the management plugin in a
 * cluster. The list has no connection of such a node (measured on 3.10.8: its row in `/api/nodes` has no uptime).
 */
export const nodesWithoutStatistics = (
  nodes: readonly BrokerNode[],
  overview: Pick<Overview, "statsDisabled"> | null,
): readonly string[] =>
  nodes
    .filter((node) => node.running && (overview?.statsDisabled === true || node.uptimeMs === null))
    .map((node) => node.name);

/** Whether every connection is listed at least by name. */
function areAllNamed({ coverage, overview, nodes, rows }: Listed): boolean {
  if (nodes === null || nodesWithoutStatistics(nodes, overview).length === 0) return true;
  const isEmptyWrongly = rows === 0 && (overview?.connections ?? 0) > 0;
  // Where statistics are off, the list itself is one of names.
  return (coverage.names || overview?.statsDisabled === true) && !isEmptyWrongly && coverage.users.size === 0;
}

/**
 * Whether the lists would show this session if it were open. Without the metrics collector RabbitMQ 4.3.6 lists no connection
 * at all, not even by name, while it counts them (measured): an empty list of connections that exist says nothing.
 */
function isListable(listed: Listed, userOf: (session: Session) => string | null) {
  const { coverage, overview, nodes } = listed;
  const uncovered = new Set(nodes === null ? [] : nodesWithoutStatistics(nodes, overview));
  const allNamed = areAllNamed(listed);
  return (session: Session): boolean => {
    if (allNamed || session.node === null || !uncovered.has(session.node)) return true;
    const user = userOf(session);
    if (user !== null && coverage.users.has(user)) return true;
    return session.pid !== null && coverage.metrics.has(session.node);
  };
}

/**
 * The listed connections with the octets of the metrics. Where not all are listed, also the open sessions that only the metrics
 * show: a running reader always has its row there, and a closed one for two minutes at most (measured).
 */
function withOctets(
  listed: readonly Connection[],
  open: Iterable<Session>,
  {
    broker,
    metrics,
    allNamed,
  }: { readonly broker: string; readonly metrics: ListCoverage["metrics"]; readonly allNamed: boolean },
): readonly Connection[] {
  if (metrics.size === 0) return listed;
  const rows = new Map(listed.map((row) => [sessionId(broker, row), row]));
  for (const session of open) {
    const octets = session.pid === null ? undefined : metrics.get(session.node ?? "")?.octets.get(session.pid);
    if (octets === undefined) continue;
    const row = rows.get(session.id) ?? (allNamed ? null : namedRow(session));
    if (row !== null) rows.set(session.id, { ...row, ...octets });
  }
  return [...rows.values()];
}

const namedRow = (session: Session): Connection => ({
  name: session.connection,
  userProvidedName: null,
  product: null,
  productVersion: null,
  platform: null,
  protocol: null,
  vhost: "",
  user: "",
  node: session.node,
  peerHost: null,
  state: null,
  timeoutSeconds: null,
  ...startOf(session),
  recvOct: null,
  sendOct: null,
  namesOnly: true,
});
