"use client";

import { useTranslations } from "next-intl";
import { useReason } from "@/components/clients/reason";
import type { TimelineEvent, TimelineMark } from "@/components/clients/timeline/marks";
import { useWords } from "@/components/ui/words";

/** Events listed per mark; the table lists all of them. */
const EVENTS_SHOWN_MAX = 3;

/** Describes an event in a sentence, and a mark as the timestamped sentences of its events. */
export function useEventWords() {
  const t = useTranslations("timeline");
  const reason = useReason();
  const { reasonText, full, span } = useWords();
  const textOfEvent = (event: TimelineEvent): string => {
    switch (event.kind) {
      case "ended": {
        const why = reason(event.reason, event.inferred);
        const what = event.detail === null ? why : t("detail", { reason: why, detail: reasonText(event.detail) });
        const text = t("ended", { reason: what });
        if (event.away === null) return text;
        const away = span(event.away.ms / 1_000);
        return `${text} ${t(event.away.still ? "stillAway" : "backAfter", { span: away })}`;
      }
      case "fired":
        return t("fired", { severity: event.severity, summary: event.summary });
      case "resolved":
        return t("resolved", { summary: event.summary });
      case "restart":
        return t("restarted", { node: event.node });
      default:
        return event satisfies never;
    }
  };
  const ofMark = (mark: TimelineMark): string => {
    const lines = mark.events.slice(0, EVENTS_SHOWN_MAX).map((event) => `${full(event.atMs)}: ${textOfEvent(event)}`);
    const more = mark.events.length - lines.length;
    return [...lines, ...(more > 0 ? [t("moreHere", { n: more })] : [])].join(" · ");
  };
  return { textOfEvent, ofMark };
}
