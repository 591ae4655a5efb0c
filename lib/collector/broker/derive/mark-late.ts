import { followSince } from "@/lib/base/time/elapsed";
import type { Client } from "@/lib/rabbitmq/clients/client";
import { isShortLived, withSession } from "@/lib/rabbitmq/clients/lifetimes";
import { missedHeartbeats } from "@/lib/rabbitmq/heartbeats/late";
import type { Session } from "@/lib/rabbitmq/sessions/session";
import type { TrackedSessions } from "@/lib/rabbitmq/sessions/track";

interface StatsQuality {
  /** The clients before this tick. */
  readonly clients: ReadonlyMap<string, Client>;
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
    const asOfMs = quality.isFresh(session.node) ? quality.dataAsOf(session.node) : null;
    const late = asOfMs === null ? null : isLate(session, quality.lagMs, asOfMs) && !isVisitor(session, quality);
    const lateSinceMs = followSince(session.lateSinceMs, late, quality.nowMs);
    open.set(session.id, lateSinceMs === session.lateSinceMs ? session : { ...session, lateSinceMs });
  }
  return { ...tracked, open };
}

/**
 * A function that was frozen before its first heartbeat (AWS Lambda) is not late: the broker will close its connection, and
 * nobody waits for it.
 */
function isVisitor(session: Session, { clients, nowMs }: StatsQuality): boolean {
  const client = session.client === null ? undefined : clients.get(session.client);
  return client !== undefined && isShortLived({ ...client, lifetimes: withSession(client.lifetimes, session, nowMs) });
}

function isLate(session: Session, lagMs: number, asOfMs: number): boolean {
  if (session.timeoutSeconds === null || session.blocked) return false;
  const { timeoutSeconds, recvGrewMs, sendGrewMs } = session;
  return missedHeartbeats({ timeoutSeconds, recvGrewMs, sendGrewMs }, lagMs, asOfMs) > 0;
}
