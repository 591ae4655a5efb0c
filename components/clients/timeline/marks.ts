import { type TimeAxis, xOf } from "@/components/clients/timeline/axis";
import type { SessionGap } from "@/components/clients/timeline/sessions";
import type { Reason } from "@/lib/base/messages/reason";
import type { ClientHistory } from "@/lib/views/clients/history-schema";
import type { SessionView } from "@/lib/views/clients/schema";

/** An event at one point in time, with the data that describes it. */
export type TimelineEvent =
  | {
      readonly kind: "ended";
      readonly atMs: number;
      readonly reason: NonNullable<SessionView["end"]>["reason"];
      readonly inferred: boolean;
      readonly detail: Reason | null;
      readonly connection: string;
      /** How long the client had no session after it: null if another one was open, `still` if it is not back. */
      readonly away: { readonly ms: number; readonly still: boolean } | null;
    }
  | {
      readonly kind: "fired" | "resolved";
      readonly atMs: number;
      readonly severity: "warning" | "critical";
      readonly summary: string;
    }
  | { readonly kind: "restart"; readonly atMs: number; readonly node: string };

/** Events at the same position of a row. */
export interface TimelineMark {
  readonly x: number;
  readonly row: "sessions" | "alerts" | "broker";
  readonly events: readonly TimelineEvent[];
  /** Free space for text, px: `room` up to the next mark of the row, `before` back to the previous one. */
  readonly room: number;
  readonly before: number;
}

/** Width of a mark; events closer than this share one mark. */
const MARK_PX = 12;

/** Session ends, alerts and broker restarts in the range, oldest first. */
export function timelineEvents(view: ClientHistory, gaps: readonly SessionGap[]): readonly TimelineEvent[] {
  const gapAt = new Map(gaps.map((gap) => [gap.fromMs, gap]));
  const inRange = ({ atMs }: TimelineEvent): boolean => atMs >= view.fromMs && atMs <= view.toMs;
  return [...endsOf(view, gapAt), ...alertsOf(view), ...restartsOf(view)]
    .filter(inRange)
    .sort((a, b) => a.atMs - b.atMs || a.kind.localeCompare(b.kind));
}

function endsOf(view: ClientHistory, gapAt: ReadonlyMap<number, SessionGap>): TimelineEvent[] {
  return view.sessions.flatMap(({ closedMs, end, connection }) => {
    if (closedMs === null) return [];
    const gap = gapAt.get(closedMs);
    const away = gap === undefined ? null : { ms: gap.toMs - gap.fromMs, still: gap.open };
    const { reason, inferred, detailReason } = end ?? { reason: "unknown", inferred: false, detailReason: null };
    return [{ kind: "ended", atMs: closedMs, reason, inferred, detail: detailReason, connection, away }];
  });
}

const alertsOf = (view: ClientHistory): TimelineEvent[] =>
  view.alerts.flatMap(({ firedMs, resolvedMs, severity, summary }) => [
    ...(firedMs === null ? [] : [{ kind: "fired" as const, atMs: firedMs, severity, summary }]),
    ...(resolvedMs === null ? [] : [{ kind: "resolved" as const, atMs: resolvedMs, severity, summary }]),
  ]);

const restartsOf = (view: ClientHistory): TimelineEvent[] =>
  view.restarts.map(({ atMs, node }) => ({ kind: "restart", atMs, node }));

const ROW_OF = { ended: "sessions", fired: "alerts", resolved: "alerts", restart: "broker" } as const;

/** Events as marks, oldest first; events whose marks would overlap share one mark. */
export function timelineMarks(events: readonly TimelineEvent[], axis: TimeAxis): readonly TimelineMark[] {
  const marks: (TimelineMark & { events: TimelineEvent[] })[] = [];
  for (const event of events) {
    const row = ROW_OF[event.kind];
    const x = xOf(axis, event.atMs);
    const last = marks.findLast((mark) => mark.row === row);
    if (last !== undefined && x - last.x < MARK_PX) last.events.push(event);
    else marks.push({ x, row, events: [event], room: 0, before: 0 });
  }
  return marks.map((mark, at) => {
    const next = marks.slice(at + 1).find((one) => one.row === mark.row);
    const last = marks.slice(0, at).findLast((one) => one.row === mark.row);
    return { ...mark, room: (next?.x ?? axis.width) - mark.x, before: mark.x - (last?.x ?? 0) };
  });
}
