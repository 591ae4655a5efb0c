"use client";

import { useTranslations } from "next-intl";
import { useId } from "react";
import { useRates } from "@/components/clients/rates";
import { xOf } from "@/components/clients/timeline/axis";
import { type ConnectionTimeline, ROWS, TRACK_HIGH } from "@/components/clients/timeline/layout";
import type { TimelineMark } from "@/components/clients/timeline/marks";
import { Marks } from "@/components/clients/timeline/marks-drawn";
import { useWords } from "@/components/ui/words";

/** Boxes wider than this contain their text. */
const WORDS_PX = 48;
/** Outline that keeps text readable over lines and hatching. */
const HALO = { stroke: "var(--ground)", strokeWidth: 3, paintOrder: "stroke" } as const;
const SMALL = { fontSize: 12, fill: "var(--quiet)", ...HALO } as const;
/** A bar is half as high as its track; a bar of merged sessions is higher and contains their number. */
const BAR_HIGH = 8;
const MANY_HIGH = 15;

interface DrawingProps {
  readonly timeline: ConnectionTimeline;
}

/** All rows as SVG on one time axis. Only marks can be selected; the other elements have a title on hover. */
export function TimelineDrawing(props: {
  readonly timeline: ConnectionTimeline;
  readonly chosen: TimelineMark | null;
  readonly onMark: (mark: TimelineMark | null) => void;
}) {
  const { timeline } = props;
  const t = useTranslations("timeline");
  const hatch = `hatch-${useId()}`;
  const width = timeline.left + timeline.axis.width;
  return (
    <svg width={width} height={timeline.height} className="block overflow-visible" aria-hidden="true">
      <defs>
        <pattern id={hatch} width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <rect width="3" height="8" fill="var(--line)" />
        </pattern>
      </defs>
      <g transform={`translate(${timeline.left} 0)`}>
        <TimeAxis timeline={timeline} />
        <Sessions timeline={timeline} />
        <Gaps timeline={timeline} />
        <Silence timeline={timeline} hatch={hatch} />
        <Stretches timeline={timeline} />
        <Blind timeline={timeline} hatch={hatch} />
        <Rates timeline={timeline} />
        <Marks {...props} />
      </g>
      {ROWS.map((row) => (
        <text key={row} x={0} y={timeline.rows[row].labelY} {...SMALL}>
          {t(row)}
        </text>
      ))}
    </svg>
  );
}

function TimeAxis({ timeline }: DrawingProps) {
  const { clock } = useWords();
  const t = useTranslations("timeline");
  const now = xOf(timeline.axis, timeline.axis.nowMs);
  return (
    <g>
      {timeline.ticks.map((ms) => {
        const x = xOf(timeline.axis, ms);
        return (
          <g key={ms}>
            <line x1={x} x2={x} y1={0} y2={timeline.bottom} stroke="var(--line)" />
            <text
              x={x}
              y={timeline.bottom + 15}
              textAnchor={x < 20 ? "start" : x > timeline.axis.width - 20 ? "end" : "middle"}
              {...SMALL}
            >
              {clock(ms)}
            </text>
          </g>
        );
      })}
      {now < timeline.axis.width ? (
        <>
          <line x1={now} x2={now} y1={0} y2={timeline.bottom} stroke="var(--quiet)" strokeDasharray="2 3" />
          <text x={now - 4} y={timeline.bottom - 2} textAnchor="end" {...SMALL}>
            {t("now")}
          </text>
        </>
      ) : null}
    </g>
  );
}

function Sessions({ timeline }: DrawingProps) {
  const t = useTranslations("timeline");
  const { full, span } = useWords();
  return timeline.bars.map((bar) => {
    const many = bar.sessions > 1;
    const high = many ? MANY_HIGH : BAR_HIGH;
    const y = timeline.rows.sessions.top + bar.track * TRACK_HIGH + (TRACK_HIGH - high) / 2;
    const values = { n: bar.sessions, from: full(bar.fromMs), span: span((bar.toMs - bar.fromMs) / 1_000) };
    return (
      <g key={`${bar.track}.${bar.fromMs}.${bar.x}`}>
        <rect
          x={bar.x}
          y={y}
          width={Math.max(1, bar.width)}
          height={high}
          fill={many ? "var(--quiet)" : "var(--ink)"}
          rx={bar.width > 6 ? 2 : 0}
        >
          <title>{t(many ? "sessionsHere" : bar.open ? "sessionOpen" : "session", values)}</title>
        </rect>
        {many && bar.width > 2 * WORDS_PX ? (
          <text x={bar.x + bar.width / 2} y={y + 12} textAnchor="middle" fontSize={12} fill="var(--ground)">
            {t("many", { n: bar.sessions })}
          </text>
        ) : null}
      </g>
    );
  });
}

