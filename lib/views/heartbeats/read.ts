import type { Runtime } from "@/lib/collector/runtime";
import type { PingState } from "@/lib/notifications/delivery/liveness";
import type { HeartbeatView } from "@/lib/views/heartbeats/schema";

/** The dead man's switches of the configuration, and what each was last told. */
export const readHeartbeats = ({ config, beats }: Pick<Runtime, "config" | "beats">): readonly HeartbeatView[] =>
  config.heartbeats.map(({ id, format, url, everySeconds }) => {
    const beat = beats.get(id) ?? null;
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

function stateOf(beat: PingState | null): Pick<HeartbeatView, "state" | "because"> {
  if (beat === null) return { state: "starting", because: null };
  if (!beat.vital.alive) return { state: "silent", because: beat.vital.because };
  return beat.error === null ? { state: "beating", because: null } : { state: "unheard", because: beat.error };
}
