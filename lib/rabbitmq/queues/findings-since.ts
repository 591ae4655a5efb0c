import { isObserved } from "@/lib/base/time/elapsed";
import type { Queue } from "@/lib/rabbitmq/api/broker";
import type { QueueFinding } from "@/lib/rabbitmq/queues/findings";
import { queueKey } from "@/lib/rabbitmq/queues/queue";

/** Since when each finding has existed. In memory only: after a restart it is unknown. */
export interface FindingsSince {
  /** The last check of the queues; null before the first. */
  readonly checkedMs: number | null;
  readonly current: ReadonlyMap<string, CurrentFinding>;
}

interface CurrentFinding {
  /** The check that first found it, epoch ms; null: it may have existed before that check. */
  readonly sinceMs: number | null;
  /** Keys of its queues. */
  readonly queues: readonly string[];
}

export const NOT_CHECKED: FindingsSince = { checkedMs: null, current: new Map() };

/**
 * Follows the findings of one broker's queues from check to check. `widened`: this check covers more than those before,
 * so that no finding is known to be new. A finding whose queues are not measured this time stays as it is.
 */
export function followFindings(
  before: FindingsSince,
  found: readonly QueueFinding[],
  checked: { readonly queues: readonly Queue[]; readonly widened: boolean; readonly nowMs: number },
): FindingsSince {
  const { nowMs } = checked;
  // A finding that is new after a longer pause may have begun at any time in it.
  const paused = before.checkedMs === null || !isObserved(before.checkedMs, nowMs);
  const newSinceMs = paused || checked.widened ? null : nowMs;
  const current = new Map<string, CurrentFinding>();
  for (const { id, queues, broker, vhost } of found) {
    const known = before.current.get(id);
    const sinceMs = known === undefined ? newSinceMs : known.sinceMs;
    current.set(id, { sinceMs, queues: queues.map((name) => queueKey({ broker, vhost, name })) });
  }
  const unmeasured = new Set(checked.queues.filter(isUnmeasured).map(queueKey));
  for (const [id, finding] of before.current) {
    if (!current.has(id) && finding.queues.some((key) => unmeasured.has(key))) current.set(id, finding);
  }
  return { checkedMs: nowMs, current };
}

const isUnmeasured = ({ ready, consumers }: Queue): boolean => ready === null || consumers === null;
