import "server-only";
import type { Runtime } from "@/lib/collector/runtime";
import { saveTick } from "@/lib/collector/save-tick";

/**
 * Ends the alerts of brokers, sources and webhooks that are no longer configured, and tells their end: nobody would
 * measure them again, and they would fire, and be told again, for ever.
 */
export async function endUnwatched(live: Runtime, nowMs: number): Promise<void> {
  const { brokers, sources } = live.config;
  const watched = new Set([...brokers.map(({ id }) => `broker:${id}`), ...sources.map(({ id }) => `source:${id}`)]);
  const webhooks = new Set(live.webhooks.map(({ id }) => id));
  for (const [scope, memory] of live.alerts) {
    const labels = [...memory.values()].map(({ alert }) => alert.labels);
    const gone = labels.filter(({ webhook }) => webhook !== undefined && !webhooks.has(webhook));
    const isWatched = watched.has(scope) || labels.some(({ webhook }) => webhook !== undefined);
    if (isWatched && gone.length === 0) continue;
    // Without rules nobody asks any more, whatever kind of rule it was.
    const asked = isWatched ? live : { ...live, rules: [] };
    await saveTick(asked, scope, { samples: [], readings: [], gone }, { nowMs, steppedMs: 0 }, async () => {});
  }
}
