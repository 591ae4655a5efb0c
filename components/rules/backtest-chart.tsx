"use client";

import { useId, useState } from "react";
import {
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
import { CATEGORIES } from "@/components/panels/picture";
import { axisOf, heightOf, LINES, type LineName, ticksOf, type ValueAxis } from "@/components/rules/scale";
import { GRIP, ThresholdLine } from "@/components/rules/threshold-line";
import { unitOf } from "@/components/rules/words";
import { useWords } from "@/components/ui/words";
import type { BacktestView, RuleForm } from "@/lib/views/rules/schema";

/** Fixed margins of the plot, px: the threshold lines overlay it, so the chart library must not choose them. */
const HEIGHT = 280;
const EDGE = { top: 16, right: 8, bottom: 28, left: 48 };
const PLOT = HEIGHT - EDGE.top - EDGE.bottom;
const TICK = { fill: "var(--quiet)", fontSize: 12 };

/** A rule's signal over a past range, the periods in which it would have fired, and its limits as movable lines. */
export function BacktestChart(props: {
  readonly view: BacktestView;
  readonly rule: RuleForm;
  readonly name: string;
  /** Called with the new value of a moved line. */
  readonly move: (line: LineName, value: number) => void;
}) {
  const { view, rule, name, move } = props;
  const [heldAxis, setHeldAxis] = useState<ValueAxis | null>(null);
  const limits = limitsOf(rule);
  const values = view.series.flatMap(({ points }) => points.flatMap(([, value]) => value ?? []));
  const data = { least: Math.min(0, ...values), greatest: Math.max(0, ...values) };
  const axis =
    heldAxis ??
    axisOf(
      data,
      limits.map(([, value]) => value),
      isSigned(rule),
    );
  const unit = unitOfLine(rule, view);
  return (
    <div className="relative" style={{ height: HEIGHT }}>
      <Plot view={view} name={name} axis={axis} />
      <div
        className="pointer-events-none absolute *:pointer-events-auto"
        style={{ top: EDGE.top, right: EDGE.right, left: EDGE.left, height: PLOT }}
      >
        {limits.map(([line, value]) => (
          <ThresholdLine
            key={line}
            name={line}
            value={value}
            unit={unit}
            axis={axis}
            height={PLOT}
            words={wordsOf(line, rule, axis)}
            move={(moved) => move(line, moved)}
            hold={(held) => setHeldAxis(held ? axis : null)}
          />
        ))}
      </div>
    </div>
  );
}

/** Rates and forecasts may be negative. */
const isSigned = ({ condition }: RuleForm): boolean => condition.kind === "rate" || condition.kind === "forecast";

/** The rate of a count may be a fraction, though the count is an integer. */
const unitOfLine = ({ condition }: RuleForm, { unit }: BacktestView): BacktestView["unit"] =>
  condition.kind === "rate" && unit === "count" ? "per-minute" : (unitOf({ condition, unit }) ?? unit);

/** A label is above its line, or below it where the label of another line would cover it. */
function wordsOf(line: LineName, { comparison, warning, critical }: RuleForm, axis: ValueAxis): "above" | "below" {
  if (line === "clear") return "below";
  if (warning === null || critical === null) return "above";
  const apart = Math.abs(heightOf(warning, PLOT, axis) - heightOf(critical, PLOT, axis));
  const isUpper = (line === "critical") === (comparison === "above");
  return isUpper || apart >= GRIP ? "above" : "below";
}

function limitsOf({ warning, critical, clearAt }: RuleForm): readonly (readonly [LineName, number])[] {
  const values = { warning, critical, clear: clearAt };
  return LINES.flatMap((line) => {
    const value = values[line];
    return value === null ? [] : [[line, value] as const];
  });
}

function Plot({ view, name, axis }: { readonly view: BacktestView; readonly name: string; readonly axis: ValueAxis }) {
  const { clock, moment, number } = useWords();
  const band = useId();
  const long = view.toMs - view.fromMs > DAY_MS;
  return (
    <div role="img" aria-label={name} className="h-full">
      <ResponsiveContainer width="100%" height="100%" initialDimension={{ width: 600, height: HEIGHT }}>
        <ComposedChart data={rowsOf(view)} margin={{ top: EDGE.top, right: EDGE.right, bottom: 0, left: 0 }}>
          <Bands id={band} />
          <CartesianGrid stroke="var(--line)" vertical={false} />
          <XAxis
            dataKey="ms"
            type="number"
            domain={[view.fromMs, view.toMs]}
            allowDataOverflow
            tickFormatter={long ? moment : clock}
            tick={TICK}
            stroke="var(--line)"
            minTickGap={48}
            height={EDGE.bottom}
          />
          <YAxis
            domain={[axis.bottom, axis.top]}
            ticks={ticksOf(axis)}
            allowDataOverflow
            tickFormatter={number}
            tick={TICK}
            stroke="var(--line)"
            width={EDGE.left}
          />
          {axis.bottom < 0 ? <ReferenceLine y={0} stroke="var(--quiet)" /> : null}
          {view.periods
            .filter(({ state }) => state === "firing")
            .map((period) => (
              <ReferenceArea
                key={`${period.fromMs} ${period.severity} ${JSON.stringify(period.labels)}`}
                x1={Math.max(period.fromMs, view.fromMs)}
                x2={Math.min(period.toMs, view.toMs)}
                fill={`url(#${band}-${period.severity})`}
                fillOpacity={1}
                stroke={`var(--${period.severity})`}
                strokeOpacity={0.6}
                ifOverflow="hidden"
              />
            ))}
          {view.series.map(({ labels }, at) => (
            <Line
              key={JSON.stringify(labels)}
              dataKey={`s${at}`}
              name={nameOf(labels)}
              stroke={CATEGORIES[at % CATEGORIES.length] ?? "var(--ink)"}
              strokeWidth={2}
              dot={false}
              connectNulls={false}
              isAnimationActive={false}
            />
          ))}
          <MomentTooltip />
        </ComposedChart>
      </ResponsiveContainer>
    </div>
  );
}

const DAY_MS = 86_400_000;

/** Warning and critical also differ by pattern: diagonal stripes and cross-hatching. */
function Bands({ id }: { readonly id: string }) {
  return (
    <defs>
      <pattern id={`${id}-warning`} width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect width="8" height="8" fill="var(--warning-fill)" fillOpacity="0.12" />
        <rect width="2" height="8" fill="var(--warning-fill)" fillOpacity="0.5" />
      </pattern>
      <pattern id={`${id}-critical`} width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect width="8" height="8" fill="var(--critical-fill)" fillOpacity="0.14" />
        <rect width="2" height="8" fill="var(--critical-fill)" fillOpacity="0.55" />
        <rect width="8" height="2" fill="var(--critical-fill)" fillOpacity="0.55" />
      </pattern>
    </defs>
  );
}

/** One row for each instant at which any series has a sample. */
function rowsOf({ series }: BacktestView): Record<string, number | null>[] {
  const rows = new Map<number, Record<string, number | null>>();
  series.forEach(({ points }, at) => {
    for (const [ms, value] of points) {
      const row = rows.get(ms) ?? { ms };
      row[`s${at}`] = value;
      rows.set(ms, row);
    }
  });
  return [...rows.values()].sort((a, b) => Number(a.ms) - Number(b.ms));
}

/** The display name of an instance, without the client id, which is generated and means nothing to people. */
export const nameOf = (labels: Readonly<Record<string, string>>): string =>
  Object.entries(labels)
    .filter(([name]) => name !== "clientId")
    .map(([, value]) => value)
    .join("/");
