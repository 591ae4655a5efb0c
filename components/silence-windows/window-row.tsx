"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { draftFrom, type SilenceWindowDraft } from "@/components/silence-windows/draft";
import { StateWord, type Tone } from "@/components/ui/state-word";
import { useWords } from "@/components/ui/words";
import { ActionButton, BUTTON } from "@/components/webhooks/action-button";
import { expireWindow } from "@/lib/views/silence-windows/query";
import type { SilenceWindowView } from "@/lib/views/silence-windows/schema";

const TONES: Readonly<Record<SilenceWindowView["state"], Tone>> = {
  active: "warning",
  scheduled: "unknown",
  ended: "quiet",
  off: "critical",
};

/** One silence window: its state, matchers, time, author and actions. */
export function WindowRow(props: {
  readonly window: SilenceWindowView;
  readonly edit: (draft: SilenceWindowDraft) => void;
}) {
  const { window, edit } = props;
  const t = useTranslations("silenceWindows");
  const client = useQueryClient();
  const renew = () => {
    for (const queryKey of [["silence-windows"], ["alerts"]]) void client.invalidateQueries({ queryKey });
  };
  return (
    <li
      id={window.id}
      data-window={window.state}
      className="grid gap-x-4 gap-y-1 border-t border-line py-2 sm:grid-cols-[7rem_1fr_auto] target:bg-raised"
    >
      <StateWord tone={TONES[window.state]}>{t(window.state)}</StateWord>
      <div className="min-w-0">
        <p className="font-mono text-13 break-words">{window.match.join("  ")}</p>
        {window.because === null ? null : <p className="text-13 break-words text-critical">{window.because}</p>}
        {window.comment === "" ? null : <p className="break-words">{window.comment}</p>}
        <When window={window} />
        <p className="text-12 break-words text-quiet">
          {t("by", { by: window.by })}
          {window.state === "ended" ? "" : ` · ${t("matching", { count: window.matching })}`}
        </p>
      </div>
      {window.origin === "file" || window.state === "ended" ? null : (
        <div className="flex flex-wrap items-start gap-2">
          <button type="button" className={BUTTON} onClick={() => edit(draftFrom(window))}>
            {t("change")}
          </button>
          <ActionButton
            label={t("expire")}
            busyLabel={t("expiring")}
            about={window.match.join(" ")}
            run={() => expireWindow(window.id)}
            done={renew}
          />
        </div>
      )}
    </li>
  );
}

function When({ window: { spans, recurring, fromMs, untilMs } }: { readonly window: SilenceWindowView }) {
  const t = useTranslations("silenceWindows");
  const { moment } = useWords();
  const spanText = (span: { readonly fromMs: number; readonly untilMs: number }) =>
    t("span", { from: moment(span.fromMs), until: moment(span.untilMs) });
  if (recurring === null) return <p className="text-13">{untilMs === null ? null : spanText({ fromMs, untilMs })}</p>;
  const { cron, zone, durationSeconds } = recurring;
  return (
    <p className="text-13 break-words">
      {t("each", { cron, zone, minutes: Math.round(durationSeconds / 60) })}
      {spans.length === 0 ? "" : ` · ${t("next", { spans: spans.map(spanText).join(", ") })}`}
    </p>
  );
}
