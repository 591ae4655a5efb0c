"use client";

import { useTranslations } from "next-intl";
import type { ChartLine } from "@/components/charts/rows";
import type { TimeSeriesProps } from "@/components/charts/time-series";
import { blindParts } from "@/components/panels/blind";
import type { PanelView } from "@/lib/views/panels/schema";
import type { SeriesView } from "@/lib/views/series/schema";

export const CATEGORIES = [1, 2, 3, 4, 5, 6].map((n) => `var(--cat-${n})`);
export const OTHER = "var(--cat-6)";

export const signalOf = (view: PanelView, signal: string): SeriesView | null =>
  view.series.find((one) => one.signal === signal) ?? null;

/** The chart lines of one signal: one colour per series, grey for the sum of the remaining series. */
export function useDrawn() {
  const t = useTranslations("panel");
  return (
    series: SeriesView | null,
    as: ChartLine["as"],
    appearance: {
      readonly label: (labels: Readonly<Record<string, string>>) => string;
      readonly colours: readonly string[];
    },
  ): readonly ChartLine[] =>
    (series?.series ?? []).map(({ labels, points }, at) => ({
      key: `${series?.signal}.${at}`.replaceAll(".", "_"),
      label: labels.other === undefined ? appearance.label(labels) : t("other", { n: labels.other }),
      colour: labels.other === undefined ? (appearance.colours[at % appearance.colours.length] ?? OTHER) : OTHER,
      as,
      points,
      stepMs: series?.stepMs ?? 0,
      whole: series?.unit === "count",
    }));
}

/** The properties that all time charts share: time range, alert periods, blind periods and restarts. */
export function useFrame(view: PanelView): Omit<TimeSeriesProps, "drawn" | "thresholds"> {
  const t = useTranslations("panel");
  const { whole, brokers } = blindParts(view.series);
  return {
    title: t(view.panel),
    fromMs: view.fromMs,
    toMs: view.toMs,
    shades: view.alerts.map((alert) => ({
      fromMs: alert.firedMs ?? alert.startedMs,
      toMs: alert.resolvedMs ?? view.toMs,
      severity: alert.severity,
    })),
    blind: whole,
    notMeasured: brokers,
    marks: view.restarts.map((restart) => ({ atMs: restart.atMs, label: t("restart") })),
  };
}
