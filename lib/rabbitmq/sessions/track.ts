import { sameReason } from "@/lib/base/messages/reason";
import { MINUTE, SECOND } from "@/lib/base/time/duration";
import type { Connection } from "@/lib/rabbitmq/api/broker";
import type { BrokerEvent } from "@/lib/rabbitmq/events/event";
import { advanceSession, openSession, reopenSession, sessionId, startOf } from "@/lib/rabbitmq/sessions/advance";
import { CLOSE_REASON_TTL_MS, type CloseReasonMemory, endWithReason } from "@/lib/rabbitmq/sessions/close-reasons";
import type { End, Session } from "@/lib/rabbitmq/sessions/session";

/** The list shows a new connection up to 5 s late (measured) and may itself be 10 s old. After that it is missing. */
const LISTED_WITHIN_MS = 20 * SECOND;
/** A cluster gives up a node that hangs after net_ticktime, 60 s; one that swaps returns later still. */
export const UNCONFIRMED_TTL_MS = 15 * MINUTE;

/** A session that ended recently. */
export interface EndedSession {
  readonly session: Session;
  /** When we concluded that it had ended, which may be long after its end. */
  readonly detectedMs: number;
  /** It was only missing from a list, and the broker reported no close: listed again, it has never ended. */
  readonly unconfirmed: boolean;
}

export type RecentlyEnded = ReadonlyMap<string, EndedSession>;

/** More than a storm of 2,000 ends twice; the latest are loaded. */
export const ENDED_LOADED_MAX = 5_000;

/** Whether a stored session may still be explained, or listed again. */
export const wasEndedRecently = ({ closedMs }: Session, nowMs: number): boolean =>
  closedMs !== null && nowMs - closedMs <= UNCONFIRMED_TTL_MS;

/**
 * The recently ended sessions after a restart of ours: an event that was read but not acknowledged arrives again and must
 * not open them anew, and the reason of an end may arrive only now. When the end was detected is not stored: now at the
 * latest.
 */
export const recentlyEndedOf = (stored: readonly Session[], nowMs: number): RecentlyEnded =>
  new Map(
    stored
      .filter((session) => wasEndedRecently(session, nowMs))
      .map((session) => [session.id, { session, detectedMs: nowMs, unconfirmed: isUnexplained(session) }]),
  );

export interface TrackInput {
  readonly nowMs: number;
  /** The list of connections; null on a tick that has only events. */
  readonly listed: readonly Connection[] | null;
  /** No list was read for a while before this one: Lastbeat has just started, or the broker was unreachable. */
  readonly isGap: boolean;
  readonly events: readonly BrokerEvent[];
  readonly closeReasons: CloseReasonMemory;
  /** Recently ended sessions by id: an old list may still show them, and a late log line may still explain them. */
  readonly recent: RecentlyEnded;
  /** Its node stopped or restarted after it opened, so no grace period is due. */
  readonly endedWithNode: (session: Session) => boolean;
  /** The list would show it if it were open; otherwise its absence there says nothing. */
  readonly isListable: (session: Session) => boolean;
  /** What a node that has started since says of a session that ended without a reason; null: nothing. */
  readonly endOfNode: (session: Session) => End | null;
  /** Infers the end of a session that the broker did not explain. */
  readonly endOf: (session: Session) => { readonly end: End; readonly closedMs: number };
}

export interface TrackedSessions {
  readonly open: ReadonlyMap<string, Session>;
  /** All that opened, including those that have ended since. */
  readonly opened: readonly Session[];
  /** In the order of their ends. */
  readonly ended: readonly Session[];
  /** Ended earlier, and their reason arrived only now. */
  readonly explained: readonly Session[];
  /** Wrongly taken to have ended, with the end they were given; they are open again. */
  readonly revived: readonly Session[];
  readonly recent: RecentlyEnded;
}

/** When the session opened by the broker's own clock, which its events use too; `openedMs` is at most our time. */
function connectedMs(session: Session): number {
  return startOf(session).connectedAtMs ?? session.openedMs;
}

/**
 * Follows the connections of one broker from tick to tick: (open sessions, events, list) → which opened, which ended
 * and why, and when the counters of the others last changed. Events and the list may report the same change, in either
 * order and long apart; the session's id makes it count once. The session of a listed connection without statistics
 * stays open and is otherwise unchanged.
 */
export function track(broker: string, before: ReadonlyMap<string, Session>, input: TrackInput): TrackedSessions {
  const live = new Map(before);
  const opened = openFromEvents(broker, live, input);
  const ended = endFromEvents(live, input);
  if (input.listed === null) return finish({ open: live, opened, ended, revived: [], unconfirmed: [] }, input);
  const endedIds = new Set(ended.map((session) => session.id));
  const inList = readList(broker, live, input.listed, input, endedIds);
  opened.push(...inList.opened);
  const unconfirmed: Session[] = [];
  for (const session of live.values()) {
    if (inList.open.has(session.id)) continue;
    // By our own clock: no counter has grown since the event, and the broker's clock may be minutes behind.
    const isNew = !session.listed && input.nowMs - session.recvGrewMs <= LISTED_WITHIN_MS;
    if ((isNew || !input.isListable(session)) && !input.endedWithNode(session)) inList.open.set(session.id, session);
    else (endWithReason(session, input.closeReasons) === null ? unconfirmed : ended).push(endSession(session, input));
  }
  return finish({ ...inList, opened, ended: [...ended, ...unconfirmed], unconfirmed }, input);
}

