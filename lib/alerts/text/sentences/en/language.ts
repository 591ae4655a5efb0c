import type { SummaryInput } from "@/lib/alerts/model/summary-input";
import { brokers } from "@/lib/alerts/text/sentences/en/brokers";
import { clients } from "@/lib/alerts/text/sentences/en/clients";
import { duration, held, slope, subject } from "@/lib/alerts/text/sentences/en/words";
import { work } from "@/lib/alerts/text/sentences/en/work";
import type { Language } from "@/lib/alerts/text/sentences/language";
import { measured, number, reachesIn } from "@/lib/alerts/text/words";
import { SECOND } from "@/lib/base/time/duration";

export const english: Language = {
  rules: { ...clients, ...brokers, ...work },
  conditions: {
    rate: (told) => {
      const over = told.condition?.kind === "rate" ? ` over ${duration(told.condition.overMs / SECOND)}` : "";
      return `${subject(told)}: ${told.rule}, ${signal(told)} ${slope(told.value ?? 0)}${over}${threshold(told)}`;
    },
    forecast: (told) => {
      const [now, perMinute] = [measured(told, "valueNow"), measured(told, "slopePerMinute")];
      const from = now === null || perMinute === null ? "" : `: ${number(now)} now, ${slope(perMinute)}`;
      return `${subject(told)}: ${told.rule}, ${signal(told)} ${reaches(told)}${from} (inferred)`;
    },
    absent: (told) =>
      `${subject(told)}: ${told.rule}, ${signal(told)} has not been measured for ${held(told)} although it was looked for`,
  },
  measuredAgain: (told) => `${subject(told)}: ${signal(told)} is measured again`,
  other: {
    open: (told) => `${subject(told)}: ${told.rule}${seen(told)}${threshold(told)}`,
    cleared: (told) => `${subject(told)}: ${told.rule} is over${seen(told)}`,
  },
  after: (sentence, lastedMs) => `${sentence}, after ${duration(lastedMs / SECOND)}`,
  gone: (told) => `${subject(told)} ended; ${told.rule} had lasted ${lasted(told)}`,
  noRule: (told) => `${subject(told)}: nothing watches for ${told.rule} any more, it had lasted ${lasted(told)}`,
  together: (count, key, summary) => `${count} alerts at once (${key}), such as: ${summary}`,
};

const signal = (told: SummaryInput): string => told.signal ?? "the signal";

const lasted = ({ lastedMs }: SummaryInput): string => duration(lastedMs / SECOND);

const seen = ({ value }: SummaryInput): string => (value === null ? "" : ` at ${number(value)}`);

const threshold = (told: SummaryInput): string =>
  Number.isNaN(told.threshold) ? "" : `, threshold ${number(told.threshold)}`;

/** When the line gets there, as far as it does within the span that was asked for. */
function reaches(told: SummaryInput): string {
  const goal = number(told.threshold);
  const seconds = reachesIn(told);
  if (seconds !== null) return `reaches ${goal} in about ${duration(seconds)}`;
  const within = told.condition?.kind === "forecast" ? duration(told.condition.withinMs / SECOND) : "that time";
  return `will be at ${number(told.value ?? 0)} in ${within}, threshold ${goal}`;
}
