import "server-only";
import { type Stoppable, startLoop } from "@/lib/base/concurrency/loop";
import { HOUR, MINUTE } from "@/lib/base/time/duration";
import type { Runtime } from "@/lib/collector/runtime";
import { type HealthReporter, reporting } from "@/lib/collector/tick/health";
import { applyRetention } from "@/lib/storage/samples/retention";
import { rollUp } from "@/lib/storage/samples/roll-up";

/** Rolls up minutes soon after they end; creates and drops partitions once an hour. */
export function maintain(context: HealthReporter & Pick<Runtime, "database">): Stoppable {
  let partitionsMs = 0;
  return startLoop(
    async () => {
      const nowMs = Date.now();
      const { db } = context.database;
      await rollUp(db, nowMs);
      if (nowMs - partitionsMs > HOUR) {
        await applyRetention(db, nowMs);
        partitionsMs = nowMs;
      }
      return MINUTE / 3;
    },
    { againMs: MINUTE, ...reporting(context, "maintenance") },
  );
}
