"use client";

import { useRouter } from "next/navigation";
import { useLocale, useTranslations } from "next-intl";
import { COOKIE_PATH } from "@/lib/base/http/base-path";
import { LOCALE_COOKIE } from "@/lib/base/messages/locale";

const NAMES = { en: "English", "zh-CN": "中文" } as const;
const YEAR_SECONDS = 31_536_000;

export function Language() {
  const t = useTranslations("app");
  const locale = useLocale();
  const router = useRouter();
  const choose = (next: string) => {
    // biome-ignore lint/suspicious/noDocumentCookie: CookieStore is not in every browser in use
    document.cookie = `${LOCALE_COOKIE}=${next}; Path=${COOKIE_PATH}; Max-Age=${YEAR_SECONDS}; SameSite=Lax`;
    router.refresh();
  };
  return (
    <select
      aria-label={t("language")}
      value={locale}
      onChange={(event) => choose(event.target.value)}
      className="min-h-6 rounded-6 border border-line bg-ground px-1 text-13"
    >
      {Object.entries(NAMES).map(([code, name]) => (
        <option key={code} value={code}>
          {name}
        </option>
      ))}
    </select>
  );
}
