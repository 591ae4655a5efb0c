"use client";

import { useLocale, useTranslations } from "next-intl";
import { spanWords } from "@/components/ui/span-words";

/** How this page says spans and instants: "41 s", "03:12", "21 Nov, 03:12:07 UTC+1". */
export function useWords() {
  const t = useTranslations("time");
  const locale = useLocale();
  const span = (seconds: number): string => {
    const { key, values } = spanWords(seconds);
    return t(key, values);
  };
  const clock = (ms: number): string =>
    new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(ms);
  const full = (ms: number): string =>
    new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "long" }).format(ms);
  const number = (value: number): string =>
    new Intl.NumberFormat(locale, { maximumFractionDigits: Math.abs(value) < 10 ? 1 : 0 }).format(value);
  return { span, clock, full, number };
}
