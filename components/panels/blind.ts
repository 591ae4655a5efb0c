import type { SeriesView } from "@/lib/views/series/schema";

export interface BlindStretch {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface BlindParts {
  /** Nothing was measured: drawn hatched. */
  readonly whole: readonly BlindStretch[];
  /** Brokers that were not measured while something else was: named below the chart, which shows that something. */
  readonly brokers: readonly string[];
}

/** Splits the spans without a view of a broker by whether another broker or a job source was measured in them. */
export function blindParts(series: readonly SeriesView[]): BlindParts {
  const spans = new Map(series.flatMap(({ blind }) => blind).map((span) => [`${span.broker} ${span.fromMs}`, span]));
  const brokers = new Set([...spans.values()].map(({ broker }) => broker));
  const isMeasuredBesides = (broker: string, { fromMs, toMs }: BlindStretch): boolean =>
    series.some((one) =>
      one.series.some(
        ({ labels, points }) =>
          labels.broker !== broker &&
          labels.other === undefined &&
          points.some(([ms, , , mean]) => mean !== null && ms >= fromMs && ms <= toMs),
      ),
    );
  const partial = [...spans.values()].filter((span) => isMeasuredBesides(span.broker, span));
  const whole = new Map(
    [...spans.values()].filter((span) => !partial.includes(span)).map((span) => [`${span.fromMs}`, span]),
  );
  return {
    whole: [...whole.values()].map(({ fromMs, toMs }) => ({ fromMs, toMs })),
    brokers: [...brokers].filter((broker) => partial.some((span) => span.broker === broker)),
  };
}
