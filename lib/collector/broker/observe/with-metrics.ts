import type { Connection } from "@/lib/rabbitmq/api/broker";
import type { NodeMetrics } from "@/lib/rabbitmq/api/parse-metrics";
import { sessionId } from "@/lib/rabbitmq/sessions/advance";

/** What the last list with statistics said of each connection, by `whereOf`. */
export type KnownConnections = ReadonlyMap<string, Connection>;

interface ListingSources {
  readonly broker: string;
  readonly known: KnownConnections;
  /** Session → its reader's pid `<0.N.M>` on its own node, as `connection.created` told it. */
  readonly pidOf: ReadonlyMap<string, string>;
  /** By node; a node that did not answer is absent. */
  readonly metrics: ReadonlyMap<string, NodeMetrics>;
}

interface JoinedConnections {
  readonly connections: readonly Connection[];
  /** Listed, and not as any list with statistics has described them yet: their life is not known to us. */
  readonly strangers: number;
}

/** A connection's place. Repeats when an ephemeral port is reused; the pid then tells the lives apart. */
export const whereOf = (connection: Connection): string => `${connection.node ?? ""}|${connection.name}`;

/**
 * Joins `disable_stats=true` (name, vhost, user and node only, before 4.2.6) with what the last full list said and
 * with the nodes' metrics. A connection whose pid or node is not told keeps its life and has no octets: null.
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

/** null when this life is over: a reader that runs always has its row, so another took the name. */
function join(known: Connection, from: ListingSources): Connection | null {
  const pid = from.pidOf.get(sessionId(from.broker, known));
  const node = from.metrics.get(known.node ?? "");
  if (pid === undefined || node === undefined) return { ...known, recvOct: null, sendOct: null };
  const octets = node.octets.get(pid);
  return octets === undefined ? null : { ...known, recvOct: octets.recvOct, sendOct: octets.sendOct };
}
