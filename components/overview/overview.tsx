"use client";

import { useQuery } from "@tanstack/react-query";
import { useSearchParams } from "next/navigation";
import { useTranslations } from "next-intl";
import { AlertList } from "@/components/alerts/alert-list";
import { ClientList } from "@/components/clients/client-list";
import { OpenIncidents } from "@/components/incidents/open-incidents";
import { Verdict } from "@/components/overview/verdict";
import { Panel } from "@/components/panels/panel";
import { usePauseable } from "@/components/shell/paused";
import { useRange } from "@/components/shell/range";
import { QueryResult } from "@/components/ui/query-result";
import { overviewQuery } from "@/lib/views/overview/query";
import type { OverviewView } from "@/lib/views/overview/schema";
import { PANELS } from "@/lib/views/panels/schema";

/** Number of recent alerts below the clients; the alerts page lists all of them. */
const ALERTS_SHOWN = 8;

/** The overview page: whether anything is wrong, where, and since when. */
export function Overview() {
  const t = useTranslations("app");
  const query = useQuery({ ...overviewQuery(), ...usePauseable() });
  const kiosk = useSearchParams().has("kiosk");
  return (
    <QueryResult query={query} what={t("overview")} height={400}>
      {(view) => (
        <>
          {view.simulated ? (
            <p className="mb-4 border border-warning px-3 py-2 text-13 text-warning">{t("simulated")}</p>
          ) : null}
          <Verdict verdict={view.verdict} />
          <Panels />
          {kiosk ? null : <Below view={view} />}
        </>
      )}
    </QueryResult>
  );
}

function Panels() {
  const [range] = useRange();
  return (
    <div className="mb-8 grid gap-x-8 gap-y-6 border-y border-line py-4 min-[900px]:grid-cols-2">
      {PANELS.map((panel) => (
        <Panel key={panel} panel={panel} range={range} />
      ))}
    </div>
  );
}

function Below({ view }: { readonly view: OverviewView }) {
  const t = useTranslations("alerts");
  // Those that fire are in their incidents.
  const others = view.alerts.filter(({ state }) => state !== "firing");
  return (
    <>
      <OpenIncidents />
      <ClientList clients={view.clients} total={view.clientsTotal} />
      <section aria-labelledby="alerts" className="mt-8">
        <h2 id="alerts" className="mb-2 text-16 font-semibold">
          {t("title")}
        </h2>
        {others.length === 0 ? (
          <p className="text-quiet">{t("none")}</p>
        ) : (
          <AlertList alerts={others.slice(0, ALERTS_SHOWN)} />
        )}
      </section>
    </>
  );
}
