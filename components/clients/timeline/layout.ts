import { axisOf, type Box, boxOf, type TimeAxis, ticksOf } from "@/components/clients/timeline/axis";
import {
  type TimelineEvent,
  type TimelineMark,
  timelineEvents,
  timelineMarks,
} from "@/components/clients/timeline/marks";
import {
  drawnGaps,
  type SessionBar,
  type SessionGap,
  sessionBars,
  sessionGaps,
} from "@/components/clients/timeline/sessions";
import { type SilenceRow, silenceRow } from "@/components/clients/timeline/silence";
import type { ClientHistory } from "@/lib/views/clients/history-schema";

/** Position of a row and of its label, px from the top. */
interface TimelineRow {
  readonly top: number;
  readonly height: number;
  readonly labelY: number;
}

export const ROWS = ["sessions", "gaps", "silence", "blocked", "rates", "alerts"] as const;
export type RowName = (typeof ROWS)[number];

export interface ConnectionTimeline {
  readonly axis: TimeAxis;
  readonly ticks: readonly number[];
  readonly rows: Readonly<Record<RowName, TimelineRow>>;
  /** Y position at which the rows end and the axis labels begin. */
  readonly bottom: number;
  readonly height: number;
  /** X position at which the plot begins, px from the left. */
  readonly left: number;
  readonly bars: readonly SessionBar[];
  readonly gaps: readonly SessionGap[];
  readonly gapsDrawn: readonly SessionGap[];
  /** Current rates: their history is not stored. */
  readonly rates: ClientHistory["client"]["rates"];
  readonly silence: SilenceRow;
  readonly blocked: readonly Box[];
  readonly blind: readonly Box[];
  readonly alerts: readonly (Box & { readonly severity: "warning" | "critical" })[];
  readonly events: readonly TimelineEvent[];
  readonly marks: readonly TimelineMark[];
}

/** Below this width row labels are above their rows instead of beside them. */
const BESIDE_FROM_PX = 640;
const LABELS_PX = 88;
const LABEL_HIGH = 16;
const SPACE = 10;
const AXIS_HIGH = 22;
export const TRACK_HIGH = 16;
/** Height of the text below the session tracks, which names the close reasons. */
export const WORDS_HIGH = 18;

/** Computes the geometry of the connection timeline, in px. Pure. */
export function layOut(view: ClientHistory, width: number): ConnectionTimeline {
  const beside = width >= BESIDE_FROM_PX;
  const left = beside ? LABELS_PX : 0;
  const axis = axisOf(view, Math.max(1, width - left));
  const bars = sessionBars(view, axis);
  const gaps = sessionGaps(view, axis);
  const gapsDrawn = drawnGaps(gaps, axis);
  const events = timelineEvents(view, gaps);
  const tracks = Math.max(1, ...bars.map((bar) => bar.track + 1));
  const rows = placed(tracks, beside);
  const bottom = rows.alerts.top + rows.alerts.height + SPACE;
  return {
    ...{ axis, rows, bottom, left, bars, gaps, events, gapsDrawn, rates: view.client.rates },
    height: bottom + AXIS_HIGH,
    ticks: ticksOf(axis),
    // Merged gaps are too narrow to be cut out of the hatched periods.
    silence: silenceRow(view, axis, { height: rows.silence.height, gaps: gapsDrawn.filter((gap) => gap.gaps === 1) }),
    blocked: view.blocked.map(({ fromMs, toMs }) => boxOf(axis, { fromMs, toMs: toMs ?? axis.nowMs })),
    blind: view.blind.map((span) => boxOf(axis, span)),
    alerts: view.alerts.map(({ severity, firedMs, startedMs, resolvedMs }) => ({
      ...boxOf(axis, { fromMs: firedMs ?? startedMs, toMs: resolvedMs ?? axis.nowMs }),
      severity,
    })),
    marks: timelineMarks(events, axis),
  };
}

function placed(tracks: number, beside: boolean): ConnectionTimeline["rows"] {
  let y = 4;
  const next = (height: number): TimelineRow => {
    const top = beside ? y : y + LABEL_HIGH;
    y = top + height + SPACE;
    return { top, height, labelY: beside ? top + Math.min(height, LABEL_HIGH) / 2 + 4 : top - 4 };
  };
  return {
    sessions: next(tracks * TRACK_HIGH + WORDS_HIGH),
    gaps: next(16),
    silence: next(72),
    blocked: next(12),
    rates: next(14),
    alerts: next(18),
  };
}
