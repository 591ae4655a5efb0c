"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { AcknowledgeForm, useRenewedAlerts } from "@/components/alerts/acknowledge-form";
import { AlertList } from "@/components/alerts/alert-list";
import { silencePage } from "@/components/silence-windows/silence-page";
import { ActionButton, BUTTON } from "@/components/webhooks/action-button";
import type { AlertView } from "@/lib/views/alerts/schema";
import { acknowledgeIncident, unacknowledgeIncident } from "@/lib/views/incidents/query";
import type { IncidentView } from "@/lib/views/incidents/schema";

/** Up to this many further alerts of an incident are shown at once. */
const ALERTS_OPEN_MAX = 5;

/** Incidents, each with its cause, what followed from it, the next step, and one acknowledgement and one silence for all. */
export function IncidentList({ incidents }: { readonly incidents: readonly IncidentView[] }) {
  const shown = incidents.flatMap((incident) => {
    const alert = mainAlertOf(incident);
    return alert === undefined ? [] : [{ incident, alert }];
  });
  const byAlert = new Map(shown.map(({ incident, alert }) => [alert.id, incident]));
  return (
    <AlertList
      alerts={shown.map(({ alert }) => alert)}
      actions={({ id }) => {
        const incident = byAlert.get(id);
        return incident === undefined ? null : <Incident incident={incident} main={id} />;
      }}
    />
  );
}

/** The cause while it fires; otherwise the worst of what followed from it and still fires. */
const mainAlertOf = ({ alerts }: IncidentView): AlertView | undefined => {
  const [root] = alerts;
  return root?.state === "firing" ? root : (alerts.find(({ state }) => state === "firing") ?? root);
};

/** What an incident is beside its main alert. */
function Incident({ incident, main }: { readonly incident: IncidentView; readonly main: string }) {
  const t = useTranslations("incidents");
  const { state, nextStep, alerts, alertsTotal, alertsFiring } = incident;
  const others = alerts.filter(({ id }) => id !== main);
  // Many sentences end with the next step.
  const isInSummary = nextStep !== null && alerts.some(({ id, summary }) => id === main && summary.includes(nextStep));
  return (
    <div data-incident={incident.id}>
      {nextStep === null || isInSummary ? null : (
        <p className="break-words text-13">{t("nextStep", { text: nextStep })}</p>
      )}
      {state === "firing" ? <Actions incident={incident} /> : null}
      {others.length === 0 ? null : (
        <details open={others.length <= ALERTS_OPEN_MAX} className="mt-1">
          <summary className="min-h-6 cursor-pointer text-13 text-quiet hover:text-ink">
            {t("others", { n: alertsTotal - 1, firing: alertsFiring })}
          </summary>
          <AlertList alerts={others} />
        </details>
      )}
    </div>
  );
}

function Actions({ incident }: { readonly incident: IncidentView }) {
  const t = useTranslations("incidents");
  const actions = useTranslations("alertActions");
  const [open, setOpen] = useState(false);
  const renew = useRenewedAlerts();
  const { id, severity, summary, acknowledgedBy } = incident;
  // While it is a warning, a window for warnings only: what becomes critical is sent.
  const silenced = severity === "warning" ? ([["severity", "warning"]] as const) : [];
  return (
    <div tabIndex={-1} className="mt-1 flex flex-wrap items-center gap-2 text-13">
      {acknowledgedBy === null ? (
        <button type="button" className={BUTTON} aria-expanded={open} onClick={() => setOpen(!open)}>
          {t("acknowledgeAll")}…
        </button>
      ) : (
        <ActionButton label={actions("giveBack")} about={summary} run={() => unacknowledgeIncident(id)} done={renew} />
      )}
      <Link href={silencePage([["incident", id], ...silenced])} className={`${BUTTON} inline-flex items-center`}>
        {t("silenceAll")}
      </Link>
      {open && acknowledgedBy === null ? (
        <AcknowledgeForm
          title={t("acknowledgeTitle")}
          about={summary}
          acknowledge={(input) => acknowledgeIncident(id, input)}
          close={() => setOpen(false)}
        />
      ) : null}
    </div>
  );
}
