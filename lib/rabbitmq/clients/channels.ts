import { accumulate, type Elapsed } from "@/lib/base/time/elapsed";
import type { Channel } from "@/lib/rabbitmq/api/broker";

/** What the next look at a channel is compared with. */
export interface ChannelState {
  readonly published: number | null;
  readonly delivered: number | null;
  readonly acked: number | null;
  /** It holds as many messages as it may, and acknowledges none. */
  readonly pinned: Elapsed | null;
}

/** One look at a broker's channels. */
export interface ChannelSnapshot {
  readonly atMs: number;
  /** null: the list was refused, too slow, or cannot be read. */
  readonly channels: readonly Channel[] | null;
}

/** What all channels of one connection, or of one client, did since the look before. */
export interface ChannelActivity {
  readonly channels: number;
  readonly unacked: number | null;
  /** Messages it may hold unacknowledged; null without a limit. */
  readonly capacity: number | null;
  readonly published: number | null;
  readonly delivered: number | null;
  readonly acked: number | null;
  readonly pinned: Elapsed | null;
}

export const NO_CHANNELS: ChannelActivity = {
  ...{ channels: 0, unacked: 0, capacity: 0, published: 0, delivered: 0, acked: 0, pinned: null },
};

export interface ComparedChannels {
  readonly known: ReadonlyMap<string, ChannelState>;
  readonly byConnection: ReadonlyMap<string, ChannelActivity>;
}

/**
 * Compares one look with the one before (null: there was none). A counter that fell belongs to another life. Of a
 * connection the broker has `blocked` nothing is read, its acknowledgements neither: it is not called pinned.
 */
export function compareChannels(
  before: ReadonlyMap<string, ChannelState> | null,
  look: { readonly channels: readonly Channel[]; readonly blocked: ReadonlySet<string>; readonly nowMs: number },
): ComparedChannels {
  const known = new Map<string, ChannelState>();
  const byConnection = new Map<string, ChannelActivity>();
  for (const channel of look.channels) {
    const heldAtMs = look.blocked.has(channel.connection) ? null : look.nowMs;
    const { now, doing } = compareOne(before, channel, heldAtMs);
    known.set(channel.name, now);
    const others = byConnection.get(channel.connection);
    byConnection.set(channel.connection, others ? combine(others, doing) : doing);
  }
  return { known, byConnection };
}

function compareOne(before: ReadonlyMap<string, ChannelState> | null, channel: Channel, heldAtMs: number | null) {
  const last = before?.get(channel.name) ?? null;
  const since = (of: "published" | "delivered" | "acked"): number | null => {
    if (before === null) return null;
    // A channel of which the last look knew nothing was opened since, so all of its count is new.
    return grown(last === null ? 0 : last[of], channel[of]);
  };
  const acked = since("acked");
  const capacity = capacityOf(channel);
  const full = capacity !== null && capacity > 0 && channel.unacked !== null && channel.unacked >= capacity;
  const pinned =
    heldAtMs !== null && full && (acked ?? 0) === 0
      ? accumulate(last?.pinned ?? null, heldAtMs, before === null)
      : null;
  const now: ChannelState = {
    published: channel.published,
    delivered: channel.delivered,
    acked: channel.acked,
    pinned,
  };
  const doing: ChannelActivity = {
    channels: 1,
    unacked: channel.unacked,
    capacity,
    published: since("published"),
    delivered: since("delivered"),
    acked,
    pinned,
  };
  return { now, doing };
}

const grown = (before: number | null, now: number | null): number | null =>
  before === null || now === null || now < before ? null : now - before;

/** `prefetch_count` holds for each consumer, `global_prefetch_count` for all of the channel; 0 sets no limit. */
function capacityOf({ consumers, prefetch, globalPrefetch }: Channel): number | null {
  if (consumers === null) return null;
  if (consumers === 0) return 0;
  const each = prefetch === null || prefetch === 0 ? null : prefetch * consumers;
  const all = globalPrefetch === null || globalPrefetch === 0 ? null : globalPrefetch;
  if (each === null || all === null) return each ?? all;
  return Math.min(each, all);
}

/** Two of one client as one. What is not measured of one is not measured of both; the longest pinned one tells. */
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
