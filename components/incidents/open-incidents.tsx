"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { IncidentList } from "@/components/incidents/incident-list";
import { usePauseable } from "@/components/shell/paused";
import { QueryResult } from "@/components/ui/query-result";
import { openIncidentsQuery } from "@/lib/views/incidents/query";

/** The open incidents, the latest first; nothing where there is none. */
export function OpenIncidents() {
  const t = useTranslations("incidents");
  const query = useQuery({ ...openIncidentsQuery(), ...usePauseable() });
  if (query.isPending || query.data?.items.length === 0) return null;
  return (
    <section aria-labelledby="incidents" className="mt-8">
      <h2 id="incidents" className="mb-2 text-16 font-semibold">
        {t("title")}
      </h2>
      <QueryResult query={query} what={t("title")} height={80}>
        {({ items, next }) => (
          <>
            <IncidentList incidents={items} />
            {next === null ? null : <p className="mt-1 text-13 text-quiet">{t("more")}</p>}
          </>
        )}
      </QueryResult>
    </section>
  );
}
