import "server-only";
import { type Stoppable, startLoop } from "@/lib/base/concurrency/loop";
import { MINUTE, SECOND } from "@/lib/base/time/duration";
import type { ManagementApi } from "@/lib/rabbitmq/api/management-api";
import { CHANNELS_PATH, parseChannels } from "@/lib/rabbitmq/api/parse-channels";
import type { ChannelSnapshot } from "@/lib/rabbitmq/clients/channels";

export interface ChannelWatch extends Stoppable {
  /** The newest snapshot that was not taken yet, null without one. */
  take(): ChannelSnapshot | null;
}

/** The interval is at least this many times the duration of an answer: the list of channels is a broker's most expensive one. */
const COST_FACTOR = 6;
/**
 * Channels emit their statistics every 5 s (`collect_statistics_interval`). Polled more often, jitter included, they would
 * now and then seem not to move, and a rate would be zero.
 */
const INTERVAL_MS_MIN = 6.5 * SECOND;
/** A refused request or an endless answer does not recover within seconds. */
const AGAIN_MS = MINUTE;

/**
 * Polls the channels of a broker at an interval of their own, so that a slow answer does not delay heartbeats. A failed
 * request is a snapshot without channels: not measured.
 */
export function watchChannels(api: ManagementApi, pollIntervalMs: number): ChannelWatch {
  let newest: { readonly steadyMs: number; readonly channels: ChannelSnapshot["channels"] } | null = null;
  const loop = startLoop(
    async (signal) => {
      const answer = await api.get(CHANNELS_PATH, signal);
      const parsed = answer.ok ? parseChannels(answer.value.json) : answer;
      newest = { steadyMs: performance.now(), channels: parsed.ok ? parsed.value.rows : null };
      if (!answer.ok || !parsed.ok) return AGAIN_MS;
      return channelIntervalMs(pollIntervalMs, answer.value.durationMs);
    },
    { againMs: AGAIN_MS, failed: () => undefined },
  );
  return {
    stop: loop.stop,
    take() {
      const snapshot = newest;
      newest = null;
      // In the time of our clock as it is now, in case it was set since.
      return (
        snapshot && {
          atMs: Math.round(Date.now() - performance.now() + snapshot.steadyMs),
          channels: snapshot.channels,
        }
      );
    },
  };
}

/** From the start of one request to the start of the next, ms. */
function channelIntervalMs(pollIntervalMs: number, answerMs: number): number {
  return Math.max(pollIntervalMs, INTERVAL_MS_MIN, COST_FACTOR * answerMs);
}
