import { type Box, boxOf, type Stretch, type TimeAxis, without } from "@/components/clients/timeline/axis";
import type { ClientHistory } from "@/lib/views/clients/history-schema";
import type { SessionView } from "@/lib/views/clients/schema";

/** One session on the axis, or several that are too close to distinguish. */
export interface SessionBar extends Box, Stretch {
  readonly track: number;
  readonly sessions: number;
  readonly open: boolean;
}

/** A period without any session of the client, or several that are too short to distinguish. */
export interface SessionGap extends Box, Stretch {
  /** The gap began before the range. */
  readonly cut: boolean;
  /** The gap has not ended. */
  readonly open: boolean;
  readonly gaps: number;
}

/** Concurrent sessions are stacked on tracks; when all are in use, sessions share the last track. */
const TRACKS_MAX = 4;
/** A bar, gap or space narrower than this is not visible. */
const SEEN_PX = 1;

export function sessionBars(view: ClientHistory, axis: TimeAxis): readonly SessionBar[] {
  const free: number[] = [];
  const tracks = new Map<number, SessionBar[]>();
  for (const session of oldestFirst(view.sessions)) {
    const bar = barOf(session, axis, free);
    const known = tracks.get(bar.track) ?? [];
    const last = known.at(-1);
    if (last !== undefined && alike(last, bar)) known.splice(-1, 1, joined(last, bar, axis));
    else known.push(bar);
    tracks.set(bar.track, known);
  }
  return [...tracks.values()].flat();
}

const oldestFirst = (sessions: readonly SessionView[]): readonly SessionView[] =>
  sessions.toSorted((a, b) => a.openedMs - b.openedMs);

function barOf(session: SessionView, axis: TimeAxis, free: number[]): SessionBar {
  const stretch = { fromMs: session.openedMs, toMs: session.closedMs ?? axis.nowMs };
  const found = free.findIndex((freeMs) => freeMs <= stretch.fromMs);
  const track = Math.min(found === -1 ? free.length : found, TRACKS_MAX - 1);
  free[track] = Math.max(free[track] ?? 0, stretch.toMs);
  return { ...boxOf(axis, stretch), ...stretch, track, sessions: 1, open: session.closedMs === null };
}

/** Whether two bars are merged: neither the bars nor the space between them is visible. */
function alike(last: SessionBar, bar: SessionBar): boolean {
  const space = bar.x - (last.x + last.width);
  return space < SEEN_PX && bar.width < SEEN_PX && (last.sessions > 1 || last.width < SEEN_PX);
}

function joined(last: SessionBar, bar: SessionBar, axis: TimeAxis): SessionBar {
  const stretch = { fromMs: last.fromMs, toMs: Math.max(last.toMs, bar.toMs) };
  return { ...last, ...stretch, ...boxOf(axis, stretch), sessions: last.sessions + 1, open: last.open || bar.open };
}

/** The gaps of the range, oldest first. There are no gaps before the oldest known session. */
export function sessionGaps(view: ClientHistory, axis: TimeAxis): readonly SessionGap[] {
  const sessions = oldestFirst(view.sessions);
  const stretches = sessions.map((session) => ({ fromMs: session.openedMs, toMs: session.closedMs ?? axis.nowMs }));
  const open = sessions.some((session) => session.closedMs === null);
  const whole = { fromMs: knownFromMs(view, axis), toMs: axis.nowMs };
  return without(whole, stretches)
    .filter((gap) => gap.toMs > gap.fromMs)
    .map((gap) => {
      const last = gap.toMs === axis.nowMs && !open;
      const endedMs = view.client.lastEnd?.atMs ?? gap.fromMs;
      // A gap over the whole range started at the last session's end, before the range.
      const fromMs = last && sessions.length === 0 ? Math.min(gap.fromMs, endedMs) : gap.fromMs;
      return {
        ...boxOf(axis, gap),
        fromMs,
        toMs: gap.toMs,
        cut: gap.fromMs === axis.fromMs && !last,
        open: last,
        gaps: 1,
      };
    });
}

/** Gaps to draw: adjacent gaps are merged if neither they nor the space between them is visible. */
export function drawnGaps(gaps: readonly SessionGap[], axis: TimeAxis): readonly SessionGap[] {
  const drawn: SessionGap[] = [];
  for (const gap of gaps) {
    const last = drawn.at(-1);
    const space = last === undefined ? SEEN_PX : gap.x - (last.x + last.width);
    if (last === undefined || space >= SEEN_PX || gap.width >= SEEN_PX || thin(last) >= SEEN_PX) {
      drawn.push(gap);
      continue;
    }
    const stretch = { fromMs: last.fromMs, toMs: gap.toMs };
    drawn.splice(-1, 1, { ...last, ...stretch, ...boxOf(axis, stretch), open: gap.open, gaps: last.gaps + 1 });
  }
  return drawn;
}

const thin = (gap: SessionGap): number => (gap.gaps > 1 ? 0 : gap.width);

/** Start of the client's known history: its first session or the oldest session returned, else the range's start. */
export function knownFromMs(view: ClientHistory, axis: TimeAxis): number {
  const oldest = Math.min(axis.nowMs, ...view.sessions.map((session) => session.openedMs));
  if (view.sessionsCut || view.client.firstSeenMs > axis.fromMs) {
    return view.sessions.length > 0 ? Math.max(axis.fromMs, oldest) : view.client.firstSeenMs;
  }
  return axis.fromMs;
}
