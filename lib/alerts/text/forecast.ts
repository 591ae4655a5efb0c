import type { SummaryInput } from "@/lib/alerts/model/summary-input";
import { measured } from "@/lib/base/messages/sentence/facts";
import { MINUTE, SECOND } from "@/lib/base/time/duration";

/** In how many seconds a forecast gets to its threshold; null where it is there, or moves away from it. */
export function reachesIn(alert: SummaryInput): number | null {
  const [now, perMinute] = [measured(alert, "valueNow"), measured(alert, "slopePerMinute")];
  const minutes = now === null || perMinute === null ? null : (alert.threshold - now) / perMinute;
  return minutes !== null && minutes > 0 && Number.isFinite(minutes) ? (minutes * MINUTE) / SECOND : null;
}
