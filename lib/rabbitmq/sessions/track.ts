import { MINUTE, SECOND } from "@/lib/base/time/duration";
import type { Connection } from "@/lib/rabbitmq/api/broker";
import type { BrokerEvent } from "@/lib/rabbitmq/events/event";
import { CLOSE_REASON_TTL_MS, type CloseReasonMemory, endWithReason } from "@/lib/rabbitmq/sessions/close-reasons";
import type { End, Session } from "@/lib/rabbitmq/sessions/session";

/** Protocols whose liveness is told by recv_oct against the negotiated timeout. Others have rules of their own. */
const HEARTBEAT_PROTOCOLS = /^AMQP 0-[89]/;
/** The list shows a new connection up to 5 s late (measured), and may itself be 10 s old; then it is really missing. */
const LISTED_WITHIN_MS = 20 * SECOND;
/** A node that hangs is given up by its cluster after net_ticktime, 60 s; one that swaps comes back later still. */
const MISSED_FOR_MS = 15 * MINUTE;

/** A session that ended lately. */
export interface Ended {
  readonly session: Session;
  /** When we took it to have ended, which may be long after it did. */
  readonly noticedMs: number;
  /** It was only missed in a list, and the broker said nothing of it: seen again, it never ended. */
  readonly missed: boolean;
}

export type Recent = ReadonlyMap<string, Ended>;

export interface Sighting {
  readonly nowMs: number;
  /** What the list shows; null on a tick that only has events to tell. */
  readonly listed: readonly Connection[] | null;
  readonly heard: readonly BrokerEvent[];
  readonly told: CloseReasonMemory;
  /** Sessions that ended lately, by id: an old list may still show them, and a late line may still explain them. */
  readonly recent: Recent;
  /** Its node went since it opened, so no grace is due. */
  readonly goneWithNode: (session: Session) => boolean;
  /** Concludes the end of a session of which nothing was told. */
  readonly endOf: (session: Session) => { readonly end: End; readonly closedMs: number };
}

export interface Tracked {
  readonly open: ReadonlyMap<string, Session>;
  /** Everyone who opened, those included who have ended since. */
  readonly opened: readonly Session[];
  /** In the order of their ends. */
  readonly ended: readonly Session[];
  /** Ended before, and explained only now. */
  readonly explained: readonly Session[];
  /** As they were said to have ended; they are open again. */
  readonly revived: readonly Session[];
  readonly recent: Recent;
}

/** Identity of one connection's life (measured: the name alone repeats when an ephemeral port is reused). */
export const sessionId = (broker: string, connection: Connection): string =>
  `${broker}|${connection.node ?? ""}|${connection.name}|${connection.connectedAtMs ?? ""}`;

/** By the broker's own clock, as its events are; openedMs is held back to ours. */
function connectedMs(session: Session): number {
  const told = session.id.slice(session.id.lastIndexOf("|") + 1);
  return told === "" ? session.openedMs : Number(told);
}

/**
 * Follows the connections of one broker from one tick to the next: (open sessions, events, what is listed now) → who
 * opened, who ended and why, and when the counters of the others last moved. Events and list may tell of the same
 * thing, in either order and long apart; by the session's id it is counted once. A listed connection without
 * statistics keeps its session alive and changes nothing else.
 */
export function track(broker: string, before: ReadonlyMap<string, Session>, sighting: Sighting): Tracked {
  const live = new Map(before);
  const opened = openHeard(broker, live, sighting);
  const ended = endHeard(live, sighting);
  const gone = new Set(ended.map((session) => session.id));
  if (sighting.listed === null) return finish({ open: live, opened, ended, revived: [], missed: [] }, sighting);
  const seen = see(broker, live, sighting.listed, sighting, gone);
  opened.push(...seen.opened);
  const missed: Session[] = [];
  for (const session of live.values()) {
    if (seen.open.has(session.id)) continue;
    // By our own clock: nothing grew since we heard of it, and the broker's may be minutes behind.
    const awaited = !session.listed && sighting.nowMs - session.recvGrewMs <= LISTED_WITHIN_MS;
    if (awaited && !sighting.goneWithNode(session)) seen.open.set(session.id, session);
    else (endWithReason(session, sighting.told) === null ? missed : ended).push(end(session, sighting));
  }
  return finish({ ...seen, opened, ended: [...ended, ...missed], missed }, sighting);
}

function openHeard(broker: string, live: Map<string, Session>, sighting: Sighting): Session[] {
  const opened: Session[] = [];
  for (const event of sighting.heard) {
    if (event.kind !== "opened") continue;
    const id = sessionId(broker, event.connection);
    const known = live.get(id);
    if (known && known.pid === null) live.set(id, { ...known, pid: event.pid });
    if (known || sighting.recent.has(id)) continue;
    const session = { ...begin(id, broker, event.connection, sighting.nowMs), pid: event.pid };
    live.set(id, session);
    opened.push(session);
  }
  return opened;
}

