"use client";

import { useTranslations } from "next-intl";
import { StateWord } from "@/components/ui/state-word";
import { Titled } from "@/components/ui/titled";
import { useWords } from "@/components/ui/words";
import type { AccessCheck } from "@/lib/views/brokers/schema";

/** Lastbeat's permissions on a broker: missing permissions first, each remedy shown once. */
export function AccessChecks({ sees }: { readonly sees: readonly AccessCheck[] }) {
  const t = useTranslations("accessChecks");
  const { reasonText } = useWords();
  const ordered = sees.toSorted((a, b) => Number(a.ok) - Number(b.ok));
  return (
    <Titled title={t("title")}>
      {sees.length === 0 ? <p className="text-quiet">{t("nothingYet")}</p> : null}
      <ul>
        {ordered.map((check, at) => (
          <li key={check.what} className="border-t border-line py-1 text-13">
            <span className="flex justify-between gap-x-3">
              <span className="min-w-0">{t(`what.${check.what}`)}</span>
              <StateWord tone={check.ok ? "ok" : "warning"}>{t(check.ok ? "seen" : "notSeen")}</StateWord>
            </span>
            {check.reason === null ? null : (
              <span className="block break-words text-quiet">{reasonText(check.reason)}</span>
            )}
            {check.remedy === null || at !== ordered.findIndex((one) => one.remedy === check.remedy) ? null : (
              <span className="block">{t(`remedy.${check.remedy}`)}</span>
            )}
          </li>
        ))}
      </ul>
    </Titled>
  );
}
