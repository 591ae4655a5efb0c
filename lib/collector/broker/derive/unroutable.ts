import { MINUTE } from "@/lib/base/time/duration";
import { addLevel, type Level, TREND_WINDOW_MS } from "@/lib/base/time/trend";
import type { Channel } from "@/lib/rabbitmq/api/broker";

/** Messages of a broker that no queue got. In memory only: after a restart it is not known yet. */
export interface UnroutableMemory {
  /** The counter at the last poll. */
  readonly total: number | null;
  /** Its increases, summed, at instants of the last ten minutes. */
  readonly sums: readonly Level[];
  /** By channel, as in the last snapshot. */
  readonly channels: ReadonlyMap<string, number>;
  /** When messages of each connection were last unroutable. */
  readonly connections: ReadonlyMap<string, { readonly atMs: number }>;
}

export const NO_UNROUTABLE: UnroutableMemory = { total: null, sums: [], channels: new Map(), connections: new Map() };

interface Polled {
  /** The broker's counter; null: not counted. */
  readonly total: number | null;
  /** null: no new snapshot. */
  readonly channels: readonly Channel[] | null;
  readonly nowMs: number;
}

/** One poll. A counter that fell is that of a node that restarted, or left. */
export function followUnroutable(before: UnroutableMemory, { total, channels, nowMs }: Polled): UnroutableMemory {
  const increase = total === null || before.total === null ? 0 : Math.max(0, total - before.total);
  const level = (before.sums.at(-1)?.level ?? 0) + increase;
  return {
    total: total ?? before.total,
    sums: total === null ? before.sums : addLevel(before.sums, { atMs: nowMs, level }, TREND_WINDOW_MS),
    ...(channels === null ? pickChannels(before) : followChannels(before, channels, nowMs)),
  };
}

const pickChannels = ({ channels, connections }: UnroutableMemory) => ({ channels, connections });

function followChannels(before: UnroutableMemory, channels: readonly Channel[], nowMs: number) {
  const recent = [...before.connections].filter(([, { atMs }]) => atMs > nowMs - TREND_WINDOW_MS);
  const connections = new Map(recent);
  const counted = new Map<string, number>();
  for (const { name, connection, unroutable } of channels) {
    if (unroutable === undefined || unroutable === null || unroutable === 0) continue;
    counted.set(name, unroutable);
    if (unroutable > (before.channels.get(name) ?? 0)) connections.set(connection, { atMs: nowMs });
  }
  return { channels: counted, connections };
}

/** A place of the window and a poll: by so much less than the whole window its sums may span. */
const WINDOW_SLACK_MS = MINUTE;

/** Messages within the last ten minutes. Until these have been seen, at least those that were; null if there was none. */
export function unroutableLately({ sums }: UnroutableMemory): number | null {
  const [first] = sums;
  const last = sums.at(-1);
  if (first === undefined || last === undefined) return null;
  const count = last.level - first.level;
  return count === 0 && last.atMs - first.atMs < TREND_WINDOW_MS - WINDOW_SLACK_MS ? null : count;
}
