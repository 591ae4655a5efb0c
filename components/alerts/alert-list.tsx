"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { AlertStatus } from "@/components/alerts/alert-status";
import { WhatToDo } from "@/components/rules/advice";
import { StateWord } from "@/components/ui/state-word";
import { TimeAgo } from "@/components/ui/time-ago";
import { useWords } from "@/components/ui/words";
import { alerts as alertTexts } from "@/lib/base/messages/en/alerts";
import type { AlertView } from "@/lib/views/alerts/schema";

/** `clientId` is an internal identifier; the label `client` contains the name. */
const LABELS_SHOWN_ELSEWHERE: readonly string[] = ["clientId"];

interface Listed {
  readonly alerts: readonly AlertView[];
  /** Action buttons of each alert; omitted in read-only lists. */
  readonly actions?: (alert: AlertView) => ReactNode;
}

/** Labels defined by an operator have no translated name. */
const isNamed = (label: string): label is keyof typeof alertTexts.labelNames =>
  Object.hasOwn(alertTexts.labelNames, label);

/** Alerts, each with its summary, start time, value and threshold. */
export function AlertList({ alerts, actions = () => null }: Listed) {
  return (
    <ul className="flex flex-col">
      {alerts.map((alert) => (
        <Row key={alert.id} alert={alert}>
          {actions(alert)}
        </Row>
      ))}
    </ul>
  );
}

function Row({ alert, children }: { readonly alert: AlertView; readonly children: ReactNode }) {
  const t = useTranslations("alerts");
  const states = useTranslations("state");
  const names = useTranslations("labelNames");
  const { number, span } = useWords();
  const tone = alert.state === "firing" ? alert.severity : alert.state === "resolved" ? "ok" : "quiet";
  const threshold = number(alert.threshold);
  return (
    <li
      id={alert.id}
      data-alert={alert.id}
      className="grid grid-cols-[1fr_auto] gap-x-4 gap-y-0.5 border-t border-line py-2 sm:grid-cols-[7rem_1fr_auto] target:bg-raised"
    >
      <StateWord tone={tone}>{states(alert.state)}</StateWord>
      <p className="text-right text-13 text-quiet sm:order-1">
        <TimeAgo ms={alert.startedMs} />
        {alert.resolvedMs === null
          ? ""
          : ` · ${t("ended", { span: span((alert.resolvedMs - alert.startedMs) / 1_000) })}`}
      </p>
      <div className="min-w-0 max-sm:col-span-2">
        <p className="break-words">
          {alert.labels.clientId === undefined ? (
            alert.summary
          ) : (
            <Link href={`/clients/${alert.labels.clientId}`} className="hover:underline">
              {alert.summary}
            </Link>
          )}
        </p>
        <p className="text-12 text-quiet">
          {alert.rule}
          {Object.entries(alert.labels)
            .filter(([name]) => !LABELS_SHOWN_ELSEWHERE.includes(name))
            .map(([name, value]) => ` · ${isNamed(name) ? names(name) : name} ${value}`)
            .join("")}
          {alert.value === null ? "" : ` · ${t("valueOf", { value: number(alert.value), threshold })}`}
          {alert.inferred ? ` · ${t("inferred")}` : ""}
          {alert.noData ? ` · ${t("noData")}` : ""}
        </p>
        <AlertStatus alert={alert} />
        {alert.state === "resolved" ? null : <WhatToDo rule={alert.rule} />}
        {children}
      </div>
    </li>
  );
}
