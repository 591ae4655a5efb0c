"use client";

import { useTranslations } from "next-intl";
import type { Tone } from "@/components/ui/state-word";
import { useWords } from "@/components/ui/words";
import type { ApplicationView } from "@/lib/views/applications/schema";

interface ApplicationText {
  readonly tone: Tone;
  readonly state: string;
  /** The cause, as a sentence; null if the application is healthy. */
  readonly because: string | null;
}

const ANSWER_TONE = {
  ...({ fine: "ok", slow: "warning", hanging: "critical" } as const),
  ...({ broken: "critical", stopping: "warning", absent: "critical" } as const),
} as const;
const PUBLISHING_TONE = { moving: "ok", stalled: "critical", unknown: "unknown" } as const;

/** An application's state in words, from the metrics that it reports about itself. */
export function useApplicationWords(): (application: ApplicationView) => ApplicationText {
  const t = useTranslations("applications");
  const { clock } = useWords();
  return (application) => {
    if (application.goneSinceMs !== null) {
      const because = t("because.gone", { clock: clock(application.goneSinceMs) });
      return { tone: "critical", state: t("gone"), because };
    }
    if (application.is === "roadrunner") {
      const { is, sinceMs } = application.answer;
      const text = { tone: ANSWER_TONE[is], state: t(`answer.${is}`) };
      if (is !== "fine") return { ...text, because: t(`because.${is}`, { clock: clock(sinceMs) }) };
      return { ...text, because: application.saturated ? t("because.saturated") : null };
    }
    const { is, sinceMs } = application.publishing;
    const because = is === "stalled" ? t("because.stalled", { clock: clock(sinceMs) }) : null;
    return { tone: PUBLISHING_TONE[is], state: t(`publishing.${is}`), because };
  };
}
