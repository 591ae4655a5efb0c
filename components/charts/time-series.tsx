"use client";

import { useTranslations } from "next-intl";
import { useId, useState } from "react";
import {
  Area,
  Bar,
  CartesianGrid,
  ComposedChart,
  Line,
  ReferenceArea,
  ReferenceLine,
  ResponsiveContainer,
  XAxis,
  YAxis,
} from "recharts";
import { MomentTooltip } from "@/components/charts/instant-tooltip";
import { type ChartLine, type ChartRow, lastOf, rowsOf } from "@/components/charts/rows";
import { SeriesTable } from "@/components/charts/series-table";
import { useWords } from "@/components/ui/words";

export interface Threshold {
  readonly value: number;
  readonly label: string;
  readonly severity: "warning" | "critical";
}

interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface TimeSeriesProps {
  readonly title: string;
  readonly drawn: readonly ChartLine[];
  readonly fromMs: number;
  readonly toMs: number;
  readonly thresholds?: readonly Threshold[];
  readonly shades?: readonly (Stretch & { readonly severity: "warning" | "critical" })[];
  readonly blind?: readonly Stretch[];
  /** Brokers that were not measured for a part of the range in which others were. */
  readonly notMeasured?: readonly string[];
  readonly marks?: readonly { readonly atMs: number; readonly label: string }[];
}

const HEIGHT = 200;
/** Room for the label of a threshold that is as high as the highest value. */
const LABEL_HEIGHT = 20;
const TICK = { fill: "var(--quiet)", fontSize: 12 };

/** A time-series chart. Missing data is drawn as a gap; a table with the same values is the accessible alternative. */
export function TimeSeries(props: TimeSeriesProps) {
  const t = useTranslations("panel");
  const [asTable, setAsTable] = useState(false);
  const rows = rowsOf(props.drawn, props.fromMs, props.toMs);
  return (
    <div>
      {asTable ? (
        <SeriesTable title={props.title} drawn={props.drawn} rows={rows} />
      ) : (
        <Picture {...props} rows={rows} />
      )}
      <div className="mt-1 flex flex-wrap items-center gap-x-4 gap-y-1 text-12">
        <Legend drawn={props.drawn} rows={rows} />
        <Buckets drawn={props.drawn} rows={rows} />
        <NotMeasured brokers={props.notMeasured ?? []} />
        <button
          type="button"
          onClick={() => setAsTable(!asTable)}
          className="ml-auto min-h-6 text-quiet underline hover:text-ink"
        >
          {t(asTable ? "chart" : "table")}
        </button>
      </div>
    </div>
  );
}

function Legend({ drawn, rows }: { readonly drawn: readonly ChartLine[]; readonly rows: readonly ChartRow[] }) {
  const { number } = useWords();
  return (
    <ul className="flex flex-wrap gap-x-4 gap-y-1">
      {drawn.map((series) => {
        const last = series.as === "bars" ? null : lastOf(rows, series.key);
        return (
          <li key={series.key} className="flex items-center gap-1 text-quiet">
            <span aria-hidden="true" className="inline-block h-2 w-3" style={{ background: series.colour }} />
            {series.label}
            {last === null ? null : <b className="text-ink">{number(last)}</b>}
          </li>
        );
      })}
    </ul>
  );
}

/** The bucket width, without which a count has no meaning. */
function Buckets({ drawn, rows }: { readonly drawn: readonly ChartLine[]; readonly rows: readonly ChartRow[] }) {
  const t = useTranslations("panel");
  const { span } = useWords();
  const [first, second] = rows;
  if (!first || !second || !drawn.some((series) => series.as === "bars")) return null;
  return <p className="text-quiet">{t("perBucket", { span: span((second.ms - first.ms) / 1_000) })}</p>;
}

function NotMeasured({ brokers }: { readonly brokers: readonly string[] }) {
  const t = useTranslations("panel");
  if (brokers.length === 0) return null;
  return <p className="text-warning">{t("notMeasured", { brokers: brokers.join(", ") })}</p>;
}

/** A label that begins in the last part of the range is drawn to the left of its line: to the right it would be cut. */
const LABEL_SHARE = 0.15;

