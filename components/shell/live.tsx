"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useEffect, useState } from "react";
import { useNow } from "@/components/ui/now";
import { useWords } from "@/components/ui/words";

/** Changes arrive with every tick of every broker and source; a page need not draw more often than this. */
const REDRAW_AT_MOST_EVERY_MS = 1_000;

/** Asks again as soon as the server says that something changed; while paused, nothing moves. */
export function Live() {
  const client = useQueryClient();
  const t = useTranslations("app");
  const [paused, setPaused] = useState(false);
  useEffect(() => {
    client.setDefaultOptions({ queries: { enabled: !paused } });
    if (paused) return;
    const stream = new EventSource("/api/v1/stream");
    let due: ReturnType<typeof setTimeout> | null = null;
    stream.addEventListener("changed", () => {
      due ??= setTimeout(() => {
        due = null;
        client.invalidateQueries().catch(() => {});
      }, REDRAW_AT_MOST_EVERY_MS);
    });
    return () => {
      if (due !== null) clearTimeout(due);
      stream.close();
    };
  }, [client, paused]);
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
