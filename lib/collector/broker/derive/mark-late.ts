import { missedHeartbeats } from "@/lib/rabbitmq/heartbeats/late";
import type { Session } from "@/lib/rabbitmq/sessions/session";
import type { TrackedSessions } from "@/lib/rabbitmq/sessions/track";

interface Numbers {
  readonly believed: (node: string | null) => boolean;
  readonly toldUntil: (node: string | null) => number;
  readonly lagMs: number;
  readonly nowMs: number;
}

/** Tells of every open session whether it is late, by the numbers as far as they can be believed. */
export function markLate(tracked: TrackedSessions, { believed, toldUntil, lagMs, nowMs }: Numbers): TrackedSessions {
  const open = new Map<string, Session>();
  for (const session of tracked.open.values()) {
    const known = believed(session.node);
    const late = known ? isLate(session, lagMs, toldUntil(session.node)) : session.lateSinceMs !== null;
    const lateSinceMs = late ? (session.lateSinceMs ?? nowMs) : null;
    open.set(session.id, lateSinceMs === session.lateSinceMs ? session : { ...session, lateSinceMs });
  }
  return { ...tracked, open };
}

function isLate(session: Session, lagMs: number, asOfMs: number): boolean {
  if (session.timeoutSeconds === null || session.blocked) return false;
  const { timeoutSeconds, recvGrewMs, sendGrewMs } = session;
  return missedHeartbeats({ timeoutSeconds, recvGrewMs, sendGrewMs }, lagMs, asOfMs) > 0;
}
