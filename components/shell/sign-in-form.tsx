"use client";

import { useTranslations } from "next-intl";
import { type FormEvent, useState } from "react";
import { pathAfterSignIn } from "@/components/shell/path-after-sign-in";
import { useHydrated } from "@/components/ui/hydrated";
import { messageOf } from "@/lib/base/errors/message";
import { BASE_PATH } from "@/lib/base/http/base-path";
import { signIn } from "@/lib/views/session/query";

export function SignInForm() {
  const t = useTranslations("signIn");
  const [failure, setFailure] = useState<string | null>(null);
  const hydrated = useHydrated();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    setFailure(null);
    const password = String(new FormData(event.currentTarget).get("password") ?? "");
    signIn(password).then(
      () => window.location.assign(`${BASE_PATH}${pathAfterSignIn(window.location)}`),
      (cause: unknown) => setFailure(messageOf(cause)),
    );
  };
  return (
    <main className="mx-auto mt-24 max-w-sm px-4">
      <h1 className="mb-1 text-20 font-semibold">{t("title")}</h1>
      <p className="mb-4 text-13 text-quiet">{t("hint")}</p>
      <form method="post" onSubmit={submit} className="flex flex-col gap-3">
        <label className="flex flex-col gap-1 text-13">
          {t("password")}
          <input
            type="password"
            name="password"
            required
            autoComplete="current-password"
            className="min-h-9 rounded-6 border border-line bg-ground px-2 text-16"
          />
        </label>
        <button
          type="submit"
          disabled={!hydrated}
          className="min-h-9 rounded-6 bg-ink text-14 font-semibold text-ground"
        >
          {t("button")}
        </button>
        {failure === null ? null : (
          <p role="alert" className="text-critical">
            {t("failed", { message: failure })}
          </p>
        )}
      </form>
    </main>
  );
}