function Gaps({ timeline }: DrawingProps) {
  const t = useTranslations("timeline");
  const { full, span } = useWords();
  const { top, height } = timeline.rows.gaps;
  return timeline.gapsDrawn.map((gap) => {
    const length = span((gap.toMs - gap.fromMs) / 1_000);
    const words = gap.gaps > 1 ? t("gapsHere", { n: gap.gaps }) : gap.cut ? t("gapCut", { span: length }) : length;
    const x = gap.x + gap.width / 2;
    return (
      <g key={gap.fromMs}>
        <rect
          x={gap.x}
          y={top}
          width={Math.max(1, gap.width)}
          height={height}
          fill="var(--raised)"
          stroke="var(--line)"
          strokeDasharray={gap.open ? "4 3" : "none"}
        >
          <title>{t("gap", { from: full(gap.fromMs), span: words })}</title>
        </rect>
        {gap.width > WORDS_PX ? (
          <text x={x} y={top + 12} textAnchor="middle" fontSize={12} fill="var(--ink)">
            {words}
          </text>
        ) : null}
      </g>
    );
  });
}

function Silence({ timeline, hatch }: DrawingProps & { readonly hatch: string }) {
  const t = useTranslations("timeline");
  const { span } = useWords();
  const { top, height } = timeline.rows.silence;
  const { segments, late, unknown, timeoutY, timeoutSeconds, close } = timeline.silence;
  return (
    <g transform={`translate(0 ${top})`}>
      <line x1={0} x2={timeline.axis.width} y1={height} y2={height} stroke="var(--line)" />
      {unknown.map((box) => (
        <rect key={box.x} x={box.x} y={0} width={box.width} height={height} fill={`url(#${hatch})`} opacity={0.6}>
          <title>{t("notKept")}</title>
        </rect>
      ))}
      {close === null ? null : (
        <rect
          x={close.x}
          y={0}
          width={Math.max(2, close.width)}
          height={height}
          fill="var(--critical-fill)"
          opacity={0.25}
        >
          <title>{t("close")}</title>
        </rect>
      )}
      {late.map((box) => (
        <rect
          key={box.x}
          x={box.x}
          y={height - box.height}
          width={Math.max(1, box.width)}
          height={box.height}
          fill="var(--critical-fill)"
          opacity={0.6}
        >
          <title>{t("lateMinute")}</title>
        </rect>
      ))}
      {segments.map((path) => (
        <path key={path} d={path} fill="var(--cat-1)" fillOpacity={0.3} stroke="var(--cat-1)" strokeWidth={1} />
      ))}
      {timeoutY === null || timeoutSeconds === null ? null : (
        <>
          <line
            x1={0}
            x2={timeline.axis.width}
            y1={timeoutY}
            y2={timeoutY}
            stroke="var(--warning)"
            strokeDasharray="4 3"
          />
          <text
            x={timeline.axis.width - 2}
            y={timeoutY - 4}
            textAnchor="end"
            fontSize={12}
            fill="var(--warning)"
            {...HALO}
          >
            {t("timeout", { span: span(timeoutSeconds) })}
          </text>
        </>
      )}
      {close === null ? null : (
        <text x={close.x - 4} y={12} textAnchor="end" fontSize={12} fill="var(--critical)" {...HALO}>
          {t("closeShort")}
        </text>
      )}
    </g>
  );
}

/** Current rates only: their history per client is not stored. */
function Rates({ timeline }: DrawingProps) {
  const rates = useRates();
  const { labelY } = timeline.rows.rates;
  return (
    <text x={xOf(timeline.axis, timeline.axis.nowMs)} y={labelY} textAnchor="end" {...SMALL}>
      {rates(timeline.rates)}
    </text>
  );
}

/** Blocked periods and alerts, from start to end. */
function Stretches({ timeline }: DrawingProps) {
  const { blocked, alerts } = timeline.rows;
  return (
    <>
      {timeline.blocked.map((box) => (
        <rect
          key={`blocked${box.x}`}
          x={box.x}
          y={blocked.top}
          width={Math.max(2, box.width)}
          height={blocked.height}
          fill="var(--warning-fill)"
        />
      ))}
      {timeline.alerts.map((box) => (
        <rect
          key={`${box.severity}${box.x}`}
          x={box.x}
          y={alerts.top + 7}
          width={Math.max(2, box.width)}
          height={4}
          fill={`var(--${box.severity}-fill)`}
        />
      ))}
    </>
  );
}

function Blind({ timeline, hatch }: DrawingProps & { readonly hatch: string }) {
  const t = useTranslations("panel");
  return timeline.blind.map((box) => (
    <g key={box.x}>
      <rect x={box.x} y={0} width={Math.max(2, box.width)} height={timeline.bottom} fill={`url(#${hatch})`} />
      {box.width > WORDS_PX ? (
        <text
          x={box.x + box.width / 2}
          y={timeline.rows.silence.top + 14}
          textAnchor="middle"
          fontSize={12}
          fill="var(--ink)"
          {...HALO}
        >
          {t("blind")}
        </text>
      ) : null}
    </g>
  ));
}
