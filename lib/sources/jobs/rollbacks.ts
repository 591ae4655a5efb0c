import { MINUTE, SECOND } from "@/lib/base/time/duration";

/**
 * PostgreSQL's own counters at one poll: attempted row updates of the job table (also counted if rolled back, measured on
 * PostgreSQL 15), and rolled-back transactions of the whole database.
 */
export interface WriteCounters {
  readonly updates: number;
  readonly rollbacks: number;
}

interface CounterPoint extends WriteCounters {
  readonly atMs: number;
}

/** The counters of the last minutes, and since when nearly every update has been rolled back (epoch ms). */
export interface RollbackMemory {
  readonly points: readonly CounterPoint[];
  readonly loopSinceMs: number | null;
}

export const NO_ROLLBACKS: RollbackMemory = { points: [], loopSinceMs: null };

/** Differences over the last minutes. `loopSeconds`: how long nearly every update has been rolled back. */
export interface Rollbacks extends WriteCounters {
  readonly spanSeconds: number;
  readonly loopSeconds: number;
}

const WINDOW_MS = 5 * MINUTE;
/** A poll a second fills the window with this many. */
const POINTS_MAX = 300;
/** Four fifths: other parts of the application also update and roll back. */
const SHARE = 0.8;
/** A worker that sleeps 30 s after each failure makes ten attempts in the window; one or two can be chance. */
const UPDATES_MIN = 3;

/**
 * Tracks how many updates of a job table were rolled back. null: not measured, or no two polls to compare yet. If counters
 * fell, they were reset or the server crashed: earlier samples are discarded, so that no difference is negative.
 */
export function followRollbacks(
  before: RollbackMemory,
  counted: WriteCounters | null,
  nowMs: number,
): { readonly after: RollbackMemory; readonly rollbacks: Rollbacks | null } {
  if (counted === null) return { after: before, rollbacks: null };
  const last = before.points.at(-1);
  const reset = last !== undefined && (counted.updates < last.updates || counted.rollbacks < last.rollbacks);
  const earlier = reset ? [] : before.points;
  const inWindow = earlier.filter(({ atMs }) => atMs >= nowMs - WINDOW_MS);
  const points = [...(inWindow.length > 0 ? inWindow : earlier.slice(-1)), { ...counted, atMs: nowMs }].slice(
    -POINTS_MAX,
  );
  const [first] = points;
  if (first === undefined || first.atMs >= nowMs) return { after: { points, loopSinceMs: null }, rollbacks: null };
  const updates = counted.updates - first.updates;
  const rolledBack = counted.rollbacks - first.rollbacks;
  const loops = updates >= UPDATES_MIN && rolledBack >= SHARE * updates;
  const loopSinceMs = loops ? (before.loopSinceMs ?? first.atMs) : null;
  const rollbacks: Rollbacks = {
    updates,
    rollbacks: rolledBack,
    spanSeconds: (nowMs - first.atMs) / SECOND,
    loopSeconds: loopSinceMs === null ? 0 : (nowMs - loopSinceMs) / SECOND,
  };
  return { after: { points, loopSinceMs }, rollbacks };
}
