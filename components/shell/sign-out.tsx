"use client";

import { useTranslations } from "next-intl";
import { BASE_PATH } from "@/lib/base/http/base-path";
import { signOut } from "@/lib/views/session/query";

export function SignOut() {
  const t = useTranslations("app");
  const leave = () => {
    const leave = () => window.location.assign(`${BASE_PATH}/sign-in`);
    signOut().then(leave, leave);
  };
  return (
    <button type="button" onClick={leave} className="min-h-6 rounded-6 border border-line px-2 text-13 hover:bg-raised">
      {t("signOut")}
    </button>
  );
}
