import { reason } from "@/lib/base/messages/reason";
import { MINUTE, SECOND } from "@/lib/base/time/duration";
import type { BrokerNode } from "@/lib/rabbitmq/api/broker";
import { COLLECTOR_MS, closeExpected, SLACK_MS } from "@/lib/rabbitmq/heartbeats/late";
import type { End, Session } from "@/lib/rabbitmq/sessions/session";

export interface EndingConditions {
  readonly nowMs: number;
  readonly pollMs: number;
  /** How old the statistics of its connections may be, ms. */
  readonly lagMs: number;
  /** How far our clock is ahead of the broker's; null if the broker does not send its time. */
  readonly aheadMs: number | null;
  /** null if `/api/nodes` could not be read. */
  readonly nodes: readonly BrokerNode[] | null;
  /** Nodes that have started since the previous poll. */
  readonly restarted: ReadonlySet<string>;
  /** Nodes that announced a stop, and when; "" is the node of our own connection. */
  readonly stopping: ReadonlyMap<string, number>;
  /** The log reached us until the end, so a stop without an announcement was not an orderly one. */
  readonly logFlowed: boolean;
  /** Since when the broker had been unreachable until now; null if it had not been. */
  readonly blindSinceMs: number | null;
  /** The previous poll; null at the first. */
  readonly lastPollMs: number | null;
}

/**
 * Infers why a session is no longer listed, from polling and from the node's announcements: the management API has no
 * reason (measured on 3.10.8, same source in 4.3). Whatever the broker did not report is marked as inferred.
 */
export function inferEnd(session: Session, conditions: EndingConditions): { end: End; closedMs: number } {
  const node = conditions.nodes?.find(({ name }) => name === session.node) ?? null;
  const down = node !== null && !node.running;
  const started = startedSince(node, session, conditions);
  const stoppedMs = stopOf(session, conditions);
  if (!down && !started && stoppedMs === null)
    return { end: endWithoutNode(session, conditions), closedMs: conditions.nowMs };
  const endedMs = stoppedMs ?? conditions.blindSinceMs ?? startOf(node, conditions) ?? conditions.nowMs;
  return { end: endWithNode(started, stoppedMs, conditions), closedMs: Math.max(session.openedMs, endedMs) };
}

/** It ended with its node, which stopped in order or disappeared. */
function endWithNode(started: boolean, stoppedMs: number | null, conditions: EndingConditions): End {
  if (stoppedMs !== null) return { reason: "broker-stopped", inferred: false, detail: null };
  if (conditions.logFlowed) return { reason: "node-down", inferred: true, detail: reason("stopNotAnnounced", {}) };
  return { reason: started ? "broker-stopped" : "node-down", inferred: true, detail: null };
}

/** Whether the node a session was on stopped or started after the session began. */
export function endedWithNode(session: Session, conditions: EndingConditions): boolean {
  const node = conditions.nodes?.find(({ name }) => name === session.node) ?? null;
  return (
    (node !== null && !node.running) || startedSince(node, session, conditions) || stopOf(session, conditions) !== null
  );
}

/** The broker closes its connections before its API stops answering: an orderly stop takes 7 to 8 s (measured). */
const STOP_TAKES_MS = 15 * SECOND;

/**
 * The end of a session that events reported without a reason, once its node turns out to have stopped with it: the
 * event exchange has no reasons, and the log exchange may be off. null: it ended before, or nothing is known of its node.
 */
export function endOfNode(session: Session, conditions: EndingConditions): End | null {
  const before = conditions.blindSinceMs ?? conditions.lastPollMs;
  if (conditions.nodes === null || before === null || session.closedMs === null) return null;
  if (session.closedMs < before - STOP_TAKES_MS || !endedWithNode(session, conditions)) return null;
  return inferEnd(session, conditions).end;
}

/** No session outlives its node, so this holds after a restart of Lastbeat as well. */
function startedSince(node: BrokerNode | null, session: Session, conditions: EndingConditions): boolean {
  // A session that opened after the node was last reachable is on the restarted one.
  const before = conditions.blindSinceMs ?? conditions.lastPollMs;
  const restarted = session.node !== null && conditions.restarted.has(session.node);
  if (restarted && (before === null || session.openedMs <= before)) return true;
  const startMs = startOf(node, conditions);
  // openedMs is by the broker's clock (never later than ours), and the node's start by ours.
  return startMs !== null && session.openedMs < startMs - Math.max(0, conditions.aheadMs ?? 0) - SLACK_MS;
}

const startOf = (node: BrokerNode | null, conditions: EndingConditions): number | null =>
  node === null || node.uptimeMs === null ? null : conditions.nowMs - node.uptimeMs;

/** A stop announced after the session began (`stop_app` does not reset the node's uptime, measured). */
function stopOf(session: Session, { stopping }: EndingConditions): number | null {
  const atMs = stopping.get(session.node ?? "") ?? stopping.get("") ?? null;
  return atMs !== null && atMs >= session.openedMs ? atMs : null;
}

/** A stop and a start take seconds; an older announcement explains no end. */
export const STOPPING_FOR_MS = 10 * MINUTE;

function endWithoutNode(session: Session, conditions: EndingConditions): End {
  const { timeoutSeconds } = session;
  if (timeoutSeconds && (session.lateSinceMs !== null || wasSilent(session, timeoutSeconds, conditions))) {
    const expected = closeExpected(
      session.openedMs,
      { ...session, timeoutSeconds },
      conditions.lagMs,
      conditions.pollMs,
    );
    if (conditions.nowMs >= expected.from - SLACK_MS) return { reason: "heartbeat", inferred: true, detail: null };
  }
  return { reason: "unknown", inferred: false, detail: null };
}

/**
 * Whether the last list showed no byte of a client for longer than it shows of one that sends its heartbeats. With a
 * timeout of some 12 s or less the broker closes the connection before the client can be called late: numbers are up to
 * 10 s old. Of clients that are frozen at T = 10 s about half are recognised so; the age of the numbers hides the others.
 */
function wasSilent(session: Session, timeoutSeconds: number, { lastPollMs }: EndingConditions): boolean {
  if (lastPollMs === null || session.blocked || session.isRecvUnobserved === true) return false;
  // The broker's own heartbeats show that the numbers are new.
  if (session.sendGrewMs <= session.recvGrewMs) return false;
  return lastPollMs - session.recvGrewMs > timeoutSeconds * SECOND + COLLECTOR_MS + SLACK_MS;
}
