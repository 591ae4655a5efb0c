import { MINUTE } from "@/lib/base/time/duration";
import type { Session } from "@/lib/rabbitmq/sessions/session";
import type { TrackedSessions } from "@/lib/rabbitmq/sessions/track";

/** Sessions that ended because of missed heartbeats within the last ten minutes: session id → when. */
export type HeartbeatEnds = ReadonlyMap<string, number>;

/** The window in which reconnects are counted too, so that one threshold fits both. */
export const ENDS_COUNTED_MS = 10 * MINUTE;

/** Each end counts once, by its reason so far: a late reason adds or removes it, a revived session removes it. */
export function heartbeatEnds(
  before: HeartbeatEnds,
  { ended, explained, revived }: Pick<TrackedSessions, "ended" | "explained" | "revived">,
  nowMs: number,
): HeartbeatEnds {
  const after = new Map([...before].filter(([, atMs]) => atMs > nowMs - ENDS_COUNTED_MS));
  for (const session of [...ended, ...explained]) {
    if (isHeartbeatEnd(session, nowMs)) after.set(session.id, session.closedMs ?? nowMs);
    else after.delete(session.id);
  }
  for (const { id } of revived) after.delete(id);
  return after;
}

const isHeartbeatEnd = ({ end, closedMs }: Session, nowMs: number): boolean =>
  end?.reason === "heartbeat" && (closedMs ?? nowMs) > nowMs - ENDS_COUNTED_MS;
