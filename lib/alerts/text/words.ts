import type { SummaryInput } from "@/lib/alerts/model/summary-input";
import { MINUTE, SECOND } from "@/lib/base/time/duration";

/** Names can be as long as their owners made them; a sentence has to fit a phone's notification. */
const NAME_LENGTH_MAX = 120;

/** Who the alert is about: the name handed along, else the labels from the most telling one on; null: everything. */
export function subjectOf({ labels, context }: Pick<SummaryInput, "labels" | "context">): string | null {
  const name = context.name;
  if (typeof name === "string" && name !== "") return cut(name);
  const { client, runner, source, broker, queue } = labels;
  if (client !== undefined || runner !== undefined) return cut(client ?? runner ?? "");
  const parts = [source ?? broker, queue].filter((part) => part !== undefined);
  const said = parts.length > 0 ? parts.join("/") : Object.values(labels).join(" ");
  return said === "" ? null : cut(said);
}

const cut = (text: string): string =>
  text.length > NAME_LENGTH_MAX ? `${text.slice(0, NAME_LENGTH_MAX - 1).toWellFormed()}…` : text;

/** A number of the context; null where it was not measured. */
export const measured = ({ context }: SummaryInput, name: string): number | null => {
  const value = context[name];
  return typeof value === "number" && Number.isFinite(value) ? value : null;
};

/** A name or a code of the context, short enough for a sentence; null where there is none. */
export const named = ({ context }: SummaryInput, name: string): string | null => {
  const text = context[name];
  return typeof text === "string" && text !== "" ? cut(text) : null;
};

/** A part of a sentence, or nothing where what it is about was not measured or named. */
export const part = <T>(value: T | null, say: (value: T) => string, without = ""): string =>
  value === null ? without : say(value);

/** For how long something has been so, seconds: from an instant of the context to its `nowMs`. */
export function since(told: SummaryInput, name: string): number | null {
  const [from, now] = [measured(told, name), measured(told, "nowMs")];
  return from === null || now === null ? null : (now - from) / SECOND;
}

export type SpanUnit = "s" | "min" | "h" | "d";
/** The larger unit first; of the smaller one nothing is said where it is 0. */
type Counted = readonly [n: number, unit: SpanUnit];
export type DurationParts = readonly [large: Counted] | readonly [large: Counted, small: Counted];

/** Seconds up to two minutes, where a heartbeat is counted in them; then the two largest units. */
export function durationParts(seconds: number): DurationParts {
  const total = Math.max(0, Math.round(seconds));
  if (total < 120) return [[total, "s"]];
  const minutes = Math.floor(total / 60);
  if (minutes < 60) return pair([minutes, "min"], [total % 60, "s"]);
  const hours = Math.floor(minutes / 60);
  return hours < 48
    ? pair([hours, "h"], [minutes % 60, "min"])
    : pair([Math.floor(hours / 24), "d"], [hours % 24, "h"]);
}

const pair = (large: Counted, small: Counted): DurationParts => (small[0] === 0 ? [large] : [large, small]);

/** Made once: `toLocaleString` makes one at each call, and a back-test says a hundred thousand sentences. */
const NUMBER = new Intl.NumberFormat("en", { maximumFractionDigits: 2 });

/** English and Chinese write numbers alike. */
export const number = (value: number): string => NUMBER.format(value);

/** A slope without its sign. Small ones keep two digits that say something. */
export function steepness(perMinute: number): string {
  const size = Math.abs(perMinute);
  return size >= 1 || size === 0 ? number(size) : String(Number(size.toPrecision(2)));
}

/** In how many seconds a forecast gets to its threshold; null where it is there, or moves away from it. */
export function reachesIn(told: SummaryInput): number | null {
  const [now, perMinute] = [measured(told, "valueNow"), measured(told, "slopePerMinute")];
  const minutes = now === null || perMinute === null ? null : (told.threshold - now) / perMinute;
  return minutes !== null && minutes > 0 && Number.isFinite(minutes) ? (minutes * MINUTE) / SECOND : null;
}
