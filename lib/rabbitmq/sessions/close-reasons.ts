import { type Reason, verbatim } from "@/lib/base/messages/reason";
import { MINUTE, SECOND } from "@/lib/base/time/duration";
import type { BrokerEvent, CloseReason } from "@/lib/rabbitmq/events/event";
import type { End, Session } from "@/lib/rabbitmq/sessions/session";

/**
 * A client that closes its connection because a channel was closed does so within moments; a later close has another
 * reason.
 */
const TIMED_OUT_BEFORE_MS = 30 * SECOND;
/** Log and events arrive through two queues, and the list may be older than both (measured: up to 10 s at 10,000). */
export const CLOSE_REASON_TTL_MS = 2 * MINUTE;
/** Both clocks are the broker's, but connected_at is taken a moment after the line that accepts the connection. */
const CLOCK_SLACK_MS = 5 * SECOND;

/** Close reasons from the broker's log, by connection name. */
export type CloseReasonMemory = ReadonlyMap<string, readonly CloseReason[]>;

/** Adds the close reasons among the events and drops those older than their time to live. */
export function recordCloseReasons(
  before: CloseReasonMemory,
  events: readonly BrokerEvent[],
  nowMs: number,
): CloseReasonMemory {
  const after = new Map<string, readonly CloseReason[]>();
  for (const [connection, lines] of before) {
    const fresh = lines.filter((line) => line.atMs > nowMs - CLOSE_REASON_TTL_MS);
    if (fresh.length > 0) after.set(connection, fresh);
  }
  for (const event of events) {
    if (event.kind !== "close-reason") continue;
    // The broker's clock may be far behind ours, or ahead: then the line counts from when it arrived.
    const near = event.atMs > nowMs - CLOSE_REASON_TTL_MS && event.atMs <= nowMs;
    const line = near ? event : { ...event, atMs: nowMs };
    after.set(line.connection, [...(after.get(line.connection) ?? []), line].slice(-LINES_MAX));
  }
  return after;
}

/** One close writes two or three lines (measured). */
const LINES_MAX = 8;

/** The end of this session as the broker's log reported it; null if it did not. */
export function endWithReason(session: Session, closeReasons: CloseReasonMemory): End | null {
  const lines = (closeReasons.get(session.connection) ?? []).filter(
    (line) => line.atMs >= session.openedMs - CLOCK_SLACK_MS,
  );
  const closing = lines.find((line) => line.final) ?? null;
  const cause = lines.find((line) => !line.final && line.reason !== "consumer-timeout") ?? null;
  if (cause !== null) return { reason: cause.reason, inferred: false, detail: quoted(cause) };
  if (closing === null) return null;
  const timedOut = lines.find((line) => line.reason === "consumer-timeout") ?? null;
  if (closing.reason === "client-closed" && timedOut && closing.atMs - timedOut.atMs < TIMED_OUT_BEFORE_MS) {
    // The broker closed a channel for it, and the client closed the connection. That one led to the other is inferred.
    return { reason: "consumer-timeout", inferred: true, detail: quoted(timedOut) };
  }
  return { reason: closing.reason, inferred: false, detail: quoted(closing) };
}

const quoted = ({ detail }: CloseReason): Reason | null => (detail === null ? null : verbatim(detail));
