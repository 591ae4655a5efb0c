import { MINUTE } from "@/lib/base/time/duration";

/**
 * How many connections each client opened within the last ten minutes. It is not stored: after a restart of Lastbeat, and
 * after the broker was unreachable, the rate is not known until ten minutes have been observed.
 */
export interface OpenedConnections {
  /** Since when every opening has been counted; null: not yet. */
  readonly sinceMs: number | null;
  /** By client: its openings, in periods of a minute at most, the oldest first. Clients without any are left out. */
  readonly clients: ReadonlyMap<string, readonly OpenedPeriod[]>;
}

interface OpenedPeriod {
  readonly fromMs: number;
  readonly count: number;
}

export const NONE_OPENED: OpenedConnections = { sinceMs: null, clients: new Map() };

/** The window of reconnects too: a deployment opens many connections in a minute, once. */
const WINDOW_MS = 10 * MINUTE;

/** Adds the openings of one tick, by client. `isGap`: those since the last poll are not all known. */
export function countOpened(
  before: OpenedConnections,
  opened: ReadonlyMap<string, number>,
  { isGap, nowMs }: { readonly isGap: boolean; readonly nowMs: number },
): OpenedConnections {
  if (isGap) return { sinceMs: nowMs, clients: new Map() };
  if (before.sinceMs === null) return before;
  const clients = new Map<string, readonly OpenedPeriod[]>();
  for (const [id, periods] of before.clients) {
    const recent = periods.filter(({ fromMs }) => fromMs > nowMs - WINDOW_MS);
    if (recent.length > 0) clients.set(id, recent);
  }
  for (const [id, count] of opened) clients.set(id, added(clients.get(id) ?? [], count, nowMs));
  return { ...before, clients };
}

function added(periods: readonly OpenedPeriod[], count: number, nowMs: number): readonly OpenedPeriod[] {
  const last = periods.at(-1);
  if (last === undefined || nowMs - last.fromMs >= MINUTE) return [...periods, { fromMs: nowMs, count }];
  return [...periods.slice(0, -1), { ...last, count: last.count + count }];
}

/** The mean of the last ten minutes; null while they have not all been observed. */
export function openedPerMinute({ sinceMs, clients }: OpenedConnections, id: string, nowMs: number): number | null {
  if (sinceMs === null || nowMs - sinceMs < WINDOW_MS) return null;
  const opened = (clients.get(id) ?? []).reduce((sum, { count }) => sum + count, 0);
  return opened / (WINDOW_MS / MINUTE);
}
