import type { BrokerNode } from "@/lib/brokers/broker";
import { closeExpected, lagOf, SLACK_MS } from "@/lib/heartbeats/late";
import type { End, Session } from "@/lib/sessions/session";

export interface Circumstances {
  readonly nowMs: number;
  readonly pollMs: number;
  readonly answerMs: number;
  /** null when `/api/nodes` was not answered. */
  readonly nodes: readonly BrokerNode[] | null;
  /** Nodes whose uptime fell, or is not known again yet, since the poll before. */
  readonly restarted: ReadonlySet<string>;
}

/**
 * Why a session is no longer listed, as far as polling alone can tell: nothing in the management API carries a reason
 * (measured on 3.10.8, same source in 4.3). Everything but `unknown` is inferred.
 */
export function inferEnd(session: Session, seen: Circumstances): { end: End; closedMs: number } {
  return { end: { ...reasonOf(session, seen), detail: null }, closedMs: seen.nowMs };
}

/** No session outlives its node, so this holds after a restart of our own as well. */
const startedAfter = (node: BrokerNode, session: Session, nowMs: number): boolean =>
  node.uptimeMs !== null && session.openedMs < nowMs - node.uptimeMs - SLACK_MS;

function reasonOf(session: Session, seen: Circumstances): Pick<End, "reason" | "inferred"> {
  const node = seen.nodes?.find((one) => one.name === session.node) ?? null;
  if (session.node !== null && seen.restarted.has(session.node)) return { reason: "broker-stopped", inferred: true };
  if (node !== null && !node.running) return { reason: "node-down", inferred: true };
  if (node !== null && startedAfter(node, session, seen.nowMs)) return { reason: "broker-stopped", inferred: true };
  if (session.lateSinceMs !== null && session.timeoutSeconds) {
    const beat = { ...session, timeoutSeconds: session.timeoutSeconds };
    const expected = closeExpected(session.openedMs, beat, lagOf(seen.answerMs), seen.pollMs);
    if (seen.nowMs >= expected.from - SLACK_MS) return { reason: "heartbeat", inferred: true };
  }
  return { reason: "unknown", inferred: false };
}
