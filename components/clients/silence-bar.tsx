"use client";

import { useTranslations } from "next-intl";
import { useWords } from "@/components/ui/words";

/** Silence compared with the heartbeat timeout. The broker closes the connection after two to three timeouts, so the
 * bar spans three; its mark is at one. */
export function SilenceBar(props: {
  readonly silenceSeconds: number | null;
  readonly timeoutSeconds: number | null;
  readonly late: boolean;
}) {
  const { silenceSeconds, timeoutSeconds, late } = props;
  const t = useTranslations("clients");
  const { span } = useWords();
  if (silenceSeconds === null || timeoutSeconds === null) return <span className="text-quiet">–</span>;
  if (timeoutSeconds === 0)
    return <span className="text-quiet">{t("silenceOff", { silence: span(silenceSeconds) })}</span>;
  const share = Math.min(1, silenceSeconds / (3 * timeoutSeconds));
  return (
    <>
      <span className={late ? "font-semibold text-critical" : "text-13 text-quiet"}>
        {t("silenceOf", { silence: span(silenceSeconds), timeout: span(timeoutSeconds) })}
      </span>
      <span className="relative mt-0.5 block h-1.5 bg-raised" aria-hidden="true">
        <span
          className="block h-1.5"
          style={{ width: `${share * 100}%`, background: late ? "var(--critical-fill)" : "var(--cat-6)" }}
        />
        <span className="absolute top-[-2px] left-1/3 h-[10px] w-px bg-ink" />
      </span>
    </>
  );
}
