import "server-only";
import type { Runtime } from "@/lib/collector/runtime";
import { type SaveContext, saveTick } from "@/lib/collector/tick/save-tick";

/**
 * Ends the alerts of brokers, sources and webhooks that are no longer configured, and notifies their end: they would never
 * be measured again, and would fire and be repeated for ever.
 */
export async function endUnwatched(context: SaveContext & Pick<Runtime, "config">, nowMs: number): Promise<void> {
  const { brokers, sources } = context.config;
  const watched = new Set([...brokers.map(({ id }) => `broker:${id}`), ...sources.map(({ id }) => `source:${id}`)]);
  const webhooks = new Set(context.webhooks.map(({ id }) => id));
  for (const [scope, { alerts }] of context.scopes) {
    const labels = [...alerts.values()].map(({ alert }) => alert.labels);
    const unwatched = labels.filter(({ webhook }) => webhook !== undefined && !webhooks.has(webhook));
    const isWatched = watched.has(scope) || labels.some(({ webhook }) => webhook !== undefined);
    if (isWatched && unwatched.length === 0) continue;
    // Without rules every alert of the scope ends, whatever its condition.
    const saving = isWatched ? context : { ...context, rules: [] };
    await saveTick(
      saving,
      scope,
      { samples: [], readings: [], ended: [], unwatched },
      { nowMs, steppedMs: 0 },
      async () => {},
    );
  }
}
