"use client";

import { useLocale, useTranslations } from "next-intl";
import { spanWords } from "@/components/ui/span-words";
import { localeNamed } from "@/lib/base/messages/locale";
import type { Reason } from "@/lib/base/messages/reason";
import { renderReason } from "@/lib/base/messages/render-reason";

/** Formats durations, instants and numbers in the page's locale: "41 s", "03:12", "21 Nov, 03:12:07 UTC+1". */
export function useWords() {
  const t = useTranslations("time");
  const locale = useLocale();
  const span = (seconds: number): string => {
    const { key, values } = spanWords(seconds);
    return t(key, values);
  };
  const { clock, full, day, small, large } = formatsOf(locale);
  return {
    span,
    /** The text of the reason why a read or a send failed; "" without a reason. */
    reasonText: (reason: Reason | null): string =>
      reason === null ? "" : renderReason(reason, localeNamed(locale) ?? "en"),
    clock: (ms: number): string => clock.format(ms),
    /** A past instant: the time of day, and the date unless it was today. */
    moment: (ms: number): string => (isToday(ms) ? clock : day).format(ms),
    full: (ms: number): string => full.format(ms),
    number: (value: number): string => (Math.abs(value) < 10 ? small : large).format(value),
  };
}

type Formats = ReturnType<typeof makeFormats>;
const made = new Map<string, Formats>();

/** Creating a format takes longer than using it a hundred times, and a list uses one in every row. */
function formatsOf(locale: string): Formats {
  const known = made.get(locale) ?? makeFormats(locale);
  made.set(locale, known);
  return known;
}

const isToday = (ms: number): boolean => new Date(ms).toDateString() === new Date().toDateString();

const makeFormats = (locale: string) => ({
  clock: new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }),
  day: new Intl.DateTimeFormat(locale, {
    ...{ day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
  }),
  full: new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "long" }),
  small: new Intl.NumberFormat(locale, { maximumFractionDigits: 1 }),
  large: new Intl.NumberFormat(locale, { maximumFractionDigits: 0 }),
});
