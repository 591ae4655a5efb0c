import "server-only";
import type { Runtime } from "@/lib/collector/runtime";
import { type SaveContext, saveTick } from "@/lib/collector/tick/save-tick";

/**
 * Ends the alerts of brokers, sources and webhooks that are no longer configured, and tells their end: nobody would
 * measure them again, and they would fire, and be told again, for ever.
 */
export async function endUnwatched(context: SaveContext & Pick<Runtime, "config">, nowMs: number): Promise<void> {
  const { brokers, sources } = context.config;
  const watched = new Set([...brokers.map(({ id }) => `broker:${id}`), ...sources.map(({ id }) => `source:${id}`)]);
  const webhooks = new Set(context.webhooks.map(({ id }) => id));
  for (const [scope, { alerts }] of context.scopes) {
    const labels = [...alerts.values()].map(({ alert }) => alert.labels);
    const gone = labels.filter(({ webhook }) => webhook !== undefined && !webhooks.has(webhook));
    const isWatched = watched.has(scope) || labels.some(({ webhook }) => webhook !== undefined);
    if (isWatched && gone.length === 0) continue;
    // Without rules nobody asks any more, whatever kind of rule it was.
    const asked = isWatched ? context : { ...context, rules: [] };
    await saveTick(asked, scope, { samples: [], readings: [], ended: gone }, { nowMs, steppedMs: 0 }, async () => {});
  }
}
