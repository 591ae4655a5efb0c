"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { AcknowledgeForm, useRenewedAlerts } from "@/components/alerts/acknowledge-form";
import { AlertList } from "@/components/alerts/alert-list";
import { silencePage } from "@/components/silence-windows/silence-page";
import { StateWord } from "@/components/ui/state-word";
import { TimeAgo } from "@/components/ui/time-ago";
import { useWords } from "@/components/ui/words";
import { ActionButton, BUTTON } from "@/components/webhooks/action-button";
import { acknowledgeIncident, unacknowledgeIncident } from "@/lib/views/incidents/query";
import type { IncidentView } from "@/lib/views/incidents/schema";

/** Up to this many alerts of an incident are shown at once. */
const ALERTS_OPEN_MAX = 5;

/** Incidents, each with its cause, its alerts, the next step, and one acknowledgement and one silence for all of them. */
export function IncidentList({ incidents }: { readonly incidents: readonly IncidentView[] }) {
  return (
    <ul className="flex flex-col">
      {incidents.map((incident) => (
        <Incident key={incident.id} incident={incident} />
      ))}
    </ul>
  );
}

function Incident({ incident }: { readonly incident: IncidentView }) {
  const t = useTranslations("incidents");
  const states = useTranslations("state");
  const { severity, state, startedMs, summary, nextStep, alerts, alertsTotal } = incident;
  const isQuiet = incident.acknowledgedBy !== null || alerts.every(isHandled);
  return (
    <li
      id={incident.id}
      data-incident={incident.id}
      className="grid grid-cols-[1fr_auto] gap-x-4 gap-y-0.5 border-t border-line py-2 sm:grid-cols-[7rem_1fr_auto]"
    >
      <StateWord tone={isQuiet ? "quiet" : severity}>{states(state)}</StateWord>
      <p className="text-right text-13 text-quiet sm:order-1">
        <TimeAgo ms={startedMs} />
      </p>
      <div className="min-w-0 max-sm:col-span-2">
        <p className="break-words font-semibold">{summary}</p>
        <Acknowledged incident={incident} />
        {nextStep === null ? null : <p className="break-words text-13">{t("nextStep", { text: nextStep })}</p>}
        {state === "firing" ? <Actions incident={incident} /> : null}
        <details open={alerts.length <= ALERTS_OPEN_MAX} className="mt-1 text-13">
          <summary className="min-h-6 cursor-pointer text-quiet hover:text-ink">
            {t("alerts", { total: alertsTotal, firing: incident.alertsFiring })}
          </summary>
          <AlertList alerts={alerts} />
        </details>
      </div>
    </li>
  );
}

const isHandled = ({ state, acknowledgedBy, mutedBy }: IncidentView["alerts"][number]): boolean =>
  state !== "firing" || acknowledgedBy !== null || mutedBy !== null;

function Acknowledged({ incident }: { readonly incident: IncidentView }) {
  const t = useTranslations("alertActions");
  const { moment } = useWords();
  const { acknowledgedBy: by, acknowledgedUntilMs: untilMs, acknowledgedComment: comment } = incident;
  if (by === null || untilMs === null) return null;
  return (
    <p className="break-words text-13 text-quiet">
      ✓{" "}
      {comment === null || comment === ""
        ? t("acknowledged", { by, time: moment(untilMs) })
        : t("acknowledgedWith", { by, time: moment(untilMs), comment })}
    </p>
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
    <div className="mt-1 flex flex-wrap items-center gap-2 text-13">
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
