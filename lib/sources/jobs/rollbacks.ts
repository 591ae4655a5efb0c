import { MINUTE, SECOND } from "@/lib/base/time/duration";

/**
 * PostgreSQL's own counters at one poll: rows of the job table whose update was attempted (counted even when it was rolled
 * back, measured on PostgreSQL 15), and transactions of the whole database that were rolled back.
 */
export interface WriteCounters {
  readonly updates: number;
  readonly rollbacks: number;
}

interface CounterPoint extends WriteCounters {
  readonly atMs: number;
}

/** What was counted within the last minutes, and since when nearly every update has been rolled back (epoch ms). */
export interface RollbackMemory {
  readonly points: readonly CounterPoint[];
  readonly loopSinceMs: number | null;
}

export const NO_ROLLBACKS: RollbackMemory = { points: [], loopSinceMs: null };

/** Differences over the last minutes. `loopSeconds`: for how long nearly every update has been rolled back. */
export interface Rollbacks extends WriteCounters {
  readonly spanSeconds: number;
  readonly loopSeconds: number;
}

const WINDOW_MS = 5 * MINUTE;
/** A poll a second fills the window with this many. */
const POINTS_MAX = 300;
/** Four fifths: other parts of the application roll back and update too. */
const SHARE = 0.8;
/** A worker that sleeps 30 s after each failure makes ten attempts in the window; one or two are chance. */
const UPDATES_MIN = 3;

/**
 * Follows how many updates of a job table were rolled back. null: not measured, or no two polls to compare yet. Counters
 * that fell were reset, or the server crashed: what came before them is forgotten, and no difference is negative.
 */
export function followRollbacks(
  before: RollbackMemory,
  counted: WriteCounters | null,
  nowMs: number,
): { readonly after: RollbackMemory; readonly told: Rollbacks | null } {
  if (counted === null) return { after: before, told: null };
  const last = before.points.at(-1);
  const reset = last !== undefined && (counted.updates < last.updates || counted.rollbacks < last.rollbacks);
  const known = reset ? [] : before.points;
  const inWindow = known.filter(({ atMs }) => atMs >= nowMs - WINDOW_MS);
  const points = [...(inWindow.length > 0 ? inWindow : known.slice(-1)), { ...counted, atMs: nowMs }].slice(
    -POINTS_MAX,
  );
  const [first] = points;
  if (first === undefined || first.atMs >= nowMs) return { after: { points, loopSinceMs: null }, told: null };
  const updates = counted.updates - first.updates;
  const rollbacks = counted.rollbacks - first.rollbacks;
  const loops = updates >= UPDATES_MIN && rollbacks >= SHARE * updates;
  const loopSinceMs = loops ? (before.loopSinceMs ?? first.atMs) : null;
  const told: Rollbacks = {
    ...{ updates, rollbacks, spanSeconds: (nowMs - first.atMs) / SECOND },
    loopSeconds: loopSinceMs === null ? 0 : (nowMs - loopSinceMs) / SECOND,
  };
  return { after: { points, loopSinceMs }, told };
}