function Picture(props: TimeSeriesProps & { readonly rows: readonly ChartRow[] }) {
  const { clock, number } = useWords();
  const t = useTranslations("panel");
  const [pinned, setPinned] = useState<number | null>(null);
  const hatch = `hatch-${useId()}`;
  const rangeMs = props.toMs - props.fromMs;
  const isAtTheEnd = (atMs: number): boolean => props.toMs - atMs < LABEL_SHARE * rangeMs;
  const within = ({ fromMs, toMs }: Stretch) => ({
    x1: Math.max(fromMs, props.fromMs),
    x2: Math.min(toMs, props.toMs),
  });
  return (
    <div role="img" aria-label={props.title} style={{ height: HEIGHT }}>
      <ResponsiveContainer width="100%" height="100%" initialDimension={{ width: 600, height: HEIGHT }}>
        <ComposedChart
          data={[...props.rows]}
          margin={{ top: LABEL_HEIGHT, right: 8, bottom: 0, left: 0 }}
          onClick={({ activeLabel }) =>
            setPinned(pinned === null && activeLabel !== undefined ? Number(activeLabel) : null)
          }
        >
          <defs>
            <pattern id={hatch} width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
              <rect width="3" height="8" fill="var(--line)" />
            </pattern>
          </defs>
          <CartesianGrid stroke="var(--line)" vertical={false} />
          <XAxis
            dataKey="ms"
            type="number"
            domain={[props.fromMs, props.toMs]}
            tickFormatter={clock}
            tick={TICK}
            stroke="var(--line)"
            minTickGap={48}
          />
          <YAxis
            domain={[0, "auto"]}
            allowDecimals={false}
            tickFormatter={number}
            tick={TICK}
            stroke="var(--line)"
            width={44}
          />
          {(props.shades ?? []).map((shade) => (
            <ReferenceArea
              key={`${shade.fromMs}${shade.severity}`}
              {...within(shade)}
              fill={`var(--${shade.severity}-fill)`}
              fillOpacity={0.12}
              ifOverflow="hidden"
            />
          ))}
          {(props.blind ?? []).map((span) => (
            <ReferenceArea
              key={`blind${span.fromMs}`}
              {...within(span)}
              fill={`url(#${hatch})`}
              fillOpacity={1}
              ifOverflow="hidden"
              {...(within(span).x2 - within(span).x1 < LABEL_SHARE * rangeMs
                ? {}
                : { label: { value: t("blind"), fill: "var(--quiet)", fontSize: 12 } })}
            />
          ))}
          {props.drawn.map(shape)}
          {(props.thresholds ?? []).map((threshold) => (
            <ReferenceLine
              key={threshold.label}
              y={threshold.value}
              stroke={`var(--${threshold.severity})`}
              strokeDasharray="4 3"
              ifOverflow="extendDomain"
              label={{
                value: threshold.label,
                // Above the line: below it, the label of a low threshold would overlap the time axis.
                position: "insideBottomRight",
                fill: `var(--${threshold.severity})`,
                fontSize: 12,
              }}
            />
          ))}
          {(props.marks ?? []).map((mark) => (
            <ReferenceLine
              key={mark.atMs}
              x={mark.atMs}
              stroke="var(--ink)"
              label={{
                value: mark.label,
                position: isAtTheEnd(mark.atMs) ? "insideTopRight" : "insideTopLeft",
                fill: "var(--ink)",
                fontSize: 12,
              }}
            />
          ))}
          {pinned === null ? null : <ReferenceLine x={pinned} stroke="var(--quiet)" />}
          <MomentTooltip pinned={pinned !== null} />
        </ComposedChart>
      </ResponsiveContainer>
    </div>
  );
}

function shape(series: ChartLine) {
  const common = { dataKey: series.key, name: series.label, isAnimationActive: false } as const;
  if (series.as === "bars") return <Bar key={series.key} {...common} stackId="bars" fill={series.colour} />;
  if (series.as === "area") {
    return (
      <Area
        key={series.key}
        {...common}
        type="stepAfter"
        stroke={series.colour}
        fill={series.colour}
        fillOpacity={0.25}
        connectNulls={false}
      />
    );
  }
  return [
    <Area
      key={`${series.key}.band`}
      dataKey={`${series.key}.band`}
      isAnimationActive={false}
      stroke="none"
      fill={series.colour}
      fillOpacity={0.15}
      connectNulls={false}
      tooltipType="none"
    />,
    <Line key={series.key} {...common} stroke={series.colour} strokeWidth={2} dot={false} connectNulls={false} />,
  ];
}
