"use client";

import { useSearchParams } from "next/navigation";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { Stream } from "@/components/shell/stream";

/** A wall display (`?kiosk`) has no chrome: nobody operates it. */
export function Kiosk({ chrome, children }: { readonly chrome: ReactNode; readonly children: ReactNode }) {
  const t = useTranslations("app");
  const bare = useSearchParams().has("kiosk");
  return (
    <>
      <Stream />
      {bare ? null : (
        <a href="#main" className="sr-only focus:not-sr-only">
          {t("skip")}
        </a>
      )}
      {bare ? null : chrome}
      <main id="main" tabIndex={-1} className="outline-none mx-auto max-w-[1600px] px-4 py-4 sm:px-6">
        {children}
      </main>
    </>
  );
}
