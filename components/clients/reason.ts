"use client";

import { useTranslations } from "next-intl";
import { EndReason } from "@/lib/views/clients/schema";

/** A session's close reason in words; an inferred reason is marked as such. */
export function useReason() {
  const t = useTranslations("reason");
  return (reason: string | null, inferred: boolean): string => {
    const known = EndReason.safeParse(reason);
    const words = t(known.success ? known.data : "unknown");
    return inferred ? t("inferred", { reason: words }) : words;
  };
}
