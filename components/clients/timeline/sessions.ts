import { type Box, boxOf, type Stretch, type TimeAxis, without } from "@/components/clients/timeline/axis";
import type { ClientHistory } from "@/lib/views/clients/history-schema";
import type { SessionView } from "@/lib/views/clients/schema";

/** One session on the axis, or several that are too close to be told apart. */
export interface SessionBar extends Box, Stretch {
  readonly track: number;
  readonly sessions: number;
  readonly open: boolean;
}

/** A time in which the client had no session at all, or several too short to be told apart. */
export interface SessionGap extends Box, Stretch {
  /** It began before the range. */
  readonly cut: boolean;
  /** It has not ended. */
  readonly open: boolean;
  readonly gaps: number;
}

/** Sessions at the same time stand below each other; what does not fit shares the last track. */
const TRACKS_MAX = 4;
/** Narrower than a pixel, neither a bar nor the space between two of them can be seen. */
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

/** Two bars are one where neither the space between them nor they themselves can be seen. */
function alike(last: SessionBar, bar: SessionBar): boolean {
  const space = bar.x - (last.x + last.width);
  return space < SEEN_PX && bar.width < SEEN_PX && (last.sessions > 1 || last.width < SEEN_PX);
}

function joined(last: SessionBar, bar: SessionBar, axis: TimeAxis): SessionBar {
  const stretch = { fromMs: last.fromMs, toMs: Math.max(last.toMs, bar.toMs) };
  return { ...last, ...stretch, ...boxOf(axis, stretch), sessions: last.sessions + 1, open: last.open || bar.open };
}

/** The gaps of the range, oldest first. Before the oldest session told nothing is known, so nothing is a gap. */
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
      // A gap over the whole range began with the last end, which lies before it.
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

/** Gaps as they are drawn: those of which neither the width nor the distance can be seen are one. */
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

/** Where the axis begins to know the client: its first session, or the oldest one told. */
export function knownFromMs(view: ClientHistory, axis: TimeAxis): number {
  const oldest = Math.min(axis.nowMs, ...view.sessions.map((session) => session.openedMs));
  if (view.sessionsCut || view.client.firstSeenMs > axis.fromMs) {
    return view.sessions.length > 0 ? Math.max(axis.fromMs, oldest) : view.client.firstSeenMs;
  }
  return axis.fromMs;
}
