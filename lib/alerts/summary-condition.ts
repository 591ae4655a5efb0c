import type { Condition } from "@/lib/alerts/rule";
import { duration, measured, number, type Sentence, subject, type Told } from "@/lib/alerts/words";
import { MINUTE, SECOND } from "@/lib/time/duration";

/** The sentences of rules that compare something else than the value itself, whatever the rule is called. */
export const OPEN_CONDITION: ReadonlyMap<Condition["kind"], Sentence> = new Map<Condition["kind"], Sentence>([
  [
    "rate",
    (told) =>
      `${subject(told)}: ${told.rule}, ${signal(told)} ${slope(told.value ?? 0)}${over(told)}${threshold(told)}`,
  ],
  [
    "forecast",
    (told) => {
      const [now, perMinute] = [measured(told, "valueNow"), measured(told, "slopePerMinute")];
      const from = now === null || perMinute === null ? "" : `: ${number(now)} now, ${slope(perMinute)}`;
      return `${subject(told)}: ${told.rule}, ${signal(told)} ${reaches(told, now, perMinute)}${from} (inferred)`;
    },
  ],
  [
    "absent",
    (told) =>
      `${subject(told)}: ${told.rule}, ${signal(told)} has not been measured for ${duration(told.value ?? 0)} although it was looked for`,
  ],
]);

export const CLEARED_CONDITION: ReadonlyMap<Condition["kind"], Sentence> = new Map<Condition["kind"], Sentence>([
  ["absent", (told) => `${subject(told)}: ${signal(told)} is measured again`],
]);

const signal = (told: Told): string => told.signal ?? "the signal";

/** Small slopes keep two digits that say something. */
const slope = (perMinute: number): string => {
  const size = Math.abs(perMinute);
  const said = size >= 1 || size === 0 ? number(size) : String(Number(size.toPrecision(2)));
  return `${perMinute < 0 ? "falls" : "rises"} by ${said} a minute`;
};

const over = ({ condition }: Told): string =>
  condition?.kind === "rate" ? ` over ${duration(condition.overMs / SECOND)}` : "";

const threshold = (told: Told): string => (Number.isNaN(told.threshold) ? "" : `, threshold ${number(told.threshold)}`);

/** When the line gets there, as far as it does within the span that was asked for. */
function reaches(told: Told, now: number | null, perMinute: number | null): string {
  const goal = number(told.threshold);
  const minutes = now === null || perMinute === null ? null : (told.threshold - now) / perMinute;
  if (minutes !== null && minutes > 0 && Number.isFinite(minutes)) {
    return `reaches ${goal} in about ${duration((minutes * MINUTE) / SECOND)}`;
  }
  const within = told.condition?.kind === "forecast" ? duration(told.condition.withinMs / SECOND) : "that time";
  return `will be at ${number(told.value ?? 0)} in ${within}, threshold ${goal}`;
}