/** Whom the broker itself reported as closed: by an event, or by the last line of its log about the connection. */
function endHeard(live: Map<string, Session>, sighting: Sighting): Session[] {
  const closes = sighting.heard.filter((event) => event.kind === "closed" || (event.kind === "told" && event.final));
  if (closes.length === 0) return [];
  const byName = new Map<string, Session[]>();
  for (const session of live.values()) {
    const same = byName.get(session.connection);
    if (same) same.push(session);
    else byName.set(session.connection, [session]);
  }
  const ended: Session[] = [];
  for (const event of closes.toSorted((a, b) => a.atMs - b.atMs)) {
    if (event.kind !== "closed" && event.kind !== "told") continue;
    // A port may be in use again by the time an old event arrives: whoever opened later is not meant.
    const session = byName.get(event.connection)?.find((one) => live.has(one.id) && connectedMs(one) <= event.atMs);
    if (!session) continue;
    live.delete(session.id);
    ended.push(end(session, sighting, event.atMs));
  }
  return ended;
}

function end(session: Session, sighting: Sighting, atMs?: number): Session {
  const concluded = sighting.endOf(session);
  const told = endWithReason(session, sighting.told);
  // Clocks differ: a session ends no earlier than it began and no later than now.
  const closedMs = Math.max(session.openedMs, Math.min(atMs ?? concluded.closedMs, sighting.nowMs));
  return { ...session, end: told ?? concluded.end, closedMs, lateSinceMs: null };
}

function see(
  broker: string,
  live: ReadonlyMap<string, Session>,
  listed: readonly Connection[],
  sighting: Sighting,
  gone: ReadonlySet<string>,
): { open: Map<string, Session>; opened: Session[]; revived: Session[] } {
  const open = new Map<string, Session>();
  const opened: Session[] = [];
  const revived: Session[] = [];
  for (const connection of listed) {
    const id = sessionId(broker, connection);
    if (open.has(id) || gone.has(id)) continue;
    const over = sighting.recent.get(id);
    if (over) {
      if (!over.missed) continue;
      revived.push(over.session);
      open.set(id, revive(over.session, connection, sighting.nowMs));
      continue;
    }
    const known = live.get(id);
    const session = known
      ? advance(known, connection, sighting.nowMs)
      : { ...begin(id, broker, connection, sighting.nowMs), listed: true };
    if (!known) opened.push(session);
    open.set(id, session);
  }
  return { open, opened, revived };
}

/**
 * A list may be short of somebody: a node that hangs answers for none of its connections, and the others answer
 * without it. What was not seen meanwhile is no silence.
 */
const revive = (session: Session, connection: Connection, nowMs: number): Session => ({
  ...advance(session, connection, nowMs),
  closedMs: null,
  end: null,
  recvGrewMs: nowMs,
  sendGrewMs: nowMs,
});

interface Moves {
  readonly open: ReadonlyMap<string, Session>;
  readonly opened: readonly Session[];
  readonly ended: readonly Session[];
  readonly revived: readonly Session[];
  /** Those of the ended of whom nothing was heard. */
  readonly missed: readonly Session[];
}

function finish({ open, opened, ended, revived, missed }: Moves, sighting: Sighting): Tracked {
  const explained: Session[] = [];
  const recent = new Map<string, Ended>();
  for (const [id, over] of sighting.recent) {
    const keptMs = over.missed ? MISSED_FOR_MS : CLOSE_REASON_TTL_MS;
    if (open.has(id) || sighting.nowMs - over.noticedMs > keptMs) continue;
    const better = isUntold(over.session) ? endWithReason(over.session, sighting.told) : null;
    const same = better === null || sameEnd(over.session.end, better);
    const now = same
      ? over
      : { ...over, session: { ...over.session, end: better }, missed: over.missed && better.inferred };
    if (now !== over) explained.push(now.session);
    recent.set(id, now);
  }
  const unheard = new Set(missed);
  for (const session of ended) {
    recent.set(session.id, { session, noticedMs: sighting.nowMs, missed: unheard.has(session) });
  }
  const inOrder = ended.toSorted((a, b) => (a.closedMs ?? 0) - (b.closedMs ?? 0));
  return { open, opened, ended: inOrder, explained, revived, recent };
}

/** The broker did not say why it ended. */
const isUntold = ({ end }: Session): boolean => end === null || end.inferred || end.reason === "unknown";

const sameEnd = (a: End | null, b: End): boolean =>
  a !== null && a.reason === b.reason && a.inferred === b.inferred && a.detail === b.detail;

function begin(id: string, broker: string, connection: Connection, nowMs: number): Session {
  return {
    id,
    broker,
    client: null,
    connection: connection.name,
    node: connection.node,
    pid: null,
    // A broker whose clock runs ahead would otherwise open sessions in the future.
    openedMs: Math.min(connection.connectedAtMs ?? nowMs, nowMs),
    closedMs: null,
    end: null,
    reconnect: false,
    listed: false,
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
  const timeoutSeconds = timeoutOf(connection) ?? session.timeoutSeconds;
  // Most sessions stand as they were, poll after poll: thousands of copies a tick are work for nothing.
  if (!grew && !sent && session.listed && timeoutSeconds === session.timeoutSeconds) return session;
  return {
    ...session,
    listed: true,
    timeoutSeconds,
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
