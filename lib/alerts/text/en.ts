import type { SummaryInput } from "@/lib/alerts/model/summary-input";
import { reachesIn } from "@/lib/alerts/text/forecast";
import type { Language } from "@/lib/alerts/text/language";
import { en } from "@/lib/base/messages/sentence/en";
import { isBrokerQueue, measured, number, type SentenceInput } from "@/lib/base/messages/sentence/facts";
import { SECOND } from "@/lib/base/time/duration";

export const english: Language = {
  conditions: {
    rate: (alert) => {
      const over = alert.condition?.kind === "rate" ? ` over ${en.duration(alert.condition.overMs / SECOND)}` : "";
      return `${en.subject(alert)}: ${alert.rule}, ${signal(alert)} ${en.slope(alert.value ?? 0)}${over}${threshold(alert)}`;
    },
    forecast: (alert) => {
      const [now, perMinute] = [measured(alert, "valueNow"), measured(alert, "slopePerMinute")];
      const from = now === null || perMinute === null ? "" : `: ${number(now)} now, ${en.slope(perMinute)}`;
      return `${en.subject(alert)}: ${alert.rule}, ${signal(alert)} ${reaches(alert)}${from} (inferred)`;
    },
    absent: (alert) =>
      `${en.subject(alert)}: ${alert.rule}, ${signal(alert)} has not been measured for ${en.held(alert)} although it was looked for`,
  },
  measuredAgain: (alert) => `${en.subject(alert)}: ${signal(alert)} is measured again`,
  other: {
    open: (alert) => `${en.subject(alert)}: ${alert.rule}${valueText(alert)}${threshold(alert)}`,
    cleared: (alert) => `${en.subject(alert)}: ${alert.rule} is over${valueText(alert)}`,
  },
  remedy: (sentence, remedy) => `${sentence}; ${remedy}`,
  after: (sentence, lastedMs) => `${sentence}, after ${en.duration(lastedMs / SECOND)}`,
  ended: (alert) => {
    const isQueue = isBrokerQueue(alert) && alert.condition?.kind !== "absent";
    const ready = isQueue ? measured(alert, "ready") : null;
    const messages = ready === null || ready === 0 ? "" : ` with ${en.plural(ready, "message")}`;
    return `${en.subject(alert)} ${isQueue ? "was deleted" : "ended"}${messages}; ${alert.rule} had lasted ${lasted(alert)}`;
  },
  noRule: (alert) =>
    `${en.subject(alert)} is no longer watched for ${alert.rule}, which had lasted ${lasted(alert)}: it, or the rule, is not in the configuration any more`,
  together: (count, key, summary) => `${count} alerts at once (${key}), such as: ${summary}`,
  more: (others, summary) => `${summary} (and ${en.plural(others, "other alert")} of the same cause)`,
  flapping: (isFiring, summary) =>
    `${summary}; it keeps changing between firing and resolved, and ${isFiring ? "fires now" : "is resolved now"}`,
};

const signal = (alert: SummaryInput): string => alert.signal ?? "the signal";

const lasted = ({ lastedMs }: SummaryInput): string => en.duration(lastedMs / SECOND);

const valueText = ({ value }: SentenceInput): string => (value === null ? "" : ` at ${number(value)}`);

const threshold = (alert: SentenceInput): string =>
  Number.isNaN(alert.threshold) ? "" : `, threshold ${number(alert.threshold)}`;

/** When the line gets there, as far as it does within the span that was asked for. */
function reaches(alert: SummaryInput): string {
  const goal = number(alert.threshold);
  const seconds = reachesIn(alert);
  if (seconds !== null) return `reaches ${goal} in about ${en.duration(seconds)}`;
  const within = alert.condition?.kind === "forecast" ? en.duration(alert.condition.withinMs / SECOND) : "that time";
  return `will be at ${number(alert.value ?? 0)} in ${within}, threshold ${goal}`;
}
