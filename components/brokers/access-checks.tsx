"use client";

import { useTranslations } from "next-intl";
import { StateWord } from "@/components/ui/state-word";
import { Titled } from "@/components/ui/titled";
import { useWords } from "@/components/ui/words";
import type { AccessCheck } from "@/lib/views/brokers/schema";

/** What Lastbeat may and may not see of a broker; what it may not first, each remedy once. */
export function AccessChecks({ sees }: { readonly sees: readonly AccessCheck[] }) {
  const t = useTranslations("sees");
  const { because } = useWords();
  const ordered = sees.toSorted((a, b) => Number(a.ok) - Number(b.ok));
  return (
    <Titled title={t("title")}>
      {sees.length === 0 ? <p className="text-quiet">{t("nothingYet")}</p> : null}
      <ul>
        {ordered.map((sight, at) => (
          <li key={sight.what} className="border-t border-line py-1 text-13">
            <span className="flex justify-between gap-x-3">
              <span className="min-w-0">{t(`what.${sight.what}`)}</span>
              <StateWord tone={sight.ok ? "ok" : "warning"}>{t(sight.ok ? "seen" : "notSeen")}</StateWord>
            </span>
            {sight.because === null ? null : (
              <span className="block break-words text-quiet">{because(sight.because)}</span>
            )}
            {sight.remedy === null || at !== ordered.findIndex((one) => one.remedy === sight.remedy) ? null : (
              <span className="block">{t(`remedy.${sight.remedy}`)}</span>
            )}
          </li>
        ))}
      </ul>
    </Titled>
  );
}
