import type { Connection } from "@/lib/rabbitmq/api/broker";
import type { Session } from "@/lib/rabbitmq/sessions/session";

/** Protocols whose liveness is recv_oct against the negotiated timeout. The others have rules of their own. */
const HEARTBEAT_PROTOCOLS = /^AMQP 0-[89]/;

/** Identity of one connection's life (measured: the name alone repeats when an ephemeral port is reused). */
export const sessionId = (broker: string, connection: Connection): string =>
  `${broker}|${connection.node ?? ""}|${connection.name}|${connection.connectedAtMs ?? firstListed(connection)}`;

const FIRST_LISTED = "~";
const firstListed = ({ firstListedMs }: Connection): string =>
  firstListedMs === undefined ? "" : `${FIRST_LISTED}${firstListedMs}`;

/** What identifies a session beside node and name, for another row or event of the same connection. */
export function startOf({ id }: Pick<Session, "id">): Pick<Connection, "connectedAtMs" | "firstListedMs"> {
  const at = id.slice(id.lastIndexOf("|") + 1);
  if (at === "") return { connectedAtMs: null };
  if (!at.startsWith(FIRST_LISTED)) return { connectedAtMs: Number(at) };
  return { connectedAtMs: null, firstListedMs: Number(at.slice(FIRST_LISTED.length)) };
}

/** The broker gives when each connection opened; an old or incomplete list does not, and `openedMs` is later then. */
export const isStartKnown = (session: Session): boolean => startOf(session).connectedAtMs !== null;

export function openSession(id: string, broker: string, connection: Connection, nowMs: number): Session {
  return {
    id,
    broker,
    client: null,
    connection: connection.name,
    node: connection.node,
    pid: null,
    // A broker whose clock is ahead would otherwise open sessions in the future.
    openedMs: Math.min(connection.connectedAtMs ?? nowMs, nowMs),
    closedMs: null,
    end: null,
    reconnect: false,
    likely: false,
    listed: false,
    timeoutSeconds: timeoutOf(connection),
    recvOct: connection.recvOct,
    recvGrewMs: nowMs,
    isRecvUnobserved: true,
    sendOct: connection.sendOct,
    sendGrewMs: nowMs,
    blocked: isBlocked(connection),
    lateSinceMs: null,
  };
}

/** The session with what the list shows of its connection now. `isGap`: what happened since the last list is not known. */
export function advanceSession(session: Session, connection: Connection, nowMs: number, isGap = false): Session {
  const blocked = isBlocked(connection);
  // Any change counts as bytes: counters only fall when the statistics were reset, and then nothing is known.
  // The broker restarts its check when a blocked connection resumes, and so do we.
  const received = connection.recvOct !== null && connection.recvOct !== session.recvOct;
  const grew = received || blocked || session.blocked;
  const sent = connection.sendOct !== null && connection.sendOct !== session.sendOct;
  const timeoutSeconds = timeoutOf(connection) ?? session.timeoutSeconds;
  // Most sessions are unchanged poll after poll: thousands of copies a tick would be wasted.
  const isFirst = !session.listed || session.isResumed === true;
  if (!grew && !sent && !isFirst && timeoutSeconds === session.timeoutSeconds) return session;
  return {
    ...session,
    listed: true,
    ...(session.isResumed === true ? { isResumed: false } : {}),
    timeoutSeconds,
    recvOct: connection.recvOct ?? session.recvOct,
    recvGrewMs: grew ? nowMs : session.recvGrewMs,
    // The first value is no change, nor is the first after a gap: the bytes may have arrived at any time before.
    ...(received ? { isRecvUnobserved: session.recvOct === null || isGap } : {}),
    sendOct: connection.sendOct ?? session.sendOct,
    sendGrewMs: sent ? nowMs : session.sendGrewMs,
    blocked,
  };
}

/**
 * The session without the end it was wrongly given. A list may be incomplete: a node that hangs answers for none of its
 * connections, and the other nodes answer without it. The unobserved time does not count as silence.
 */
export const reopenSession = (session: Session, connection: Connection, nowMs: number): Session => ({
  ...advanceSession(session, connection, nowMs),
  isRecvUnobserved: true,
  closedMs: null,
  end: null,
  lateSinceMs: null,
  recvGrewMs: nowMs,
  sendGrewMs: nowMs,
});

/**
 * `blocked` and `flow`: the broker stops reading and pauses its own heartbeat check (measured: recv_oct did not change
 * for 30 s at T = 5 and nothing was closed). `blocking` connections are still read, and time out.
 */
const isBlocked = (connection: Connection): boolean => connection.state === "blocked" || connection.state === "flow";

const timeoutOf = (connection: Connection): number | null =>
  connection.protocol === null || HEARTBEAT_PROTOCOLS.test(connection.protocol) ? connection.timeoutSeconds : null;
