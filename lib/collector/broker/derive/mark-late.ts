import { followSince } from "@/lib/base/time/elapsed";
import { missedHeartbeats } from "@/lib/rabbitmq/heartbeats/late";
import type { Session } from "@/lib/rabbitmq/sessions/session";
import type { TrackedSessions } from "@/lib/rabbitmq/sessions/track";

interface StatsQuality {
  /** Whether the statistics of a node's connections are fresh. */
  readonly isFresh: (node: string | null) => boolean;
  /** The moment that the statistics of a node describe. */
  readonly dataAsOf: (node: string | null) => number;
  readonly lagMs: number;
  readonly nowMs: number;
}

/** Marks each open session as late or not. Where statistics are not fresh, a session stays as it was. */
export function markLate(tracked: TrackedSessions, quality: StatsQuality): TrackedSessions {
  const open = new Map<string, Session>();
  for (const session of tracked.open.values()) {
    const late = quality.isFresh(session.node) ? isLate(session, quality.lagMs, quality.dataAsOf(session.node)) : null;
    const lateSinceMs = followSince(session.lateSinceMs, late, quality.nowMs);
    open.set(session.id, lateSinceMs === session.lateSinceMs ? session : { ...session, lateSinceMs });
  }
  return { ...tracked, open };
}

function isLate(session: Session, lagMs: number, asOfMs: number): boolean {
  if (session.timeoutSeconds === null || session.blocked) return false;
  const { timeoutSeconds, recvGrewMs, sendGrewMs } = session;
  return missedHeartbeats({ timeoutSeconds, recvGrewMs, sendGrewMs }, lagMs, asOfMs) > 0;
}
