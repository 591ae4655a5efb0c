"use client";

import { useTranslations } from "next-intl";
import { useReason } from "@/components/clients/reason";
import { type ConnectionTimeline, WORDS_HIGH } from "@/components/clients/timeline/layout";
import type { TimelineEvent, TimelineMark } from "@/components/clients/timeline/marks";

/** Minimum size of a touch target. */
const TOUCH_PX = 24;
/** Estimated width of a character at 12 px. Chinese characters are wider, so their text is longer than estimated. */
const LETTER_PX = 7;

/** Ends: ✕ reason reported by the broker, ○ inferred, ◇ unknown. Alerts: ▲ fired, ▼ resolved. Restarts: │. */
function shapeOf(event: TimelineEvent): string {
  switch (event.kind) {
    case "ended":
      return event.reason === "unknown" ? "◇" : event.inferred ? "○" : "✕";
    case "fired":
      return "▲";
    case "resolved":
      return "▼";
    case "restart":
      return "│";
    default:
      return event satisfies never;
  }
}

function inkOf(event: TimelineEvent): string {
  if (event.kind === "fired") return `var(--${event.severity})`;
  return event.kind === "resolved" ? "var(--ok)" : "var(--ink)";
}

export function Marks(props: {
  readonly timeline: ConnectionTimeline;
  readonly chosen: TimelineMark | null;
  readonly onMark: (mark: TimelineMark | null) => void;
}) {
  const { timeline } = props;
  return timeline.marks.map((mark) => {
    const [first] = mark.events;
    if (first === undefined) return null;
    const chosen = mark === props.chosen;
    const { top, height } = bandOf(mark, timeline);
    return (
      // biome-ignore lint/a11y/noStaticElementInteractions: pointer equivalent of the slider's arrow keys
      <g key={`${mark.row}${first.atMs}`} onPointerEnter={() => props.onMark(mark)} onClick={() => props.onMark(mark)}>
        {chosen ? (
          <line
            x1={mark.x}
            x2={mark.x}
            y1={0}
            y2={timeline.bottom}
            stroke="var(--cat-1)"
            strokeWidth={2}
            opacity={0.6}
          />
        ) : null}
        {mark.row === "broker" ? (
          <Restart mark={mark} timeline={timeline} />
        ) : (
          <Sign mark={mark} timeline={timeline} first={first} />
        )}
        <rect
          x={mark.x - TOUCH_PX / 2}
          y={top}
          width={TOUCH_PX}
          height={height}
          fill="transparent"
          className="cursor-pointer"
        />
      </g>
    );
  });
}

/** A node's restart, drawn across all rows. */
function Restart({ mark, timeline }: { readonly mark: TimelineMark; readonly timeline: ConnectionTimeline }) {
  const t = useTranslations("panel");
  const words = t("restart");
  const before = mark.x + words.length * LETTER_PX > timeline.axis.width;
  return (
    <>
      <line x1={mark.x} x2={mark.x} y1={0} y2={timeline.bottom} stroke="var(--ink)" strokeWidth={1.5} />
      <text
        x={before ? mark.x - 4 : mark.x + 4}
        y={timeline.bottom - 2}
        textAnchor={before ? "end" : "start"}
        fontSize={12}
        fill="var(--ink)"
        stroke="var(--ground)"
        strokeWidth={3}
        paintOrder="stroke"
      >
        {words}
      </text>
    </>
  );
}

function bandOf(mark: TimelineMark, timeline: ConnectionTimeline): { readonly top: number; readonly height: number } {
  if (mark.row === "broker") return { top: timeline.bottom - 20, height: 20 };
  const { top, height } = timeline.rows[mark.row];
  return { top, height: Math.max(TOUCH_PX, height) };
}

/** The symbol of a mark and, if there is space, its reason or its number of events. */
function Sign({
  mark,
  timeline,
  first,
}: {
  readonly mark: TimelineMark;
  readonly timeline: ConnectionTimeline;
  readonly first: TimelineEvent;
}) {
  const t = useTranslations("timeline");
  const reason = useReason();
  const { top, height } = timeline.rows[mark.row === "alerts" ? "alerts" : "sessions"];
  const y = mark.row === "alerts" ? top + 13 : top + height - WORDS_HIGH + 13;
  const several = mark.events.length > 1;
  const why = first.kind === "ended" ? reason(first.reason, first.inferred) : "";
  const words = several ? t("times", { n: mark.events.length }) : why;
  const px = words.length * LETTER_PX + 10;
  const after = px < mark.room;
  // On the left the text shares the space with that of the previous mark, so it may use at most half of it.
  const fits = words !== "" && (after || 2 * px < mark.before);
  return (
    <>
      <text x={mark.x} y={y} textAnchor="middle" fontSize={13} fill={inkOf(first)}>
        {shapeOf(first)}
      </text>
      {fits ? (
        <text
          x={after ? mark.x + 9 : mark.x - 9}
          y={y}
          textAnchor={after ? "start" : "end"}
          fontSize={12}
          fill="var(--ink)"
        >
          {words}
        </text>
      ) : null}
    </>
  );
}
