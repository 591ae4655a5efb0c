import { builtInRule } from "@/lib/alerts/catalogue/catalogue";
import type { IncidentMember } from "@/lib/alerts/incidents/incident";
import { isContainer } from "@/lib/alerts/incidents/subject";
import { MINUTE } from "@/lib/base/time/duration";

/**
 * A consequence starts at most this long after its cause: a library gives up after 7 minutes at the most, then the jobs
 * behind it wait for 5 until a rule reports them.
 */
export const CONSEQUENCE_MS = 15 * MINUTE;
/**
 * A cause is reported at most this long after its first consequence: a source may be polled every 5 minutes only, while
 * events report its clients at once.
 */
export const LATE_CAUSE_MS = 5 * MINUTE;

type Started = Pick<IncidentMember, "rule" | "labels" | "startedMs">;

const outageOf = ({ rule }: Pick<Started, "rule">): "partial" | "total" | null => builtInRule(rule)?.outage ?? null;
const isOutage = (alert: Pick<Started, "rule">): boolean => outageOf(alert) !== null;

/**
 * Whether an alert can be the cause of alerts of other subjects. Of a broker or a source only an outage is: a
 * certificate that will expire explains no lost client. A rule of an operator's own may mean anything.
 */
export const isPossibleCause = (alert: Started): boolean =>
  builtInRule(alert.rule) !== null && (!isContainer(alert.labels) || isOutage(alert));

/** Whether two alerts of one subject have one cause. Of a broker or a source, two warnings may have nothing in common. */
export const isSameTrouble = (a: Started, b: Started): boolean => !isContainer(a.labels) || isOutage(a) || isOutage(b);

/**
 * Whether an alert started in time to be a consequence. What happens while nothing works at all always is; a client that
 * is lost an hour after a node went down is a trouble of its own.
 */
export function isInTime(cause: Started & Pick<IncidentMember, "endedMs">, { startedMs }: Started): boolean {
  if (startedMs - cause.startedMs < -LATE_CAUSE_MS) return false;
  if (cause.endedMs === null && outageOf(cause) === "total") return true;
  return startedMs - followedFrom(cause) <= CONSEQUENCE_MS;
}

/** Who does not come back after an outage is known only once it is over. */
export const followedFrom = (cause: Started & Pick<IncidentMember, "endedMs">): number =>
  isOutage(cause) ? (cause.endedMs ?? cause.startedMs) : cause.startedMs;

/** The place of a rule that has no line of its own: after those about visibility. */
const PLACE_DEFAULT = 15;

/** Of two alerts of one subject: negative if `a` is nearer to the cause. Outages first, then by the order of the overview. */
export function byCause(a: Started, b: Started): number {
  const placeOf = ({ rule }: Started): number => builtInRule(rule)?.line?.place ?? PLACE_DEFAULT;
  return Number(isOutage(b)) - Number(isOutage(a)) || placeOf(a) - placeOf(b) || a.startedMs - b.startedMs;
}
