import { SECOND } from "@/lib/base/time/duration";
import type { Channel, Overview } from "@/lib/rabbitmq/api/broker";
import type { ChannelSnapshot } from "@/lib/rabbitmq/clients/channels";
import { STATS_INTERVAL_MS } from "@/lib/rabbitmq/heartbeats/late";

interface Statistics {
  readonly overview: Pick<Overview, "statsDisabled" | "ratesDisabled"> | null;
  /** Measured; null until it is known. */
  readonly intervalMs: number | null;
  /** The last snapshot that was used, epoch ms. */
  readonly sampledMs: number | null;
}

/** Emissions and our requests are both up to a second out of step. */
const JITTER_MS = 1.5 * SECOND;

/**
 * What a snapshot of the channels measures; null: nothing new. Without statistics the list is empty or has names only
 * (4.3.6), without rates it has no counters of messages (3.10.8 and 4.3.6): both are not measured, and no zeros. Within one
 * statistics interval no counter moves, so such a snapshot would be a rate of zero.
 */
export function usableChannels(snapshot: ChannelSnapshot | null, known: Statistics): ChannelSnapshot | null {
  if (snapshot === null || snapshot.channels === null) return snapshot;
  if (known.overview?.statsDisabled) return { ...snapshot, channels: null };
  const { intervalMs, sampledMs } = known;
  const isSlow = intervalMs !== null && intervalMs > STATS_INTERVAL_MS + JITTER_MS;
  if (isSlow && sampledMs !== null && snapshot.atMs - sampledMs < intervalMs + JITTER_MS) return null;
  return known.overview?.ratesDisabled ? { ...snapshot, channels: snapshot.channels.map(withoutCounters) } : snapshot;
}

const withoutCounters = (channel: Channel): Channel => ({ ...channel, published: null, delivered: null, acked: null });
