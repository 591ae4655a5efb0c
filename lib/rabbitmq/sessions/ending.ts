import { reason } from "@/lib/base/messages/because";
import { MINUTE } from "@/lib/base/time/duration";
import type { BrokerNode } from "@/lib/rabbitmq/api/broker";
import { closeExpected, lagOf, SLACK_MS } from "@/lib/rabbitmq/heartbeats/late";
import type { End, Session } from "@/lib/rabbitmq/sessions/session";

export interface EndingConditions {
  readonly nowMs: number;
  readonly pollMs: number;
  readonly answerMs: number;
  /** How far our clock is ahead of the broker's; null when it does not say. */
  readonly aheadMs: number | null;
  /** null when `/api/nodes` was not answered. */
  readonly nodes: readonly BrokerNode[] | null;
  /** Nodes that started since the poll before. */
  readonly restarted: ReadonlySet<string>;
  /** Nodes that said they were asked to stop, and when; "" stands for the node our own connection was on. */
  readonly stopping: ReadonlyMap<string, number>;
  /** The log reached us up to the end, so a stop that was not announced was none. */
  readonly logFlowed: boolean;
  /** Since when the broker could not be seen before now; null when it could. */
  readonly blindSinceMs: number | null;
  /** The poll before this one; null at the first. */
  readonly lastPollMs: number | null;
}

/**
 * Why a session is no longer listed, as far as polling and the node's own announcements tell: nothing in the
 * management API carries a reason (measured on 3.10.8, same source in 4.3). What the broker did not say is inferred.
 */
export function inferEnd(session: Session, seen: EndingConditions): { end: End; closedMs: number } {
  const node = seen.nodes?.find((one) => one.name === session.node) ?? null;
  const down = node !== null && !node.running;
  const started = startedSince(node, session, seen);
  const stoppedMs = stopOf(session, seen);
  if (!down && !started && stoppedMs === null) return { end: ofItself(session, seen), closedMs: seen.nowMs };
  const wentMs = stoppedMs ?? seen.blindSinceMs ?? startOf(node, seen) ?? seen.nowMs;
  return { end: withNode(started, stoppedMs, seen), closedMs: Math.max(session.openedMs, wentMs) };
}

/** It ended with its node: stopped in order, or gone without a word. */
function withNode(started: boolean, stoppedMs: number | null, seen: EndingConditions): End {
  if (stoppedMs !== null) return { reason: "broker-stopped", inferred: false, detail: null };
  if (seen.logFlowed) return { reason: "node-down", inferred: true, detail: reason("noStop", {}) };
  return { reason: started ? "broker-stopped" : "node-down", inferred: true, detail: null };
}

/** Whether the node a session was on stopped or started after the session began. */
export function wentWithNode(session: Session, seen: EndingConditions): boolean {
  const node = seen.nodes?.find((one) => one.name === session.node) ?? null;
  return (node !== null && !node.running) || startedSince(node, session, seen) || stopOf(session, seen) !== null;
}

/** No session outlives its node, so this holds after a restart of our own as well. */
function startedSince(node: BrokerNode | null, session: Session, seen: EndingConditions): boolean {
  // Whoever opened after the node went from sight is on the new one.
  const before = seen.blindSinceMs ?? seen.lastPollMs;
  const restarted = session.node !== null && seen.restarted.has(session.node);
  if (restarted && (before === null || session.openedMs <= before)) return true;
  const startMs = startOf(node, seen);
  // When it opened is told by the broker's clock (never later than ours), and when the node started by ours.
  return startMs !== null && session.openedMs < startMs - Math.max(0, seen.aheadMs ?? 0) - SLACK_MS;
}

const startOf = (node: BrokerNode | null, seen: EndingConditions): number | null =>
  node === null || node.uptimeMs === null ? null : seen.nowMs - node.uptimeMs;

/** A stop that was announced after the session began (`stop_app` leaves the node's uptime running, measured). */
function stopOf(session: Session, { stopping }: EndingConditions): number | null {
  const atMs = stopping.get(session.node ?? "") ?? stopping.get("") ?? null;
  return atMs !== null && atMs >= session.openedMs ? atMs : null;
}

/** A stop and a start take seconds; an announcement that nothing followed explains nothing later. */
export const STOPPING_FOR_MS = 10 * MINUTE;

function ofItself(session: Session, seen: EndingConditions): End {
  if (session.lateSinceMs !== null && session.timeoutSeconds) {
    const beat = { ...session, timeoutSeconds: session.timeoutSeconds };
    const expected = closeExpected(session.openedMs, beat, lagOf(seen.answerMs), seen.pollMs);
    if (seen.nowMs >= expected.from - SLACK_MS) return { reason: "heartbeat", inferred: true, detail: null };
  }
  return { reason: "unknown", inferred: false, detail: null };
}
