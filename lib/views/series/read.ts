import "server-only";
import { signalNamed } from "@/lib/base/signals/catalogue";
import type { Runtime } from "@/lib/collector/runtime";
import { readSeries as stored } from "@/lib/storage/history/series";
import { listBlindSpans } from "@/lib/storage/rabbitmq/blindness";
import type { SeriesView } from "@/lib/views/series/schema";

export interface SeriesWanted {
  readonly signal: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly points: number;
  readonly labels: Readonly<Record<string, string>>;
}

/** One signal over one span, with the spans in which its broker could not be seen. null: no such signal. */
export async function readSeries(live: Runtime, wanted: SeriesWanted, nowMs: number): Promise<SeriesView | null> {
  const signal = signalNamed(wanted.signal);
  const answer = await stored(live.database.db, wanted);
  if (signal === null || answer === null) return null;
  const { fromMs, toMs } = wanted;
  const ofBroker = signal.labels.includes("broker");
  const spans = ofBroker
    ? await listBlindSpans(live.database.db, { broker: wanted.labels.broker ?? null, fromMs, toMs })
    : [];
  return {
    signal: signal.name,
    unit: signal.unit,
    stepMs: answer.stepMs,
    fromMs,
    toMs,
    asOfMs: nowMs,
    series: answer.series.map(({ labels, points }) => ({
      labels: { ...labels },
      points: points.map(([ms, min, max, avg]) => [ms, min, max, avg]),
    })),
    blind: spans.map((span) => ({ fromMs: span.fromMs, toMs: span.toMs ?? nowMs, because: span.because })),
  };
}
