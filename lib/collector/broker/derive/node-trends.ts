import { DAY, HOUR, MINUTE, SECOND } from "@/lib/base/time/duration";
import { followTrend, NO_TREND, type Trend } from "@/lib/base/time/trend";
import type { BrokerNode, UsedOf } from "@/lib/rabbitmq/api/broker";

/** How the resources of one node are used up. In memory only: after a restart it is not known yet. */
export interface NodeTrends {
  readonly memory: Trend;
  readonly diskFree: Trend;
  readonly fileDescriptors: Trend;
}

const NO_TRENDS: NodeTrends = { memory: NO_TREND, diskFree: NO_TREND, fileDescriptors: NO_TREND };

/** Garbage collections of the VM move its memory by tens of per cent within seconds: six minutes of half an hour show more. */
const MEMORY_OVER_MS = 30 * MINUTE;
/** Segment files are written and deleted in turns of minutes. */
const DISK_OVER_MS = HOUR;

/** One list of the nodes. A node that is down stays as it was; one that restarted begins anew. */
export function followNodes(
  before: ReadonlyMap<string, NodeTrends>,
  nodes: readonly BrokerNode[],
  { nowMs, restarted }: { readonly nowMs: number; readonly restarted: ReadonlySet<string> },
): ReadonlyMap<string, NodeTrends> {
  return new Map(
    nodes.map(({ name, resources }) => {
      const known = before.get(name) ?? NO_TRENDS;
      const follow = (trend: Trend, level: UsedOf | null | undefined, overMs: number) =>
        followTrend(trend, level?.used ?? null, { nowMs, overMs, broke: restarted.has(name) });
      const trends: NodeTrends = {
        memory: follow(known.memory, resources?.memoryBytes, MEMORY_OVER_MS),
        diskFree: follow(known.diskFree, resources?.diskFreeBytes, DISK_OVER_MS),
        fileDescriptors: follow(known.fileDescriptors, resources?.fileDescriptors, MEMORY_OVER_MS),
      };
      return [name, trends] as const;
    }),
  );
}

/** Longer than this, or never, is the same: no alarm is near. */
export const NEVER_SECONDS = DAY / SECOND;

/**
 * Seconds until a level reaches its limit at its steady slope: 0 where it has, a day where it moves away or will need as
 * long. null: not measured, or no steady slope yet. `towards`: memory rises to its limit, free disk falls to it.
 */
export function secondsUntil(level: UsedOf | null, { perMinute }: Trend, towards: "up" | "down"): number | null {
  if (level === null) return null;
  const left = towards === "up" ? level.limit - level.used : level.used - level.limit;
  if (left <= 0) return 0;
  if (perMinute === null) return null;
  const approach = towards === "up" ? perMinute : -perMinute;
  return approach <= 0 ? NEVER_SECONDS : Math.min(NEVER_SECONDS, (left / approach) * 60);
}
