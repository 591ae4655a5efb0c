"use client";

import { useQueryClient } from "@tanstack/react-query";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useRef, useState } from "react";
import { ActionButton, BUTTON } from "@/components/webhooks/action-button";
import { acknowledgeAlert, unacknowledgeAlert } from "@/lib/views/alerts/query";
import type { AlertView } from "@/lib/views/alerts/schema";

const HOUR_MS = 3_600_000;
const HOURS = [1, 4, 8, 24, 72] as const;
const HOURS_USUAL = 8;
const FIELD = "min-h-8 rounded-6 border border-line bg-ground px-2";

/** Operator actions on a firing alert: acknowledge it, remove the acknowledgement, silence it. */
export function AlertActions({ alert }: { readonly alert: AlertView }) {
  const t = useTranslations("alertActions");
  const [open, setOpen] = useState(false);
  const renew = useRenew();
  if (alert.state !== "firing") return null;
  return (
    <div className="mt-1 flex flex-wrap items-center gap-2 text-13">
      {alert.acknowledgedBy === null ? (
        <button type="button" className={BUTTON} aria-expanded={open} onClick={() => setOpen(!open)}>
          {t("acknowledge")}…
        </button>
      ) : (
        <ActionButton
          label={t("giveBack")}
          about={alert.summary}
          run={() => unacknowledgeAlert(alert.id)}
          done={renew}
        />
      )}
      <Link href={`/silence-windows?${searchOf(alert)}`} className={`${BUTTON} inline-flex items-center`}>
        {t("silenceThis")}
      </Link>
      {open && alert.acknowledgedBy === null ? <Acknowledge alert={alert} close={() => setOpen(false)} /> : null}
    </div>
  );
}

function Acknowledge({ alert, close }: { readonly alert: AlertView; readonly close: () => void }) {
  const t = useTranslations("alertActions");
  const renew = useRenew();
  const form = useRef<HTMLFormElement>(null);
  const run = () => {
    const given = new FormData(form.current ?? undefined);
    const text = (name: string): string => String(given.get(name) ?? "").trim();
    const by = text("by");
    const untilMs = Date.now() + Number(text("hours")) * HOUR_MS;
    return acknowledgeAlert(alert.id, { untilMs, comment: text("comment"), ...(by === "" ? {} : { by }) });
  };
  return (
    <form
      ref={form}
      aria-label={t("acknowledgeTitle")}
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
        about={alert.summary}
        run={run}
        done={() => {
          close();
          renew();
        }}
      />
    </form>
  );
}

/** Invalidates every query that shows alerts. */
function useRenew(): () => void {
  const client = useQueryClient();
  return () => {
    for (const queryKey of [["alerts"], ["overview"], ["silence-windows"]]) void client.invalidateQueries({ queryKey });
  };
}

/** Matchers for exactly this instance: its rule and all labels, without `clientId` if `client` (the name) is set. */
function searchOf({ rule, labels }: AlertView): string {
  const named = Object.entries(labels).filter(([name]) => name !== "clientId" || labels.client === undefined);
  const texts = [["rule", rule], ...named].map(
    ([name = "", value = ""]) => `${name}="${value.replace(/[\\"]/g, "\\$&")}"`,
  );
  return new URLSearchParams(texts.map((text) => ["match", text])).toString();
}
