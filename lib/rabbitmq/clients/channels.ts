import { accumulate, type Elapsed } from "@/lib/base/time/elapsed";
import type { Channel } from "@/lib/rabbitmq/api/broker";

/** A channel at the last snapshot, for the comparison with the next. */
export interface ChannelState {
  readonly published: number | null;
  readonly delivered: number | null;
  readonly acked: number | null;
  /** It has as many unacknowledged messages as it may, and acknowledges none. */
  readonly pinned: Elapsed | null;
}

/** The list of a broker's channels at one moment. */
export interface ChannelSnapshot {
  readonly atMs: number;
  /** null: the list was refused, too slow, or cannot be read. */
  readonly channels: readonly Channel[] | null;
}

/** What all channels of one connection, or of one client, did since the previous snapshot. */
export interface ChannelActivity {
  readonly channels: number;
  readonly unacked: number | null;
  /** How many messages it may have unacknowledged; null without a limit. */
  readonly capacity: number | null;
  readonly published: number | null;
  readonly delivered: number | null;
  readonly acked: number | null;
  readonly pinned: Elapsed | null;
}

export const NO_CHANNELS: ChannelActivity = {
  channels: 0,
  unacked: 0,
  capacity: 0,
  published: 0,
  delivered: 0,
  acked: 0,
  pinned: null,
};

export interface ComparedChannels {
  readonly known: ReadonlyMap<string, ChannelState>;
  readonly byConnection: ReadonlyMap<string, ChannelActivity>;
}

/**
 * Compares a snapshot with the previous one (null: there was none). A counter that fell is that of a new channel. The
 * broker reads nothing from a `blocked` connection, not even acknowledgements: its channels are not pinned.
 */
export function compareChannels(
  before: ReadonlyMap<string, ChannelState> | null,
  snapshot: { readonly channels: readonly Channel[]; readonly blocked: ReadonlySet<string>; readonly nowMs: number },
): ComparedChannels {
  const known = new Map<string, ChannelState>();
  const byConnection = new Map<string, ChannelActivity>();
  for (const channel of snapshot.channels) {
    const observedMs = snapshot.blocked.has(channel.connection) ? null : snapshot.nowMs;
    const { state, activity } = compareChannel(before, channel, observedMs);
    known.set(channel.name, state);
    const others = byConnection.get(channel.connection);
    byConnection.set(channel.connection, others ? combine(others, activity) : activity);
  }
  return { known, byConnection };
}

function compareChannel(before: ReadonlyMap<string, ChannelState> | null, channel: Channel, observedMs: number | null) {
  const last = before?.get(channel.name) ?? null;
  const grownBy = (counter: "published" | "delivered" | "acked"): number | null => {
    if (before === null) return null;
    // A channel that was not in the last snapshot has opened since then, so its whole count is new.
    return grown(last === null ? 0 : last[counter], channel[counter]);
  };
  const acked = grownBy("acked");
  const capacity = capacityOf(channel);
  const full = capacity !== null && capacity > 0 && channel.unacked !== null && channel.unacked >= capacity;
  const pinned =
    observedMs !== null && full && channel.acked !== null && (acked ?? 0) === 0
      ? accumulate(last?.pinned ?? null, observedMs, before === null)
      : null;
  const state: ChannelState = {
    published: channel.published,
    delivered: channel.delivered,
    acked: channel.acked,
    pinned,
  };
  const activity: ChannelActivity = {
    channels: 1,
    unacked: channel.unacked,
    capacity,
    published: grownBy("published"),
    delivered: grownBy("delivered"),
    acked,
    pinned,
  };
  return { state, activity };
}

const grown = (before: number | null, now: number | null): number | null =>
  before === null || now === null || now < before ? null : now - before;

/** `prefetch_count` applies to each consumer, `global_prefetch_count` to the whole channel; 0 is no limit. */
function capacityOf({ consumers, prefetch, globalPrefetch }: Channel): number | null {
  if (consumers === null) return null;
  if (consumers === 0) return 0;
  const each = prefetch === null || prefetch === 0 ? null : prefetch * consumers;
  const all = globalPrefetch === null || globalPrefetch === 0 ? null : globalPrefetch;
  if (each === null || all === null) return each ?? all;
  return Math.min(each, all);
}

/** The sum of two. A number that is not measured for one is not measured for both; the longer pinned time counts. */
export function combine(a: ChannelActivity, b: ChannelActivity): ChannelActivity {
  return {
    channels: a.channels + b.channels,
    unacked: sum(a.unacked, b.unacked),
    capacity: sum(a.capacity, b.capacity),
    published: sum(a.published, b.published),
    delivered: sum(a.delivered, b.delivered),
    acked: sum(a.acked, b.acked),
    pinned: (a.pinned?.ms ?? -1) >= (b.pinned?.ms ?? -1) ? a.pinned : b.pinned,
  };
}

const sum = (a: number | null, b: number | null): number | null => (a === null || b === null ? null : a + b);
