"use client";

import { useTranslations } from "next-intl";
import { useWords } from "@/components/ui/words";
import type { ClientRow, ClientTrouble } from "@/lib/views/clients/schema";

/** What a client does wrong and for how long, as the end of a sentence that begins with its name. */
export function useTroubleWords() {
  const t = useTranslations("clientTrouble");
  const { span } = useWords();
  return (
    { kind, sinceMs }: ClientTrouble,
    { namedBy, sessionsOpen }: Pick<ClientRow, "namedBy" | "sessionsOpen">,
    nowMs: number,
  ): string =>
    // Only connections without a name are told as several.
    t(kind, { n: namedBy === "identity" ? Math.max(1, sessionsOpen) : 1, span: span((nowMs - sinceMs) / 1_000) });
}
