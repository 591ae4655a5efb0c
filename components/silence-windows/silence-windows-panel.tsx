"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Empty } from "@/components/panels/empty";
import { usePauseable } from "@/components/shell/paused";
import { draftOf, type SilenceWindowDraft } from "@/components/silence-windows/draft";
import { WindowForm } from "@/components/silence-windows/window-form";
import { WindowRow } from "@/components/silence-windows/window-row";
import { QueryResult } from "@/components/ui/query-result";
import { BUTTON } from "@/components/webhooks/action-button";
import { silenceWindowsQuery } from "@/lib/views/silence-windows/query";
import type { SilenceWindowView } from "@/lib/views/silence-windows/schema";

/** The silence windows, and the form for a new or edited one. `match` opens the form for a new one. */
export function SilenceWindowsPanel({ match }: { readonly match: readonly string[] }) {
  const t = useTranslations("silenceWindows");
  const [draft, setDraft] = useState<SilenceWindowDraft | null>(match.length === 0 ? null : draftOf(match));
  const query = useQuery({ ...silenceWindowsQuery(), ...usePauseable() });
  return (
    <>
      <h1 className="mb-1 text-20 font-semibold">{t("pageTitle")}</h1>
      <QueryResult query={query} what={t("pageTitle")}>
        {({ items }) => (
          <>
            <Verdict windows={items} />
            {draft === null ? (
              <button type="button" className={`${BUTTON} mb-4`} onClick={() => setDraft(draftOf([]))}>
                {t("make")}
              </button>
            ) : (
              <WindowForm key={draft.id ?? "new"} draft={draft} close={() => setDraft(null)} />
            )}
            {items.length === 0 ? (
              <Empty>{t("none")}</Empty>
            ) : (
              <ul className="flex flex-col">
                {items.map((window) => (
                  <WindowRow key={window.id} window={window} edit={setDraft} />
                ))}
              </ul>
            )}
          </>
        )}
      </QueryResult>
    </>
  );
}

function Verdict({ windows }: { readonly windows: readonly SilenceWindowView[] }) {
  const t = useTranslations("silenceWindows");
  const active = windows.filter(({ state }) => state === "active");
  return (
    <>
      <p className="mb-1 text-16" data-verdict>
        {active.length === 0 ? t("noneActive") : t("activeNow", { windows: active.length })}
      </p>
      <p className="mb-3 max-w-prose text-13 text-quiet">{t("hint")}</p>
    </>
  );
}