function openFromEvents(broker: string, live: Map<string, Session>, input: TrackInput): Session[] {
  const opened: Session[] = [];
  for (const event of input.events) {
    if (event.kind !== "opened") continue;
    const id = sessionId(broker, event.connection);
    const known = live.get(id);
    if (known && known.pid === null) {
      live.set(id, {
        ...known,
        pid: event.pid,
        timeoutSeconds: known.timeoutSeconds ?? event.connection.timeoutSeconds,
      });
    }
    if (known || input.recent.has(id)) continue;
    const session = { ...openSession(id, broker, event.connection, input.nowMs), pid: event.pid };
    live.set(id, session);
    opened.push(session);
  }
  return opened;
}

/**
 * The sessions that the broker reported as closed: by an event, or by the last line of its log about the connection.
 */
function endFromEvents(live: Map<string, Session>, input: TrackInput): Session[] {
  const closes = input.events.flatMap((event) =>
    event.kind === "closed" || (event.kind === "close-reason" && event.final) ? [event] : [],
  );
  if (closes.length === 0) return [];
  const byName = Map.groupBy(live.values(), (session) => session.connection);
  const ended: Session[] = [];
  for (const event of closes.toSorted((a, b) => a.atMs - b.atMs)) {
    // The port may be in use again when an old event arrives: sessions that opened later are not meant.
    const session = byName
      .get(event.connection)
      ?.find((candidate) => live.has(candidate.id) && connectedMs(candidate) <= event.atMs);
    if (!session) continue;
    live.delete(session.id);
    ended.push(endSession(session, input, event.atMs));
  }
  return ended;
}

function endSession(session: Session, input: TrackInput, atMs?: number): Session {
  const inferred = input.endOf(session);
  const reported = endWithReason(session, input.closeReasons);
  // Clocks differ: a session ends no earlier than it began and no later than now.
  const closedMs = Math.max(session.openedMs, Math.min(atMs ?? inferred.closedMs, input.nowMs));
  return { ...session, end: reported ?? inferred.end, closedMs };
}

interface ListedSessions {
  readonly open: Map<string, Session>;
  readonly opened: readonly Session[];
  readonly revived: readonly Session[];
}

function readList(
  broker: string,
  live: ReadonlyMap<string, Session>,
  listed: readonly Connection[],
  input: TrackInput,
  endedIds: ReadonlySet<string>,
): ListedSessions {
  const open = new Map<string, Session>();
  const opened: Session[] = [];
  const revived: Session[] = [];
  for (const connection of listed) {
    const id = sessionId(broker, connection);
    if (open.has(id) || endedIds.has(id)) continue;
    const recent = input.recent.get(id);
    if (recent) {
      if (!recent.unconfirmed) continue;
      revived.push(recent.session);
      open.set(id, reopenSession(recent.session, connection, input.nowMs));
      continue;
    }
    const known = live.get(id);
    const session = known
      ? advanceSession(known, connection, input.nowMs, input.isGap)
      : { ...openSession(id, broker, connection, input.nowMs), listed: true };
    if (!known) opened.push(session);
    open.set(id, session);
  }
  return { open, opened, revived };
}

interface SessionChanges {
  readonly open: ReadonlyMap<string, Session>;
  readonly opened: readonly Session[];
  readonly ended: readonly Session[];
  readonly revived: readonly Session[];
  /** The ended sessions whose close the broker did not report. */
  readonly unconfirmed: readonly Session[];
}

function finish(changes: SessionChanges, input: TrackInput): TrackedSessions {
  const { open, opened, ended, revived } = changes;
  const explained: Session[] = [];
  const recent = new Map<string, EndedSession>();
  for (const [id, before] of input.recent) {
    const ttlMs = before.unconfirmed ? UNCONFIRMED_TTL_MS : CLOSE_REASON_TTL_MS;
    if (open.has(id) || input.nowMs - before.detectedMs > ttlMs) continue;
    const after = explainEnd(before, input);
    if (after !== before) explained.push(after.session);
    recent.set(id, after);
  }
  const unconfirmed = new Set(changes.unconfirmed);
  for (const session of ended) {
    recent.set(session.id, { session, detectedMs: input.nowMs, unconfirmed: unconfirmed.has(session) });
  }
  const inOrder = ended.toSorted((a, b) => (a.closedMs ?? 0) - (b.closedMs ?? 0));
  return { open, opened, ended: inOrder, explained, revived, recent };
}

/** The ended session with a reason that arrived only now; itself where nothing new is known. */
function explainEnd(ended: EndedSession, { closeReasons, endOfNode }: TrackInput): EndedSession {
  const { session } = ended;
  const explained = isUnexplained(session) ? endWithReason(session, closeReasons) : null;
  const reported = explained ?? (session.end?.reason === "unknown" ? endOfNode(session) : null);
  if (reported === null || sameEnd(ended.session.end, reported)) return ended;
  return {
    ...ended,
    session: { ...ended.session, end: reported },
    unconfirmed: ended.unconfirmed && reported.inferred,
  };
}

/** The broker has not reported why it ended. */
const isUnexplained = ({ end }: Session): boolean => end === null || end.inferred || end.reason === "unknown";

const sameEnd = (a: End | null, b: End): boolean =>
  a !== null && a.reason === b.reason && a.inferred === b.inferred && sameReason(a.detail, b.detail);
