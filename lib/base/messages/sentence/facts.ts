import { type Reason, verbatim } from "@/lib/base/messages/reason";
import type { Context } from "@/lib/base/messages/sentence/context";
import type { Labels } from "@/lib/base/signals/labels";
import { SECOND } from "@/lib/base/time/duration";

/** What the sentence about an alert is made of. */
export interface SentenceInput {
  /** The rule's id. */
  readonly rule: string;
  readonly labels: Labels;
  /** In the signal's unit; null is "not measured". */
  readonly value: number | null;
  readonly threshold: number;
  /** What was measured beside the value. Each rule's texts show which of it they use; durations are in seconds. */
  readonly context: Context;
}

/** Names can be as long as their owners made them; a sentence has to fit a phone's notification. */
const NAME_LENGTH_MAX = 120;

/** The name of what the alert is about: from the context, else from the most specific labels; null: everything. */
export function subjectOf({ labels, context }: Pick<SentenceInput, "labels" | "context">): string | null {
  const name = context.name;
  if (typeof name === "string" && name !== "") return cut(name);
  const { client, runner, source, broker, vhost, queue } = labels;
  if (client !== undefined || runner !== undefined) return cut(client ?? runner ?? "");
  // A queue of the default virtual host needs no more to be found.
  const place = queue === undefined || vhost === "/" ? undefined : vhost;
  const parts = [source ?? broker, place, queue].filter((part) => part !== undefined);
  const text = parts.length > 0 ? parts.join("/") : Object.values(labels).join(" ");
  return text === "" ? null : cut(text);
}

const cut = (text: string): string =>
  text.length > NAME_LENGTH_MAX ? `${text.slice(0, NAME_LENGTH_MAX - 1).toWellFormed()}…` : text;

/** A number of the context; null where it was not measured. */
export const measured = ({ context }: SentenceInput, name: string): number | null => {
  const value = context[name];
  return typeof value === "number" && Number.isFinite(value) ? value : null;
};

/** A name or a code of the context, short enough for a sentence; null where there is none. */
export const named = ({ context }: SentenceInput, name: string): string | null => {
  const text = context[name];
  return typeof text === "string" && text !== "" ? cut(text) : null;
};

/** Why a session ended, by the words of a language; a code that this version does not know stays as it is. */
export function reasonInWords(alert: SentenceInput, words: Readonly<Record<string, string>>): string | null {
  const code = named(alert, "reason");
  return code !== null && Object.hasOwn(words, code) ? (words[code] ?? code) : code;
}

/** Why a broker or a source cannot be read; null where the context does not say. Alerts of older versions hold a text. */
export const reasonOf = ({ context }: SentenceInput): Reason | null => {
  const { because } = context;
  if (typeof because === "string") return verbatim(because);
  return typeof because === "object" ? because : null;
};

/** A part of a sentence; `without` where its value was not measured or named. */
export const part = <T>(value: T | null, write: (value: T) => string, without = ""): string =>
  value === null ? without : write(value);

/** Seconds from an instant of the context to its `nowMs`. */
export function since(alert: SentenceInput, name: string): number | null {
  const [from, now] = [measured(alert, name), measured(alert, "nowMs")];
  return from === null || now === null ? null : (now - from) / SECOND;
}

export type SpanUnit = "s" | "min" | "h" | "d";
/** The larger unit first; the smaller one is left out where it is 0. */
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

/** Made once: `toLocaleString` makes one at each call, and a back-test writes a hundred thousand sentences. */
const NUMBER = new Intl.NumberFormat("en", { maximumFractionDigits: 2 });

/** English and Chinese write numbers alike. */
export const number = (value: number): string => NUMBER.format(value);

/** A slope without its sign. Small ones keep two digits that say something. */
export function steepness(perMinute: number): string {
  const size = Math.abs(perMinute);
  return size >= 1 || size === 0 ? number(size) : String(Number(size.toPrecision(2)));
}

/** Whether an alert is about a queue of a broker, not one of a job table. */
export const isBrokerQueue = ({ labels }: Pick<SentenceInput, "labels">): boolean =>
  labels.broker !== undefined && labels.queue !== undefined;

/** How due retries ended that were not run again, and how many; null: they were run, or it is not known. */
export function unrunRetries(alert: SentenceInput): { readonly failed: boolean; readonly count: number } | null {
  const count = measured(alert, "leftCount");
  return count === null ? null : { failed: alert.context.left === "failed", count };
}

/** A measured number of bytes in GiB; null where not measured. */
export const gib = (alert: SentenceInput, name: string): string | null => {
  const bytes = measured(alert, name);
  return bytes === null ? null : `${number(Math.round((bytes / 2 ** 30) * 10) / 10)} GiB`;
};

/** Writes a value that is the time in which a limit will be reached, in seconds; null where there is no forecast. */
export const inTime = (alert: SentenceInput, write: (seconds: number) => string): string | null =>
  alert.value === null || alert.value === 0 ? null : write(alert.value);
