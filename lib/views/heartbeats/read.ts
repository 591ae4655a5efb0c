import type { Reason } from "@/lib/base/messages/reason";
import { renderReasonOrNull } from "@/lib/base/messages/render-reason";
import type { Runtime } from "@/lib/collector/runtime";
import type { PingState } from "@/lib/notifications/delivery/liveness";
import type { HeartbeatView } from "@/lib/views/heartbeats/schema";

/** The configured watchdogs with their last pings. */
export const readHeartbeats = ({ config, pings }: Pick<Runtime, "config" | "pings">): readonly HeartbeatView[] =>
  config.heartbeats.map(({ id, format, url, everySeconds }) => {
    const ping = pings.get(id) ?? null;
    return {
      id,
      format,
      host: new URL(url).host,
      everySeconds,
      ...stateOf(ping),
      sinceMs: ping?.sinceMs ?? null,
      toldMs: ping?.acceptedMs ?? null,
    };
  });

function stateOf(ping: PingState | null): Pick<HeartbeatView, "state" | "because" | "reason"> {
  if (ping === null) return withReason("starting", null);
  if (!ping.liveness.alive) return withReason("silent", ping.liveness.reason);
  return withReason(ping.error === null ? "beating" : "unheard", ping.error);
}

const withReason = (state: HeartbeatView["state"], reason: Reason | null) => ({
  state,
  because: renderReasonOrNull(reason),
  reason,
});
