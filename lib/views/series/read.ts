import "server-only";
import { signalNamed } from "@/lib/base/signals/catalogue";
import type { Runtime } from "@/lib/collector/runtime";
import { readHistory } from "@/lib/storage/history/read-history";
import { listBlindSpans } from "@/lib/storage/rabbitmq/blindness";
import { blindSpanView } from "@/lib/views/series/blind-span";
import type { SeriesView } from "@/lib/views/series/schema";

export interface SeriesRequest {
  readonly signal: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly points: number;
  readonly labels: Readonly<Record<string, string>>;
}

/** One signal over one range, with the spans in which its broker could not be seen. null: no such signal. */
export async function readSeries(
  { database: { db } }: Pick<Runtime, "database">,
  request: SeriesRequest,
  nowMs: number,
): Promise<SeriesView | null> {
  const signal = signalNamed(request.signal);
  if (signal === null) return null;
  const { fromMs, toMs, labels: filter, points: buckets } = request;
  const chart = await readHistory(db, { signal, labels: filter, fromMs, toMs }, { points: buckets });
  const hasBroker = signal.labels.includes("broker");
  const spans = hasBroker ? await listBlindSpans(db, { broker: filter.broker ?? null, fromMs, toMs }) : [];
  return {
    signal: signal.name,
    unit: signal.unit,
    stepMs: chart.stepMs,
    fromMs,
    toMs,
    asOfMs: nowMs,
    series: chart.series.map(({ labels, points }) => ({
      labels: { ...labels },
      points: points.map(([ms, min, max, avg]) => [ms, min, max, avg]),
    })),
    blind: spans.map((span) => blindSpanView(span, nowMs)),
  };
}
