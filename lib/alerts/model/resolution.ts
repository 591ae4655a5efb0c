import type { Alert } from "@/lib/alerts/model/alert";

const REPLICA_PHASES = ["fewer-sessions", "fewer-consumers", "work-piling-up"] as const;
export const PHASES = ["late", "disconnected", "lost", "connected", "departed", ...REPLICA_PHASES] as const;
export type Phase = (typeof PHASES)[number];

export const RESOLUTIONS = ["recovered", "departed", "unwatched"] as const;
export type Resolution = (typeof RESOLUTIONS)[number];

/** The phase of a trouble that has phases; null for all others. */
export const phaseOf = ({ facts }: Pick<Alert, "facts">): Phase | null =>
  PHASES.find((phase) => phase === facts?.context.phase) ?? null;

/**
 * Why an alert ended: its value cleared because the subject recovered or left on purpose, its subject is gone for good, or
 * nobody watches it any more. null while it is open, and where an older version stored no facts.
 */
export function resolutionOf({ state, facts }: Pick<Alert, "state" | "facts">): Resolution | null {
  if (state !== "resolved" || facts === null) return null;
  switch (facts.outcome) {
    case "open":
      return null;
    case "cleared":
      return facts.context.phase === "departed" ? "departed" : "recovered";
    case "gone":
      return "departed";
    case "no-rule":
      return "unwatched";
    default:
      return facts.outcome satisfies never;
  }
}
