import { MINUTE, SECOND } from "@/lib/base/time/duration";
import type { BrokerEvent, CloseReason } from "@/lib/rabbitmq/events/event";
import type { End, Session } from "@/lib/rabbitmq/sessions/session";

/** A client that took a channel's end for its own closes within moments; later it is another matter. */
const TIMED_OUT_BEFORE_MS = 30 * SECOND;
/** Log and events come by two queues, and the list may be older than both (measured: up to 10 s at 10,000). */
export const CLOSE_REASON_TTL_MS = 2 * MINUTE;
/** Both clocks are the broker's, but connected_at is taken a moment after the line that accepts the connection. */
const CLOCK_SLACK_MS = 5 * SECOND;

/** Reasons that the broker's log gave, by connection name. */
export type CloseReasonMemory = ReadonlyMap<string, readonly CloseReason[]>;

/** Adds what was told now and lets go of what is too old to belong to anybody. */
export function recordCloseReasons(
  before: CloseReasonMemory,
  heard: readonly BrokerEvent[],
  nowMs: number,
): CloseReasonMemory {
  const after = new Map<string, readonly CloseReason[]>();
  for (const [connection, lines] of before) {
    const fresh = lines.filter((line) => line.atMs > nowMs - CLOSE_REASON_TTL_MS);
    if (fresh.length > 0) after.set(connection, fresh);
  }
  for (const event of heard) {
    if (event.kind !== "told") continue;
    // The broker's clock may be far behind ours, or ahead: then the line counts from when it was heard.
    const near = event.atMs > nowMs - CLOSE_REASON_TTL_MS && event.atMs <= nowMs;
    const line = near ? event : { ...event, atMs: nowMs };
    after.set(line.connection, [...(after.get(line.connection) ?? []), line].slice(-LINES_MAX));
  }
  return after;
}

/** An ending writes two or three lines (measured). */
const LINES_MAX = 8;

/** What the broker said of this session's end, if it did. */
export function endWithReason(session: Session, told: CloseReasonMemory): End | null {
  const lines = (told.get(session.connection) ?? []).filter((line) => line.atMs >= session.openedMs - CLOCK_SLACK_MS);
  const closing = lines.find((line) => line.final) ?? null;
  const cause = lines.find((line) => !line.final && line.reason !== "consumer-timeout") ?? null;
  if (cause !== null) return { reason: cause.reason, inferred: false, detail: cause.detail };
  if (closing === null) return null;
  const timedOut = lines.find((line) => line.reason === "consumer-timeout") ?? null;
  if (closing.reason === "client-closed" && timedOut && closing.atMs - timedOut.atMs < TIMED_OUT_BEFORE_MS) {
    // The broker closed a channel for it, and the client the connection: that the one led to the other is our reading.
    return { reason: "consumer-timeout", inferred: true, detail: timedOut.detail };
  }
  return { reason: closing.reason, inferred: false, detail: closing.detail };
}
