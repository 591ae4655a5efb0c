import { SECOND } from "@/lib/base/time/duration";
import type { Connection } from "@/lib/rabbitmq/api/broker";
import type { BrokerEvent } from "@/lib/rabbitmq/events/event";
import { startOf } from "@/lib/rabbitmq/sessions/advance";
import type { Session } from "@/lib/rabbitmq/sessions/session";
import type { RecentlyEnded } from "@/lib/rabbitmq/sessions/track";

/** An answer may have been on its way when the connection closed; a later row of the same name is another connection. */
const LATE_ROW_MS = 20 * SECOND;

export interface KnownSessions {
  readonly open: ReadonlyMap<string, Session>;
  readonly recent: RecentlyEnded;
  readonly events: readonly BrokerEvent[];
}

/**
 * Listed connections, each with the time that identifies its session. Without statistics a row has only name, virtual host,
 * user and node (measured on 3.10.8), while the event of the same connection has the broker's connected_at: both are one
 * session. A connection that is otherwise unknown is identified by when it was first listed.
 */
export function identifyListed(
  listed: readonly Connection[],
  known: KnownSessions,
  nowMs: number,
): readonly Connection[] {
  if (listed.every((row) => row.connectedAtMs !== null)) return listed;
  const open = new Map([...known.open.values()].map((session) => [placeOf(session.node, session.connection), session]));
  const opened = new Map(
    known.events.flatMap((event) =>
      event.kind === "opened" ? [[placeOf(event.connection.node, event.connection.name), event.connection]] : [],
    ),
  );
  const ended = new Map(
    [...known.recent.values()].map((over) => [placeOf(over.session.node, over.session.connection), over]),
  );
  return listed.map((row) => {
    if (row.connectedAtMs !== null) return row;
    const place = placeOf(row.node, row.name);
    const session = open.get(place);
    if (session) return { ...row, ...startOf(session) };
    const event = opened.get(place);
    if (event) return { ...row, connectedAtMs: event.connectedAtMs };
    const over = ended.get(place);
    const isSame = over !== undefined && (over.unconfirmed || nowMs - over.detectedMs <= LATE_ROW_MS);
    return { ...row, ...(isSame ? startOf(over.session) : { firstListedMs: nowMs }) };
  });
}

/**
 * Pushed events, of which an opening that a list without statistics reported first has the time of that session. The sessions
 * without any number and without a pid are those.
 */
export function identifyOpened(
  events: readonly BrokerEvent[],
  open: ReadonlyMap<string, Session>,
): readonly BrokerEvent[] {
  if (!events.some((event) => event.kind === "opened")) return events;
  const unread = new Map(
    [...open.values()].flatMap((session) =>
      session.pid === null && session.recvOct === null
        ? [[placeOf(session.node, session.connection), session] as const]
        : [],
    ),
  );
  if (unread.size === 0) return events;
  return events.map((event) => {
    if (event.kind !== "opened") return event;
    const session = unread.get(placeOf(event.connection.node, event.connection.name));
    if (session === undefined) return event;
    return { ...event, connection: { ...event.connection, ...startOf(session) } };
  });
}

const placeOf = (node: string | null, name: string): string => `${node ?? ""}|${name}`;
