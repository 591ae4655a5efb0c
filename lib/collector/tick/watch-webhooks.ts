import "server-only";
import { WEBHOOKS_SCOPE } from "@/lib/alerts/engine/target-visibility";
import { type Stoppable, startLoop } from "@/lib/base/concurrency/loop";
import { SECOND } from "@/lib/base/time/duration";
import { publish, reporting } from "@/lib/collector/tick/health";
import { saveTick } from "@/lib/collector/tick/save-tick";
import { createStepMeter, type TickContext } from "@/lib/collector/tick/tick";
import { endpointFacts } from "@/lib/notifications/delivery/endpoint-health";
import { endpointHealths } from "@/lib/storage/endpoint-health";

/** As often as a broker: a notification that reaches nobody is as urgent as the alert in it. */
const EVERY_MS = 5 * SECOND;

/** Measures the health of each webhook, so that rules can alert on it and other webhooks can report it. */
export function watchWebhooks(context: TickContext): Stoppable {
  const ids = context.webhooks.map(({ id }) => id);
  const stepMeter = createStepMeter();
  return startLoop(
    async () => {
      if (ids.length === 0) return EVERY_MS;
      const healths = await endpointHealths(context.database.db, ids);
      const { clock, steppedMs, commitClock } = stepMeter();
      const nowMs = clock.wallMs;
      await saveTick(context, WEBHOOKS_SCOPE, endpointFacts(healths, nowMs), { nowMs, steppedMs }, async () => {});
      commitClock();
      publish(context, [WEBHOOKS_SCOPE]);
      return EVERY_MS;
    },
    { againMs: EVERY_MS, ...reporting(context, WEBHOOKS_SCOPE) },
  );
}
