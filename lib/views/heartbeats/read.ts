import type { Reason } from "@/lib/base/messages/reason";
import { renderReasonOrNull } from "@/lib/base/messages/render-reason";
import type { Runtime } from "@/lib/collector/runtime";
import type { PingState } from "@/lib/notifications/delivery/liveness";
import type { HeartbeatView } from "@/lib/views/heartbeats/schema";

/** The dead man's switches of the configuration, and what each was last told. */
export const readHeartbeats = ({ config, pings }: Pick<Runtime, "config" | "pings">): readonly HeartbeatView[] =>
  config.heartbeats.map(({ id, format, url, everySeconds }) => {
    const beat = pings.get(id) ?? null;
    return {
      id,
      format,
      host: new URL(url).host,
      everySeconds,
      ...stateOf(beat),
      sinceMs: beat?.sinceMs ?? null,
      toldMs: beat?.toldMs ?? null,
    };
  });

function stateOf(beat: PingState | null): Pick<HeartbeatView, "state" | "because" | "reason"> {
  if (beat === null) return withReason("starting", null);
  if (!beat.vital.alive) return withReason("silent", beat.vital.reason);
  return withReason(beat.error === null ? "beating" : "unheard", beat.error);
}

const withReason = (state: HeartbeatView["state"], reason: Reason | null) => ({
  state,
  because: renderReasonOrNull(reason),
  reason,
});
