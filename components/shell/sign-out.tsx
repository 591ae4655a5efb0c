"use client";

import { useTranslations } from "next-intl";
import { endSession } from "@/lib/views/session/query";

export function SignOut() {
  const t = useTranslations("app");
  const leave = () => {
    const gone = () => window.location.assign("/sign-in");
    endSession().then(gone, gone);
  };
  return (
    <button type="button" onClick={leave} className="min-h-6 rounded-6 border border-line px-2 text-13 hover:bg-raised">
      {t("signOut")}
    </button>
  );
}
