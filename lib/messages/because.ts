import type { Locale } from "@/lib/messages/locale";

export const becauseIn = (_locale: Locale, english: string): string => english;
