"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { AlertActions } from "@/components/alerts/alert-actions";
import { AlertList } from "@/components/alerts/alert-list";
import { Empty } from "@/components/panels/empty";
import { usePauseable } from "@/components/shell/paused";
import { QueryResult } from "@/components/ui/query-result";
import { alertsQuery } from "@/lib/views/alerts/query";
import { byUrgency } from "@/lib/views/alerts/schema";

/** Firing alerts with their actions, then pending alerts, then resolved alerts. */
export function AlertsPanel() {
  const actions = useTranslations("alertActions");
  return (
    <>
      <Sentence />
      <Part state="firing" none={actions("noneFiring")} />
      <Part state="pending" none={null} />
      <Part state="resolved" none={actions("noneEnded")} />
    </>
  );
}

/** Number of firing alerts, and how many of them are neither acknowledged nor muted; coloured by severity. */
function Sentence() {
  const t = useTranslations("alerts");
  const taken = useTranslations("handled");
  const { data } = useQuery({ ...alertsQuery("firing"), ...usePauseable() });
  const firing = data?.items ?? [];
  const open = firing.filter((alert) => alert.acknowledgedBy === null && alert.mutedBy === null);
  const isCritical = open.some(({ severity }) => severity === "critical");
  const ink = isCritical ? "text-critical" : open.length > 0 ? "text-warning" : "";
  return (
    <h1 aria-live="polite" className={`mb-3 text-20 leading-8 font-semibold sm:text-28 sm:leading-10 ${ink}`}>
      {data === undefined
        ? t("pageTitle")
        : data.next === null
          ? taken("firing", { n: firing.length, open: open.length })
          : taken("firingMany", { n: firing.length })}
    </h1>
  );
}

const TITLES = { firing: "firing", pending: "pending", resolved: "ended" } as const;

function Part({ state, none }: { readonly state: keyof typeof TITLES; readonly none: string | null }) {
  const t = useTranslations("alertActions");
  const query = useQuery({ ...alertsQuery(state), ...usePauseable() });
  if (none === null && query.data?.items.length === 0) return null;
  return (
    <section aria-labelledby={`alerts-${state}`} className="mb-6" data-alerts={state}>
      <h2 id={`alerts-${state}`} className="mb-1 text-16 font-semibold">
        {t(TITLES[state])}
      </h2>
      <QueryResult query={query} what={t(TITLES[state])} height={80}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty>{none ?? ""}</Empty>
          ) : (
            <AlertList alerts={items.toSorted(byUrgency)} actions={(alert) => <AlertActions alert={alert} />} />
          )
        }
      </QueryResult>
    </section>
  );
}
