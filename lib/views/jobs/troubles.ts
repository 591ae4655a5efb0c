import "server-only";
import { remedyOf } from "@/lib/alerts/catalogue/remedy";
import type { AlertMemory } from "@/lib/alerts/engine/evaluate-alerts";
import type { Context } from "@/lib/base/messages/sentence/context";
import { memoized } from "@/lib/base/signals/by-name";
import type { Runtime } from "@/lib/collector/runtime";
import { contextOf } from "@/lib/collector/source/context";
import type { SourceMemory } from "@/lib/collector/source/memory";
import { scopeState } from "@/lib/collector/tick/scope-state";
import type { TroubleView } from "@/lib/views/jobs/schema";

/** The firing alerts on a job queue, a runner or, without either, the source itself: the worst first, with remedies. */
export function troublesOf(
  live: Pick<Runtime, "scopes">,
  memory: SourceMemory,
  object: { readonly queue?: string; readonly runner?: string },
  nowMs: number,
): TroubleView[] {
  const states = scopeState(live.scopes, `source:${memory.source}`).alerts;
  const alerts = states.size === 0 ? [] : (firingByObject(states).get(keyOf(object)) ?? []);
  if (alerts.length === 0) return [];
  const context: Context = contextOf(object, memory, nowMs);
  return alerts
    .map((alert) => ({
      rule: alert.rule,
      severity: alert.severity,
      sinceMs: alert.startedMs,
      inferred: alert.inferred,
      remedy: remedyOf(alert.rule, context),
    }))
    .sort((a, b) => (a.severity === b.severity ? a.sinceMs - b.sinceMs : a.severity === "critical" ? -1 : 1));
}

interface SourceObject {
  readonly queue?: string | undefined;
  readonly runner?: string | undefined;
}

const keyOf = ({ queue, runner }: SourceObject): string => JSON.stringify([queue, runner]);

/** A page calls this for each of thousands of queues. The result is cached until the memory is replaced by a tick. */
const firingByObject = memoized((memory: AlertMemory) => {
  const firing = [...memory.values()].map(({ alert }) => alert).filter(({ state }) => state === "firing");
  return Map.groupBy(firing, ({ labels }) => keyOf(labels));
});

/** The highest severity of some troubles; null if there are none. */
export function severityOf(troubles: readonly TroubleView[]): TroubleView["severity"] | null {
  if (troubles.some(({ severity }) => severity === "critical")) return "critical";
  return troubles.length > 0 ? "warning" : null;
}
