"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { BlindBrokers } from "@/components/brokers/blind-brokers";
import { ClientFilters } from "@/components/clients/client-filters";
import { ClientRows } from "@/components/clients/client-rows";
import { useFilter } from "@/components/clients/filters-url";
import { Empty } from "@/components/panels/empty";
import { usePauseable } from "@/components/shell/paused";
import { QueryResult } from "@/components/ui/query-result";
import { useWords } from "@/components/ui/words";
import { clientRowsQuery } from "@/lib/views/clients/query";
import type { ClientRowsView } from "@/lib/views/clients/schema";

/** All clients, most severe first. */
export function ClientsPanel() {
  const t = useTranslations("clientList");
  const [filter] = useFilter();
  const query = useQuery({ ...clientRowsQuery(filter), ...usePauseable() });
  return (
    <QueryResult query={query} what={t("title")} height={400} failedAs="h1">
      {(view) => (
        <>
          <h1 aria-live="polite" className="mb-3 text-20 leading-8 font-semibold">
            <Sentence view={view} />
          </h1>
          <BlindBrokers blind={view.blind} />
          <ClientFilters view={view} />
          {view.items.length === 0 ? (
            <Empty>{t(nobody(view) ? "none" : "noMatch")}</Empty>
          ) : (
            <ClientRows rows={view.items} />
          )}
          <Cut view={view} />
        </>
      )}
    </QueryResult>
  );
}

const nobody = (view: ClientRowsView): boolean => view.choices.broker.length === 0;

/** How many clients are in trouble; the chips below show the number per state. */
function Sentence({ view }: { readonly view: ClientRowsView }) {
  const t = useTranslations("clientList");
  const { late, lost, blocked, absent, connected } = view.counts;
  const troubled = late + lost + blocked + absent + view.misbehaving;
  const total = late + lost + blocked + absent + connected;
  const [{ state: _, ...others }] = useFilter();
  const filtered = Object.values(others).some((value) => value !== undefined);
  if (total === 0) return t(filtered ? "noMatch" : "sentenceNobody");
  if (filtered) return t(troubled === 0 ? "filteredWell" : "filteredTroubled", { troubled, total });
  return t(troubled === 0 ? "sentenceWell" : "sentenceTroubled", { troubled, total });
}

/** Shown if the response is truncated; the filters reach the other clients. */
function Cut({ view }: { readonly view: ClientRowsView }) {
  const t = useTranslations("clientList");
  const { number } = useWords();
  if (view.items.length >= view.total) return null;
  return (
    <p className="mt-2 text-13 text-quiet">
      {t("cut", { shown: number(view.items.length), total: number(view.total) })}
    </p>
  );
}
