import type { Reading } from "@/lib/alerts/model/reading";
import type { Labels } from "@/lib/base/signals/labels";

/** What one tick looked at. Without it "not measured", "cannot be seen" and "was not asked this time" are one. */
export interface TargetVisibility {
  /** Whether the broker or source of these labels was seen; null: this tick does not say, it heard of single objects. */
  readonly seen: (labels: Labels) => boolean | null;
  /** Whether objects of this kind were looked at: some carry the very same names of labels. */
  readonly lookedAt: (labels: Labels) => boolean;
}

/** Of the alerts about webhooks, beside `broker:…` and `source:…`. */
export const WEBHOOKS_SCOPE = "webhooks";

/** The broker or source an object belongs to, each judged for itself; the webhooks are judged together. */
export function scopeOf(labels: Labels): string {
  if (labels.webhook !== undefined) return WEBHOOKS_SCOPE;
  return labels.source === undefined ? `broker:${labels.broker ?? ""}` : `source:${labels.source}`;
}

/** 1 while a broker or a source can be seen, 0 while it cannot; their only label is its id. */
export const VISIBILITY_SIGNALS = { broker: "broker.up", source: "jobs.source.up" } as const;

/** Put together only when it is asked: most ticks have nothing open, and 60,000 readings are not looked through. */
export function targetVisibility(readings: readonly Reading[]): TargetVisibility {
  let seen: ReadonlyMap<string, boolean> | null = null;
  let kinds: ReadonlySet<string> | null = null;
  return {
    seen: (labels) => {
      seen ??= seenIn(readings);
      return seen.get(scopeOf(labels)) ?? null;
    },
    lookedAt: (labels) => {
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
