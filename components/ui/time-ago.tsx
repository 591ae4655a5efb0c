"use client";

import { useTranslations } from "next-intl";
import { useNow } from "@/components/ui/now";
import { useWords } from "@/components/ui/words";

/** "41 s ago", with the full date, time and zone on hover. */
export function TimeAgo({ ms }: { readonly ms: number }) {
  const now = useNow();
  const t = useTranslations("time");
  const { span, full } = useWords();
  if (now === null) return <time>…</time>;
  const seconds = (now - ms) / 1_000;
  return (
    <time dateTime={new Date(ms).toISOString()} title={full(ms)}>
      {seconds < 1 ? t("now") : t("ago", { span: span(seconds) })}
    </time>
  );
}
