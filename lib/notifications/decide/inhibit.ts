import { type Matcher, matchesAll, parseMatchers } from "@/lib/alerts/matchers/matcher";
import type { Alert } from "@/lib/alerts/model/alert";
import { REGISTRY } from "@/lib/alerts/rules/registry";
import { labelsOf } from "@/lib/notifications/decide/silence-window";

/** While an alert that `source` matches is firing, those that `target` matches, with the same `equal` labels, are muted. */
export interface Inhibition {
  readonly source: readonly Matcher[];
  readonly target: readonly Matcher[];
  /** Labels that both must have, with the same value. */
  readonly equal: readonly string[];
}

const builtIn = (source: string, target: string, equal: readonly string[]): Inhibition => ({
  source: parseMatchers([source]).matchers,
  target: parseMatchers([target]).matchers,
  equal,
});

/** What follows from what, as far as the built-in rules know. */
export const BUILT_IN_INHIBITIONS: readonly Inhibition[] = REGISTRY.flatMap(({ id, mutes }) =>
  mutes.map(({ target, equal }) => builtIn(`rule="${id}"`, target, equal)),
);

/**
 * For each firing alert that is muted by another, that other. An alert may be cause and effect at once; a circle is cut
 * at its oldest alert, which is told: of alerts that mute each other one must speak.
 */
export function causesOf(firing: readonly Alert[], inhibitions: readonly Inhibition[]): ReadonlyMap<string, Alert> {
  const labelled = firing.map((alert) => ({ alert, labels: labelsOf(alert) }));
  const active = inhibitions.map((one) => ({ ...one, sources: sourcesOf(one, labelled) })).filter(hasSources);
  const causes = new Map<string, Alert>();
  if (active.length === 0) return causes;
  for (const { alert, labels } of labelled.toSorted(latestFirst)) {
    const found = active
      .filter(({ target }) => matchesAll(target, labels))
      .flatMap(({ equal, sources }) => sources.get(keyOf(equal, labels) ?? "") ?? [])
      .find((source) => !leadsTo(source, alert, causes));
    if (found !== undefined) causes.set(alert.id, found);
  }
  return causes;
}

const latestFirst = ({ alert: a }: Labelled, { alert: b }: Labelled): number =>
  b.startedMs - a.startedMs || (a.id < b.id ? 1 : -1);

const hasSources = ({ sources }: { readonly sources: ReadonlyMap<string, readonly Alert[]> }): boolean =>
  sources.size > 0;

interface Labelled {
  readonly alert: Alert;
  readonly labels: ReturnType<typeof labelsOf>;
}

function sourcesOf({ source, equal }: Inhibition, firing: readonly Labelled[]): ReadonlyMap<string, readonly Alert[]> {
  const sources = new Map<string, Alert[]>();
  for (const { alert, labels } of firing) {
    const key = matchesAll(source, labels) ? keyOf(equal, labels) : null;
    if (key === null) continue;
    const known = sources.get(key);
    if (known === undefined) sources.set(key, [alert]);
    // Any one of them mutes the same; a few are kept for the case that one is itself an effect.
    else if (known.length < SOURCES_KEPT) known.push(alert);
  }
  return sources;
}

const SOURCES_KEPT = 5;

/** null where one of the labels is not there: what has no broker has not the same broker. */
function keyOf(equal: readonly string[], labels: Readonly<Record<string, string>>): string | null {
  const values = equal.map((name) => labels[name] ?? "");
  return values.includes("") ? null : JSON.stringify(values);
}

/** Whether `alert` is `from` itself, or mutes it over any number of others. */
function leadsTo(from: Alert, alert: Alert, causes: ReadonlyMap<string, Alert>): boolean {
  for (let at: Alert | undefined = from; at !== undefined; at = causes.get(at.id)) if (at.id === alert.id) return true;
  return false;
}
