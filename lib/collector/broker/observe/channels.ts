import "server-only";
import { type Stoppable, startLoop } from "@/lib/base/concurrency/loop";
import { MINUTE, SECOND } from "@/lib/base/time/duration";
import type { ManagementApi } from "@/lib/rabbitmq/api/management-api";
import { CHANNELS_PATH, parseChannels } from "@/lib/rabbitmq/api/parse-channels";
import type { ChannelSnapshot } from "@/lib/rabbitmq/clients/channels";

export interface ChannelWatch extends Stoppable {
  /** The newest look that was not taken yet, null without one. */
  take(): ChannelSnapshot | null;
}

/** A broker may spend at most this share of its time telling its channels: the list is its most expensive answer. */
const COST_SHARE = 6;
/**
 * Channels tell their numbers every 5 s (`collect_statistics_interval`). Looking more often, jitter included, sees them
 * stand still now and then, and calls a rate zero that is none.
 */
const INTERVAL_MS_MIN = 6.5 * SECOND;
/** A refusal or an answer that never ends does not heal within seconds. */
const AGAIN_MS = MINUTE;

/**
 * Looks at a broker's channels at a beat of their own, so that a slow answer never holds up who is beating. A look
 * that failed is told as one without channels: not measured.
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
      const look = newest;
      newest = null;
      // In the time of our clock as it is now, though it was set since.
      return look && { atMs: Math.round(Date.now() - performance.now() + look.steadyMs), channels: look.channels };
    },
  };
}

/** From the start of one look to the start of the next, ms. */
function channelIntervalMs(pollIntervalMs: number, answerMs: number): number {
  return Math.max(pollIntervalMs, INTERVAL_MS_MIN, COST_SHARE * answerMs);
}
