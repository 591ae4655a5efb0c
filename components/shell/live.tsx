"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { setPaused, usePaused } from "@/components/shell/paused";
import { useNow } from "@/components/ui/now";
import { useWords } from "@/components/ui/words";

/** Pauses and resumes the updates of the page, and shows the age of its newest data. */
export function Live() {
  const t = useTranslations("app");
  const paused = usePaused();
  return (
    <button
      type="button"
      onClick={() => setPaused(!paused)}
      aria-pressed={paused}
      title={t(paused ? "resume" : "pause")}
      className="min-h-6 rounded-6 border border-line px-2 text-13 hover:bg-raised"
    >
      {paused ? t("paused") : t("live")} <Freshness />
    </button>
  );
}

function Freshness() {
  const client = useQueryClient();
  const now = useNow();
  const { span } = useWords();
  const t = useTranslations("time");
  const latest = Math.max(
    0,
    ...client
      .getQueryCache()
      .getAll()
      .map((query) => query.state.dataUpdatedAt),
  );
  if (now === null || latest === 0) return null;
  const seconds = (now - latest) / 1_000;
  return <span className="text-quiet">· {seconds < 1 ? t("now") : t("ago", { span: span(seconds) })}</span>;
}
