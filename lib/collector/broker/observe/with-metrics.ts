import type { Connection } from "@/lib/rabbitmq/api/broker";
import type { NodeMetrics } from "@/lib/rabbitmq/api/parse-metrics";
import { sessionId } from "@/lib/rabbitmq/sessions/advance";

/** Each connection of the last list with statistics, by `whereOf`. */
export type KnownConnections = ReadonlyMap<string, Connection>;

interface ListingSources {
  readonly broker: string;
  readonly known: KnownConnections;
  /** Session → its reader's pid `<0.N.M>` on its own node, from the event `connection.created`. */
  readonly pidOf: ReadonlyMap<string, string>;
  /** By node; a node that did not answer is absent. */
  readonly metrics: ReadonlyMap<string, NodeMetrics>;
}

interface JoinedConnections {
  readonly connections: readonly Connection[];
  /** Listed now, but in no list with statistics yet: unknown sessions. */
  readonly strangers: number;
}

/** The node and name of a connection. Repeats when an ephemeral port is reused; the pid then tells the sessions apart. */
export const whereOf = (connection: Connection): string => `${connection.node ?? ""}|${connection.name}`;

/**
 * Joins a list with `disable_stats=true` (name, vhost, user and node only, before 4.2.6) with the last full list and the
 * metrics of the nodes. A connection without a known pid or node stays the same session, and its octets are null.
 */
export function withMetrics(listed: readonly Connection[], from: ListingSources): JoinedConnections {
  const connections: Connection[] = [];
  let strangers = 0;
  for (const identity of listed) {
    const known = from.known.get(whereOf(identity));
    const joined = known === undefined ? null : join(known, from);
    if (joined === null) strangers++;
    else connections.push(joined);
  }
  return { connections, strangers };
}

/** null when this session has ended: a running reader always has its row, so another connection uses the name. */
function join(known: Connection, from: ListingSources): Connection | null {
  const pid = from.pidOf.get(sessionId(from.broker, known));
  const node = from.metrics.get(known.node ?? "");
  if (pid === undefined || node === undefined) return { ...known, recvOct: null, sendOct: null };
  const octets = node.octets.get(pid);
  return octets === undefined ? null : { ...known, recvOct: octets.recvOct, sendOct: octets.sendOct };
}
