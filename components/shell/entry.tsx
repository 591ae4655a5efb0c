"use client";

import { useTranslations } from "next-intl";
import { Language } from "@/components/shell/language";
import { ThemeToggle } from "@/components/shell/theme";
import { BASE_PATH } from "@/lib/base/http/base-path";

/** The product, language and theme above the sign-in. */
export function Entry() {
  const t = useTranslations("app");
  return (
    <header className="mx-auto mt-6 flex max-w-sm items-center gap-2 px-4">
      {/* biome-ignore lint/performance/noImgElement: an icon of 500 bytes needs no image pipeline */}
      <img src={`${BASE_PATH}/icon.svg`} alt="" width={20} height={20} />
      <span className="mr-auto text-16 font-semibold">{t("title")}</span>
      <ThemeToggle />
      <Language />
    </header>
  );
}
