"use client";

import { useTranslations } from "next-intl";
import { LintFindings } from "@/components/lint/lint-findings";
import { TimeAgo } from "@/components/ui/time-ago";
import type { ApplicationView } from "@/lib/views/applications/schema";

type Config = NonNullable<Extract<ApplicationView, { is: "roadrunner" }>["config"]>;

/** Lint findings for the configuration file on the server, or the reason it could not be read. */
export function ConfigFindings({ config }: { readonly config: Config }) {
  const t = useTranslations("applications");
  if (config.is === "missing") return <p className="mt-4 text-warning">{t("configMissing")}</p>;
  if (config.is === "unreadable") {
    return <p className="mt-4 text-warning">{t("configUnreadable", { because: config.because })}</p>;
  }
  return (
    <div className="mt-4">
      <p className="text-13 text-quiet">
        {t("configChanged")} <TimeAgo ms={config.changedMs} />
      </p>
      <LintFindings view={config} />
    </div>
  );
}
