"use client";

import { useTranslations } from "next-intl";
import { useWords } from "@/components/ui/words";
import type { BlindBroker } from "@/lib/views/brokers/blind";

/** Brokers that cannot be polled and since when; all data about them on the page is from that time. */
export function BlindBrokers({ blind }: { readonly blind: readonly BlindBroker[] }) {
  const t = useTranslations("broker");
  const { moment } = useWords();
  return blind.map(({ broker, sinceMs }) => (
    <p key={broker} className="hatch my-2 border border-line px-2 py-1 text-warning">
      <span className="bg-ground px-1">{t("blindSince", { broker, since: moment(sinceMs) })}</span>
    </p>
  ));
}
