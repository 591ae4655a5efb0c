import type { Reading } from "@/lib/alerts/model/reading";
import type { Labels } from "@/lib/base/signals/labels";

/** What one tick polled. It tells "not measured", "unreachable" and "not polled this time" apart. */
export interface TargetVisibility {
  /** Whether the broker or source of these labels was reachable; null: this tick is about single objects only. */
  readonly seen: (labels: Labels) => boolean | null;
  /** Whether objects of this kind were polled: some readings have the very same names of labels. */
  readonly isPolled: (labels: Labels) => boolean;
}

/** The scope of alerts about webhooks, beside `broker:…` and `source:…`. */
export const WEBHOOKS_SCOPE = "webhooks";

/** The broker or source an object belongs to. Each scope is evaluated by itself; all webhooks are one scope. */
export function scopeOf(labels: Labels): string {
  if (labels.webhook !== undefined) return WEBHOOKS_SCOPE;
  return labels.source === undefined ? `broker:${labels.broker ?? ""}` : `source:${labels.source}`;
}

/** 1 while a broker or a source is reachable, 0 while it is not; their only label is its id. */
export const VISIBILITY_SIGNALS = { broker: "broker.up", source: "jobs.source.up" } as const;

/** Computed on first use: most ticks have no open alert, so that their 60,000 readings are not searched. */
export function targetVisibility(readings: readonly Reading[]): TargetVisibility {
  let seen: ReadonlyMap<string, boolean> | null = null;
  let kinds: ReadonlySet<string> | null = null;
  return {
    seen: (labels) => {
      seen ??= seenIn(readings);
      return seen.get(scopeOf(labels)) ?? null;
    },
    isPolled: (labels) => {
      kinds ??= new Set(readings.map((reading) => kindOf(reading.labels)));
      return kinds.has(kindOf(labels));
    },
  };
}

const seenIn = (readings: readonly Reading[]): ReadonlyMap<string, boolean> =>
  new Map(
    readings
      .filter(({ signal }) => signal === VISIBILITY_SIGNALS.broker || signal === VISIBILITY_SIGNALS.source)
      .flatMap(({ labels, value }) => (value === null ? [] : [[scopeOf(labels), value >= 1] as const])),
  );

const kindOf = (labels: Labels): string => Object.keys(labels).sort().join();
