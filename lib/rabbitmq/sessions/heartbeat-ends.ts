import { MINUTE } from "@/lib/base/time/duration";
import type { Session } from "@/lib/rabbitmq/sessions/session";
import type { Tracked } from "@/lib/rabbitmq/sessions/track";

/** Sessions that missed heartbeats ended within the last ten minutes, and when, by session id. */
export type HeartbeatEnds = ReadonlyMap<string, number>;

/** As long as reconnects are counted, so that one rule can be held against either. */
export const ENDS_COUNTED_MS = 10 * MINUTE;

/** Each end counts once, as it stands now: told late it begins to count, explained otherwise or taken back it does not. */
export function heartbeatEnds(
  before: HeartbeatEnds,
  { ended, explained, revived }: Pick<Tracked, "ended" | "explained" | "revived">,
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
