"use client";

import { useTranslations } from "next-intl";
import { useWords } from "@/components/ui/words";
import type { ClientRow, ClientTrouble } from "@/lib/views/clients/schema";

/** A client's trouble and its duration, as the predicate of a sentence whose subject is the client's name. */
export function useTroubleWords() {
  const t = useTranslations("clientTrouble");
  const { span } = useWords();
  return (
    { kind, sinceMs }: ClientTrouble,
    { namedBy, sessionsOpen }: Pick<ClientRow, "namedBy" | "sessionsOpen">,
    nowMs: number,
  ): string =>
    // Only clients without a connection name are shown as a group.
    t(kind, { n: namedBy === "identity" ? Math.max(1, sessionsOpen) : 1, span: span((nowMs - sinceMs) / 1_000) });
}
