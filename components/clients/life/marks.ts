import { type Axis, xOf } from "@/components/clients/life/axis";
import type { Gap } from "@/components/clients/life/sessions";
import type { ClientHistory } from "@/lib/views/client-history";
import type { SessionView } from "@/lib/views/clients";

/** Something that happened at one instant, and how it is told. */
export type LifeEvent =
  | {
      readonly kind: "ended";
      readonly atMs: number;
      readonly reason: NonNullable<SessionView["end"]>["reason"];
      readonly inferred: boolean;
      readonly detail: string | null;
      readonly connection: string;
      /** How long it then had no session: null where another one was open, `still` where it is not back. */
      readonly away: { readonly ms: number; readonly still: boolean } | null;
    }
  | {
      readonly kind: "fired" | "resolved";
      readonly atMs: number;
      readonly severity: "warning" | "critical";
      readonly summary: string;
    }
  | { readonly kind: "restart"; readonly atMs: number; readonly node: string };

/** Events on one spot of one lane. */
export interface Mark {
  readonly x: number;
  readonly lane: "sessions" | "alerts" | "broker";
  readonly events: readonly LifeEvent[];
  /** Free space until the next and since the last mark of its lane, px: what its words may take. */
  readonly room: number;
  readonly before: number;
}

/** Marks closer than their own width would hide each other. */
const MARK_PX = 12;

/** Ends, alerts and broker restarts of the range, oldest first. */
export function eventsOf(view: ClientHistory, gaps: readonly Gap[]): readonly LifeEvent[] {
  const gapAt = new Map(gaps.map((gap) => [gap.fromMs, gap]));
  const inRange = ({ atMs }: LifeEvent): boolean => atMs >= view.fromMs && atMs <= view.toMs;
  return [...endsOf(view, gapAt), ...alertsOf(view), ...restartsOf(view)]
    .filter(inRange)
    .sort((a, b) => a.atMs - b.atMs || a.kind.localeCompare(b.kind));
}

function endsOf(view: ClientHistory, gapAt: ReadonlyMap<number, Gap>): LifeEvent[] {
  return view.sessions.flatMap(({ closedMs, end, connection }) => {
    if (closedMs === null) return [];
    const gap = gapAt.get(closedMs);
    const away = gap === undefined ? null : { ms: gap.toMs - gap.fromMs, still: gap.open };
    const { reason, inferred, detail } = end ?? { reason: "unknown", inferred: false, detail: null };
    return [{ kind: "ended", atMs: closedMs, reason, inferred, detail, connection, away }];
  });
}

const alertsOf = (view: ClientHistory): LifeEvent[] =>
  view.alerts.flatMap(({ firedMs, resolvedMs, severity, summary }) => [
    ...(firedMs === null ? [] : [{ kind: "fired" as const, atMs: firedMs, severity, summary }]),
    ...(resolvedMs === null ? [] : [{ kind: "resolved" as const, atMs: resolvedMs, severity, summary }]),
  ]);

const restartsOf = (view: ClientHistory): LifeEvent[] =>
  view.restarts.map(({ atMs, node }) => ({ kind: "restart", atMs, node }));

const LANE = { ended: "sessions", fired: "alerts", resolved: "alerts", restart: "broker" } as const;

/** Events as marks, oldest first; those that would hide each other are one mark. */
export function marksOf(events: readonly LifeEvent[], axis: Axis): readonly Mark[] {
  const marks: (Mark & { events: LifeEvent[] })[] = [];
  for (const event of events) {
    const lane = LANE[event.kind];
    const x = xOf(axis, event.atMs);
    const last = marks.findLast((mark) => mark.lane === lane);
    if (last !== undefined && x - last.x < MARK_PX) last.events.push(event);
    else marks.push({ x, lane, events: [event], room: 0, before: 0 });
  }
  return marks.map((mark, at) => {
    const next = marks.slice(at + 1).find((one) => one.lane === mark.lane);
    const last = marks.slice(0, at).findLast((one) => one.lane === mark.lane);
    return { ...mark, room: (next?.x ?? axis.width) - mark.x, before: mark.x - (last?.x ?? 0) };
  });
}
