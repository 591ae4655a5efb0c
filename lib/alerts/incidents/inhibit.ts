import { type Matcher, matchesAll } from "@/lib/alerts/matchers/matcher";
import { parseMatchers } from "@/lib/alerts/matchers/parse-matchers";
import type { Alert } from "@/lib/alerts/model/alert";
import { matchableLabels } from "@/lib/alerts/model/matchable-labels";
import { REGISTRY } from "@/lib/alerts/rules/registry";

/** While an alert that matches `source` fires, alerts that match `target` and have the same `equal` labels are muted. */
export interface Inhibition {
  readonly source: readonly Matcher[];
  readonly target: readonly Matcher[];
  /** Labels that both alerts must have, with the same value. */
  readonly equal: readonly string[];
}

const builtIn = (source: string, target: string, equal: readonly string[]): Inhibition => ({
  source: parseMatchers([source]).matchers,
  target: parseMatchers([target]).matchers,
  equal,
});

/** The inhibitions that the built-in rules define. */
export const BUILT_IN_INHIBITIONS: readonly Inhibition[] = REGISTRY.flatMap(({ id, mutes }) =>
  mutes.map(({ target, equal }) => builtIn(`rule="${id}"`, target, equal)),
);

/**
 * By the id of each muted alert: the alert that mutes it. An alert may be source and target at once. A cycle is broken
 * at its oldest alert, which is sent: of alerts that mute each other at least one must be.
 */
export function causesOf(firing: readonly Alert[], inhibitions: readonly Inhibition[]): ReadonlyMap<string, Alert> {
  const labelled = firing.map((alert) => ({ alert, labels: matchableLabels(alert) }));
  const active = inhibitions
    .map((inhibition) => ({ ...inhibition, sources: sourcesByKey(inhibition, labelled) }))
    .filter(({ sources }) => sources.size > 0);
  const causes = new Map<string, Alert>();
  if (active.length === 0) return causes;
  for (const { alert, labels } of labelled.toSorted(latestFirst)) {
    const cause = active
      .filter(({ target }) => matchesAll(target, labels))
      .flatMap(({ equal, sources }) => sources.get(keyOf(equal, labels) ?? "") ?? [])
      .find((source) => !isMutedBy(source, alert, causes));
    if (cause !== undefined) causes.set(alert.id, cause);
  }
  return causes;
}

const latestFirst = ({ alert: a }: LabelledAlert, { alert: b }: LabelledAlert): number =>
  b.startedMs - a.startedMs || (a.id < b.id ? 1 : -1);

interface LabelledAlert {
  readonly alert: Alert;
  readonly labels: ReturnType<typeof matchableLabels>;
}

/** The alerts that match an inhibition's `source`, by the values of its `equal` labels. */
function sourcesByKey(
  { source, equal }: Inhibition,
  firing: readonly LabelledAlert[],
): ReadonlyMap<string, readonly Alert[]> {
  const sources = new Map<string, Alert[]>();
  for (const { alert, labels } of firing) {
    const key = matchesAll(source, labels) ? keyOf(equal, labels) : null;
    if (key === null) continue;
    const sameKey = sources.get(key);
    if (sameKey === undefined) sources.set(key, [alert]);
    else if (sameKey.length < SOURCES_MAX) sameKey.push(alert);
  }
  return sources;
}

/** Each source mutes the same alerts; several are needed only where one of them is muted itself by its target. */
const SOURCES_MAX = 5;

/** null where a label is missing: two alerts without a broker do not have the same broker. */
function keyOf(equal: readonly string[], labels: Readonly<Record<string, string>>): string | null {
  const values = equal.map((name) => labels[name] ?? "");
  return values.includes("") ? null : JSON.stringify(values);
}

/** Whether `alert` is `target` itself, or mutes it through any number of others. */
function isMutedBy(target: Alert, alert: Alert, causes: ReadonlyMap<string, Alert>): boolean {
  for (let cause: Alert | undefined = target; cause !== undefined; cause = causes.get(cause.id)) {
    if (cause.id === alert.id) return true;
  }
  return false;
}
