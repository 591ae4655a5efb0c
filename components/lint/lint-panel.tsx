"use client";

import { useMutation } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { type FormEvent, useRef } from "react";
import { ConfigEditor, showLine } from "@/components/lint/config-editor";
import { LintFindings } from "@/components/lint/lint-findings";
import { useHydrated } from "@/components/ui/hydrated";
import { lintRoadRunner } from "@/lib/views/lint/query";

const VERSION = { pattern: "v?[0-9]{1,4}([.][0-9]{1,4})?([.+\\-].*)?", maxLength: 30 } as const;

/** An editor for a pasted .rr.yaml, and the lint findings. */
export function LintPanel() {
  const t = useTranslations("lint");
  const editor = useRef<HTMLTextAreaElement>(null);
  const lint = useMutation({ mutationFn: lintRoadRunner });
  const hydrated = useHydrated();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const field = (name: string) => String(form.get(name) ?? "").trim();
    const config = String(form.get("config") ?? "").replaceAll("\r\n", "\n");
    lint.mutate({ config, rrVersion: field("rrVersion"), rabbitVersion: field("rabbitVersion") });
  };
  return (
    <div className="grid gap-6 min-[1100px]:grid-cols-2">
      <form method="post" onSubmit={submit} className="flex min-w-0 flex-col gap-3">
        <h1 className="text-20 leading-8 font-semibold sm:text-28 sm:leading-10">{t("title")}</h1>
        <p className="text-13 text-quiet">{t("hint")}</p>
        <ConfigEditor editor={editor} />
        <div className="flex flex-wrap items-end gap-3">
          <VersionField name="rrVersion" example="2025.1" />
          <VersionField name="rabbitVersion" example="4.3" />
          <button
            type="submit"
            disabled={!hydrated || lint.isPending}
            className="min-h-9 rounded-6 bg-ink px-4 text-14 font-semibold text-ground disabled:opacity-60"
          >
            {t(lint.isPending ? "checking" : "check")}
          </button>
        </div>
      </form>
      <div className="min-w-0">
        {lint.error === null ? null : (
          <p role="alert" className="text-critical">
            {t("failed", { field: lint.error.message })}
          </p>
        )}
        {lint.data === undefined ? null : (
          <LintFindings view={lint.data} goTo={(line) => editor.current && showLine(editor.current, line)} />
        )}
      </div>
    </div>
  );
}

function VersionField({ name, example }: { readonly name: "rrVersion" | "rabbitVersion"; readonly example: string }) {
  const t = useTranslations("lint");
  return (
    <label className="flex flex-col gap-1 text-13">
      {t(name)}
      <input
        name={name}
        {...VERSION}
        placeholder={t("unknownVersion")}
        title={example}
        className="min-h-9 w-36 rounded-6 border border-line bg-ground px-2 text-14"
      />
    </label>
  );
}
