import type { Alert } from "@/lib/alerts/model/alert";
import type { Flapping, NotificationState } from "@/lib/notifications/decide/notification";

type Flips = Pick<NotificationState, "flipsMs" | "flappingSinceMs">;

const CALM: Flips = { flipsMs: [], flappingSinceMs: null };

/** The flips of an instance after an evaluation. It flaps after `flips` within `withinMs`, until none came for `calmMs`. */
export function flipsAfter(
  before: NotificationState | undefined,
  now: Alert,
  flapping: Flapping,
  nowMs: number,
): Flips {
  const { flipsMs, flappingSinceMs } = before ?? CALM;
  if (!hasFlipped(before?.alert, now)) {
    const lastMs = flipsMs.at(-1) ?? Number.NEGATIVE_INFINITY;
    // A clock that was set back must not prolong the flapping by as much.
    const isCalm = Math.abs(nowMs - lastMs) >= flapping.calmMs;
    return flappingSinceMs !== null && isCalm ? CALM : { flipsMs, flappingSinceMs };
  }
  const flips = [...flipsMs, nowMs].slice(-flapping.flips);
  const first = flips[0] ?? nowMs;
  const starts = flips.length === flapping.flips && Math.abs(nowMs - first) <= flapping.withinMs;
  return { flipsMs: flips, flappingSinceMs: flappingSinceMs ?? (starts ? nowMs : null) };
}

function hasFlipped(before: Alert | undefined, now: Alert): boolean {
  if (before === undefined) return now.state === "firing";
  const hasRisen = before.severity === "warning" && now.severity === "critical";
  return before.state !== now.state || before.id !== now.id || (now.state === "firing" && hasRisen);
}
