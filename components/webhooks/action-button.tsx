"use client";

import { useTranslations } from "next-intl";
import { useAction } from "@/components/webhooks/action";

export const BUTTON = "min-h-6 rounded-6 border border-line px-2 text-13 hover:bg-raised disabled:text-quiet";

/** A button for one action, with an error message beside it if the action fails. */
export function ActionButton<T>(props: {
  readonly label: string;
  readonly busyLabel?: string;
  /** The object of the action, for screen readers that read the button without its row. */
  readonly about: string;
  readonly run: () => Promise<T>;
  readonly done?: (answer: T) => void;
}) {
  const { label, busyLabel = label, about, run, done } = props;
  const t = useTranslations("webhooks");
  const { start, busy, failed } = useAction(run, done);
  return (
    <>
      <button type="button" className={BUTTON} onClick={start} disabled={busy} aria-label={`${label}: ${about}`}>
        {busy ? busyLabel : label}
      </button>
      {failed === null ? null : (
        <span role="alert" className="text-13 text-critical">
          {t("failed", { message: failed })}
        </span>
      )}
    </>
  );
}
