"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { AcknowledgeForm, useRenewedAlerts } from "@/components/alerts/acknowledge-form";
import { silencePage } from "@/components/silence-windows/silence-page";
import { ActionButton, BUTTON } from "@/components/webhooks/action-button";
import { acknowledgeAlert, unacknowledgeAlert } from "@/lib/views/alerts/query";
import type { AlertView } from "@/lib/views/alerts/schema";

/** Operator actions on a firing alert: acknowledge it, remove the acknowledgement, silence it. */
export function AlertActions({ alert }: { readonly alert: AlertView }) {
  const t = useTranslations("alertActions");
  const [open, setOpen] = useState(false);
  const renew = useRenewedAlerts();
  if (alert.state !== "firing") return null;
  return (
    <div tabIndex={-1} className="mt-1 flex flex-wrap items-center gap-2 text-13">
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
      <Link href={silencePage(matchersOf(alert))} className={`${BUTTON} inline-flex items-center`}>
        {t("silenceThis")}
      </Link>
      {open && alert.acknowledgedBy === null ? (
        <AcknowledgeForm
          title={t("acknowledgeTitle")}
          about={alert.summary}
          acknowledge={(input) => acknowledgeAlert(alert.id, input)}
          close={() => setOpen(false)}
        />
      ) : null}
    </div>
  );
}

/** Matchers for exactly this instance: its rule and all labels, without `clientId` if `client` (the name) is set. */
function matchersOf({ rule, labels }: AlertView): readonly (readonly [name: string, value: string])[] {
  const named = Object.entries(labels).filter(([name]) => name !== "clientId" || labels.client === undefined);
  return [["rule", rule], ...named];
}
