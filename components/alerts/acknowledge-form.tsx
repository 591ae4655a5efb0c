"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useRef } from "react";
import { useFormFocus } from "@/components/ui/form-focus";
import { ActionButton } from "@/components/webhooks/action-button";
import type { AcknowledgementInput } from "@/lib/views/alerts/query";

const HOUR_MS = 3_600_000;
const HOURS = [1, 4, 8, 24, 72] as const;
const HOURS_USUAL = 8;
const FIELD = "min-h-8 rounded-6 border border-line bg-ground px-2";

/** For how long, by whom and why an alert or an incident is acknowledged. */
export function AcknowledgeForm(props: {
  readonly title: string;
  /** The object of the action, for screen readers. */
  readonly about: string;
  readonly acknowledge: (input: AcknowledgementInput) => Promise<unknown>;
  readonly close: () => void;
}) {
  const { title, about, acknowledge, close } = props;
  const t = useTranslations("alertActions");
  const renew = useRenewedAlerts();
  const form = useRef<HTMLFormElement>(null);
  useFormFocus(form, close);
  const run = () => {
    const given = new FormData(form.current ?? undefined);
    const text = (name: string): string => String(given.get(name) ?? "").trim();
    const by = text("by");
    const untilMs = Date.now() + Number(text("hours")) * HOUR_MS;
    return acknowledge({ untilMs, comment: text("comment"), ...(by === "" ? {} : { by }) });
  };
  return (
    <form
      ref={form}
      aria-label={title}
      onSubmit={(event) => event.preventDefault()}
      className="flex w-full flex-wrap items-end gap-2 rounded-6 bg-raised p-2"
    >
      <label className="flex flex-col gap-1">
        {t("forLong")}
        <select name="hours" defaultValue={HOURS_USUAL} className={FIELD}>
          {HOURS.map((n) => (
            <option key={n} value={n}>
              {n % 24 === 0 ? t("days", { n: n / 24 }) : t("hours", { n })}
            </option>
          ))}
        </select>
      </label>
      <label className="flex min-w-0 flex-col gap-1">
        {t("name")}
        <input name="by" maxLength={64} autoComplete="name" className={`${FIELD} w-40 max-w-full`} />
      </label>
      <label className="flex min-w-0 grow flex-col gap-1">
        {t("comment")}
        <input name="comment" maxLength={500} className={`${FIELD} w-full`} />
      </label>
      <ActionButton
        label={t("acknowledge")}
        busyLabel={t("acknowledging")}
        about={about}
        run={run}
        done={() => {
          // The button that opened the form goes with the answer: the actions around it stay.
          form.current?.parentElement?.focus();
          close();
          renew();
        }}
      />
    </form>
  );
}

/** Invalidates every query that shows alerts. */
export function useRenewedAlerts(): () => void {
  const client = useQueryClient();
  return () => {
    for (const queryKey of [["alerts"], ["incidents"], ["overview"], ["silence-windows"]]) {
      void client.invalidateQueries({ queryKey });
    }
  };
}
