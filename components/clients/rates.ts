"use client";

import { useTranslations } from "next-intl";
import { useWords } from "@/components/ui/words";
import type { ClientView } from "@/lib/views/clients/schema";

/** A client's rates in words; a missing rate is shown as not measured. */
export function useRates() {
  const t = useTranslations("client");
  const { number } = useWords();
  const each = (rate: number | null): string =>
    rate === null ? t("notMeasured") : t("perSecond", { n: number(rate) });
  return ({ publish, deliver, ack }: ClientView["rates"]): string =>
    publish === null && deliver === null && ack === null
      ? t("notMeasured")
      : t("rateList", { publish: each(publish), deliver: each(deliver), ack: each(ack) });
}
