import "server-only";
import { remedyOf } from "@/lib/alerts/catalogue/remedy";
import type { AlertMemory } from "@/lib/alerts/engine/evaluate-alerts";
import type { Context } from "@/lib/base/messages/sentence/context";
import { memoized } from "@/lib/base/signals/by-name";
import type { Runtime } from "@/lib/collector/runtime";
import { contextOf, type SourceMemory } from "@/lib/collector/source/derive-source";
import { scopeState } from "@/lib/collector/tick/scope-state";
import type { TroubleView } from "@/lib/views/jobs/schema";

/**
 * The firing alerts on one object of a source, the worst first, each with its remedy. `of` names a queue or a runner;
 * empty, it is the source itself.
 */
export function troublesOf(
  live: Pick<Runtime, "scopes">,
  memory: SourceMemory,
  of: { readonly queue?: string; readonly runner?: string },
  nowMs: number,
): TroubleView[] {
  const held = scopeState(live.scopes, `source:${memory.source}`).alerts;
  const alerts = held.size === 0 ? [] : (firingByObject(held).get(objectOf(of)) ?? []);
  if (alerts.length === 0) return [];
  const context: Context = contextOf(of, memory, nowMs);
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

interface TroublesInput {
  readonly queue?: string | undefined;
  readonly runner?: string | undefined;
}

const objectOf = ({ queue, runner }: TroublesInput): string => JSON.stringify([queue, runner]);

/** A page asks for each of thousands of queues; the memory is another object after each tick. */
const firingByObject = memoized((memory: AlertMemory) => {
  const firing = [...memory.values()].map(({ alert }) => alert).filter(({ state }) => state === "firing");
  return Map.groupBy(firing, ({ labels }) => objectOf(labels));
});

/** The worst of some troubles; null where there is none. */
export function severityOf(troubles: readonly TroubleView[]): TroubleView["severity"] | null {
  if (troubles.some((one) => one.severity === "critical")) return "critical";
  return troubles.length > 0 ? "warning" : null;
}
