"use client";

import { useTranslations } from "next-intl";
import { Titled } from "@/components/ui/titled";
import type { NameSuggestionView } from "@/lib/views/clients/suggestion-schema";

/** Clients of one form that follow each other, and the setting that makes them one client. */
export function NameSuggestions({ suggestions }: { readonly suggestions: readonly NameSuggestionView[] }) {
  const t = useTranslations("nameSuggestions");
  return (
    <Titled title={t("title")}>
      <p className="text-13 text-quiet">{t("mean")}</p>
      <ul className="text-13">
        {suggestions.map((one) => (
          <li key={`${one.of} ${one.pattern} ${one.folded}`} className="border-t border-line py-1">
            <span className="break-words">
              {t(one.of, { n: one.clients, folded: one.folded, examples: one.examples.join(", ") })}
            </span>
            <code className="block break-all">{settingOf(one)}</code>
          </li>
        ))}
      </ul>
    </Titled>
  );
}

/** As it is written in lastbeat.yaml. A single-quoted text of YAML takes every backslash as it is. */
const settingOf = ({ of, pattern }: NameSuggestionView): string =>
  `clients: { strip: { ${of}s: ['${pattern.replaceAll("'", "''")}'] } }`;
