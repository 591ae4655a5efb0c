import { SECOND } from "@/lib/base/time/duration";
import { oldestMessageSeconds } from "@/lib/rabbitmq/queues/backlog";
import type { Flow, Leak } from "@/lib/rabbitmq/queues/flow";
import type { HeadOfQueue } from "@/lib/rabbitmq/queues/head-of-queue";
import { deadLettering, messageTtlMs, queueKey } from "@/lib/rabbitmq/queues/queue";
import type { RoledQueue } from "@/lib/rabbitmq/queues/role";

/** A fault of dead-lettering, with the numbers that show it. */
export interface QueueFinding {
  readonly id: string;
  readonly kind: "loop-without-consumer" | "dead-letter-unread" | "head-blocked" | Leak;
  readonly severity: "warning" | "critical";
  readonly broker: string;
  readonly vhost: string;
  /** Names, at most QUEUES_NAMED_MAX of them. */
  readonly queues: readonly string[];
  /** true if a route or a wait was inferred and not observed. */
  readonly inferred: boolean;
  readonly evidence: {
    readonly ready: number | null;
    readonly ttlMs: number | null;
    readonly oldestMessageSeconds: number | null;
    /** How long the same message has been first in the queue. */
    readonly standsSeconds: number | null;
    readonly exchange: string | null;
    readonly routingKey: string | null;
  };
}

/** A longer loop is named by its first queues. */
const QUEUES_NAMED_MAX = 12;
/** The API's head is up to 10 s old (5 s on the node, 5 s in its collector), plus a poll and a margin. */
const HEAD_SLACK_SECONDS = 20;

interface FindingsInput {
  readonly flow: Flow;
  readonly cycles: readonly (readonly string[])[];
  readonly heads: ReadonlyMap<string, HeadOfQueue>;
  readonly everConsumed: ReadonlySet<string>;
  readonly nowMs: number;
}

/** All findings of one broker's queues, the critical first. Uses only what polls returned; no message is ever read. */
export function findingsOf(queues: readonly RoledQueue[], input: FindingsInput): readonly QueueFinding[] {
  const byKey = new Map(queues.map((queue) => [queueKey(queue), queue]));
  const loops = input.cycles.flatMap((cycle) => loopOf(cycle, byKey, input) ?? []);
  const single = queues.flatMap((queue) => [leakOf(queue, input), unreadOf(queue), headOf(queue, input)]);
  const found = [...loops, ...single.filter((finding) => finding !== null)];
  return worstFindings(found);
}

/** Findings of one broker or of several, the critical first, then by the messages ready. */
export const worstFindings = <T extends QueueFinding>(findings: readonly T[]): readonly T[] =>
  findings.toSorted((a, b) => rank(a) - rank(b) || (b.evidence.ready ?? 0) - (a.evidence.ready ?? 0));

const rank = (finding: QueueFinding): number => (finding.severity === "critical" ? 0 : 1);

const NO_EVIDENCE = { ttlMs: null, oldestMessageSeconds: null, standsSeconds: null, exchange: null, routingKey: null };

/**
 * Messages that circulate without a consumer: if they expire, the broker drops them after one round without a
 * rejection; otherwise they stay for ever (rabbit_dead_letter.erl, is_cycle).
 */
function loopOf(
  cycle: readonly string[],
  byKey: ReadonlyMap<string, RoledQueue>,
  input: FindingsInput,
): QueueFinding | null {
  const members = cycle.flatMap((key) => byKey.get(key) ?? []);
  const [first] = members;
  if (first === undefined) return null;
  if (cycle.some((key) => input.everConsumed.has(key))) return null;
  // null is not 0: a queue whose consumers are not measured may have some.
  if (members.some((queue) => queue.consumers !== 0)) return null;
  const ready = sum(members.map((queue) => queue.ready));
  const ttls = members.map(messageTtlMs).filter((ttl) => ttl !== null);
  const feeds = cycle.flatMap((key) => input.flow.feeds.get(key) ?? []).filter((feed) => cycle.includes(feed.to));
  return {
    id: idOf("loop-without-consumer", first),
    kind: "loop-without-consumer",
    severity: (ready ?? 0) > 0 ? "critical" : "warning",
    broker: first.broker,
    vhost: first.vhost,
    queues: members.map((queue) => queue.name).slice(0, QUEUES_NAMED_MAX),
    inferred: feeds.some((feed) => !feed.sure),
    evidence: { ...NO_EVIDENCE, ready, ttlMs: ttls.length === 0 ? null : Math.min(...ttls) },
  };
}

function leakOf(queue: RoledQueue, input: FindingsInput): QueueFinding | null {
  const leak = input.flow.leaks.get(queueKey(queue));
  const edge = deadLettering(queue);
  if (leak === undefined || edge === null) return null;
  return findingOf(queue, leak, "warning", { ...NO_EVIDENCE, ready: queue.ready, ...edge });
}

function unreadOf(queue: RoledQueue): QueueFinding | null {
  if (queue.role !== "dead-letter" || queue.consumers !== 0 || queue.ready === null || queue.ready === 0) return null;
  return findingOf(queue, "dead-letter-unread", "warning", { ...NO_EVIDENCE, ready: queue.ready });
}

/** Only the head of a queue expires: while it outlives its time-to-live, no message behind it moves either. */
function headOf(queue: RoledQueue, input: FindingsInput): QueueFinding | null {
  const head = input.heads.get(queueKey(queue));
  const ttlMs = messageTtlMs(queue);
  if (head === undefined || ttlMs === null || (queue.role !== "retry" && queue.role !== "delay")) return null;
  const standsSeconds = (input.nowMs - head.sinceMs) / SECOND;
  const oldest = oldestMessageSeconds(queue, input.nowMs);
  if (standsSeconds <= ttlMs / SECOND + HEAD_SLACK_SECONDS || (oldest ?? 0) <= ttlMs / SECOND) return null;
  const evidence = { ...NO_EVIDENCE, ready: queue.ready, ttlMs, oldestMessageSeconds: oldest, standsSeconds };
  return { ...findingOf(queue, "head-blocked", "critical", evidence), inferred: true };
}

const findingOf = (
  queue: RoledQueue,
  kind: QueueFinding["kind"],
  severity: QueueFinding["severity"],
  evidence: QueueFinding["evidence"],
): QueueFinding => ({
  id: idOf(kind, queue),
  kind,
  severity,
  broker: queue.broker,
  vhost: queue.vhost,
  queues: [queue.name],
  inferred: false,
  evidence,
});

const idOf = (kind: string, queue: RoledQueue): string => JSON.stringify([kind, queue.broker, queue.vhost, queue.name]);

function sum(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((total, value) => total + value, 0);
}
