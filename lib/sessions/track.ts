import type { Connection } from "@/lib/brokers/broker";
import type { End, Session } from "@/lib/sessions/session";

/** Protocols whose liveness is told by recv_oct against the negotiated timeout. Others have rules of their own. */
const HEARTBEAT_PROTOCOLS = /^AMQP 0-[89]/;

export interface Sighting {
  readonly nowMs: number;
  /** Names the end of a session that is no longer listed. */
  readonly endOf: (session: Session) => { readonly end: End; readonly closedMs: number };
}

export interface Tracked {
  readonly open: ReadonlyMap<string, Session>;
  readonly opened: readonly Session[];
  readonly ended: readonly Session[];
}

/** Identity of one connection's life (measured: the name alone repeats when an ephemeral port is reused). */
export const sessionId = (broker: string, connection: Connection): string =>
  `${broker}|${connection.node ?? ""}|${connection.name}|${connection.connectedAtMs ?? ""}`;

/**
 * Follows the connections of one broker from one poll to the next: (open sessions, what is listed now) → who opened,
 * who ended, and when the counters of the others last moved. A listed connection without statistics keeps its
 * session alive and changes nothing else.
 */
export function track(
  broker: string,
  before: ReadonlyMap<string, Session>,
  listed: readonly Connection[],
  sighting: Sighting,
): Tracked {
  const open = new Map<string, Session>();
  const opened: Session[] = [];
  for (const connection of listed) {
    const id = sessionId(broker, connection);
    if (open.has(id)) continue;
    const known = before.get(id);
    const session = known ? advance(known, connection, sighting.nowMs) : begin(id, broker, connection, sighting.nowMs);
    if (!known) opened.push(session);
    open.set(id, session);
  }
  const ended: Session[] = [];
  for (const session of before.values()) {
    if (!open.has(session.id)) ended.push({ ...session, ...sighting.endOf(session), lateSinceMs: null });
  }
  return { open, opened, ended };
}

function begin(id: string, broker: string, connection: Connection, nowMs: number): Session {
  return {
    id,
    broker,
    client: null,
    connection: connection.name,
    node: connection.node,
    // A broker whose clock runs ahead would otherwise open sessions in the future.
    openedMs: Math.min(connection.connectedAtMs ?? nowMs, nowMs),
    closedMs: null,
    end: null,
    reconnect: false,
    timeoutSeconds: timeoutOf(connection),
    recvOct: connection.recvOct,
    recvGrewMs: nowMs,
    sendOct: connection.sendOct,
    sendGrewMs: nowMs,
    blocked: isBlocked(connection),
    lateSinceMs: null,
  };
}

function advance(session: Session, connection: Connection, nowMs: number): Session {
  const blocked = isBlocked(connection);
  // Any change counts as bytes: counters only fall when the statistics were reset, and then nothing is known.
  // The broker starts its check afresh when a blocked connection resumes, and so do we.
  const received = connection.recvOct !== null && connection.recvOct !== session.recvOct;
  const grew = received || blocked || session.blocked;
  const sent = connection.sendOct !== null && connection.sendOct !== session.sendOct;
  return {
    ...session,
    timeoutSeconds: timeoutOf(connection) ?? session.timeoutSeconds,
    recvOct: connection.recvOct ?? session.recvOct,
    recvGrewMs: grew ? nowMs : session.recvGrewMs,
    sendOct: connection.sendOct ?? session.sendOct,
    sendGrewMs: sent ? nowMs : session.sendGrewMs,
    blocked,
  };
}

/**
 * `blocked` and `flow`: the broker stops reading and pauses its own heartbeat check (measured: recv_oct stood still
 * for 30 s at T = 5 and nothing was closed). `blocking` connections go on being read, and are timed out.
 */
const isBlocked = (connection: Connection): boolean => connection.state === "blocked" || connection.state === "flow";

const timeoutOf = (connection: Connection): number | null =>
  connection.protocol === null || HEARTBEAT_PROTOCOLS.test(connection.protocol) ? connection.timeoutSeconds : null;
