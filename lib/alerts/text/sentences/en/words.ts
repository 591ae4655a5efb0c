import type { SummaryInput } from "@/lib/alerts/model/summary-input";
import { remedyOf } from "@/lib/alerts/rules/remedy";
import { durationParts, measured, named, number, part, steepness, subjectOf } from "@/lib/alerts/text/words";
import { en } from "@/lib/base/messages/en";

export const subject = (told: SummaryInput): string => subjectOf(told) ?? "everything";

/** "41 s", "2 min 10 s". */
export const duration = (seconds: number): string =>
  durationParts(seconds)
    .map(([n, unit]) => `${n} ${unit}`)
    .join(" ");

export function plural(value: number | null, one: string, many = `${one}s`): string {
  if (value === null) return `an unknown number of ${many}`;
  return `${number(value)} ${value === 1 ? one : many}`;
}

/** For how long it has been so: the value of rules whose signal is a duration. */
export const held = ({ value }: SummaryInput): string => duration(value ?? 0);

/** What to do, after a semicolon; "" where nothing better is known than to look. */
export const remedy = (told: SummaryInput): string =>
  part(remedyOf(told.rule, told.context), (name) => `; ${en.remedies[name]}`);

export const lastEnd = (told: SummaryInput): string => part(named(told, "reason"), (reason) => `, last end: ${reason}`);

export const because = ({ context }: SummaryInput): string =>
  typeof context.because === "string" ? `: ${context.because}` : "";

/** The alarms that stop publishers. */
export function alarm(told: SummaryInput): string {
  const [memory, disk] = [named(told, "memoryAlarm"), named(told, "diskAlarm")];
  const said = [part(memory, (nodes) => `memory alarm on ${nodes}`), part(disk, (nodes) => `disk alarm on ${nodes}`)];
  const alarms = said.filter((one) => one !== "").join(", ");
  return alarms === "" ? "" : `: ${alarms}`;
}

export const waiting = (told: SummaryInput): string =>
  part(measured(told, "waiting"), (jobs) => `${plural(jobs, "job")} wait${jobs === 1 ? "s" : ""}`, "work waits");

export const slope = (perMinute: number): string =>
  `${perMinute < 0 ? "falls" : "rises"} by ${steepness(perMinute)} a minute`;
