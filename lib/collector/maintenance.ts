import "server-only";
import { type Stoppable, startLoop } from "@/lib/base/concurrency/loop";
import { HOUR, MINUTE } from "@/lib/base/time/duration";
import { reporting } from "@/lib/collector/health";
import type { Runtime } from "@/lib/collector/runtime";
import { maintainPartitions } from "@/lib/storage/samples/retention";
import { rollUp } from "@/lib/storage/samples/roll-up";

/** Minutes are rolled up soon after they end; partitions are looked after once an hour. */
export function maintain(live: Runtime): Stoppable {
  let partitionsMs = 0;
  return startLoop(
    async () => {
      const nowMs = Date.now();
      await rollUp(live.database.db, nowMs);
      if (nowMs - partitionsMs > HOUR) {
        await maintainPartitions(live.database.db, nowMs);
        partitionsMs = nowMs;
      }
      return MINUTE / 3;
    },
    { againMs: MINUTE, ...reporting(live, "maintenance") },
  );
}
