import { isObserved } from "@/lib/base/time/elapsed";
import type { Queue } from "@/lib/rabbitmq/api/broker";
import type { QueueFinding } from "@/lib/rabbitmq/queues/findings";
import { queueKey } from "@/lib/rabbitmq/queues/queue";

/** Since when findings have stood, by their ids; in memory only, so a restart begins anew. */
export interface FindingsSince {
  /** The last look at the queues; null before the first. */
  readonly lookedMs: number | null;
  readonly standing: ReadonlyMap<string, CurrentFinding>;
}

interface CurrentFinding {
  /** The look at which it was new, epoch ms; null: it was there at the first look, or may have come while none was had. */
  readonly sinceMs: number | null;
  /** Keys of its queues. */
  readonly queues: readonly string[];
}

export const NOT_CHECKED: FindingsSince = { lookedMs: null, standing: new Map() };

/**
 * What stands now and since when, from two looks at one broker's queues. `anew`: this look sees what none before it
 * could, so that nothing is known to be new. A finding whose queues are not measured this time is neither gone nor new.
 */
export function followFindings(
  before: FindingsSince,
  found: readonly QueueFinding[],
  seen: { readonly queues: readonly Queue[]; readonly anew: boolean; readonly nowMs: number },
): FindingsSince {
  const { nowMs } = seen;
  // What is new after a longer rest may have come at any time of it.
  const rested = before.lookedMs === null || !isObserved(before.lookedMs, nowMs);
  const newSinceMs = rested || seen.anew ? null : nowMs;
  const standing = new Map<string, CurrentFinding>();
  for (const { id, queues, broker, vhost } of found) {
    const known = before.standing.get(id);
    const sinceMs = known === undefined ? newSinceMs : known.sinceMs;
    standing.set(id, { sinceMs, queues: queues.map((name) => queueKey({ broker, vhost, name })) });
  }
  const unmeasured = new Set(seen.queues.filter(isUnmeasured).map(queueKey));
  for (const [id, one] of before.standing) {
    if (!standing.has(id) && one.queues.some((key) => unmeasured.has(key))) standing.set(id, one);
  }
  return { lookedMs: nowMs, standing };
}

const isUnmeasured = ({ ready, consumers }: Queue): boolean => ready === null || consumers === null;
