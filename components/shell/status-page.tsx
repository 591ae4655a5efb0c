"use client";

import { useTranslations } from "next-intl";
import { BASE_PATH } from "@/lib/base/http/base-path";

/** The page for an error or an unknown path, with a link to the overview. */
export function StatusPage({ say, again }: { readonly say: "notFound" | "broken"; readonly again?: () => void }) {
  const t = useTranslations("app");
  return (
    <main className="mx-auto mt-24 max-w-md px-4">
      <h1 className="mb-3 text-20 font-semibold">{t(say)}</h1>
      {again === undefined ? null : (
        <button type="button" onClick={again} className="mr-4 min-h-6 underline">
          {t("again")}
        </button>
      )}
      <a href={`${BASE_PATH}/`} className="underline">
        {t("home")}
      </a>
    </main>
  );
}
