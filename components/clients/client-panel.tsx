"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { AlertList } from "@/components/alerts/alert-list";
import { ClientActivity } from "@/components/clients/client-activity";
import { ClientFacts } from "@/components/clients/client-facts";
import { ClientVerdict } from "@/components/clients/client-verdict";
import { NameSuggestions } from "@/components/clients/name-suggestions";
import { ConnectionTimelineView } from "@/components/clients/timeline/connection-timeline";
import { usePauseable } from "@/components/shell/paused";
import { useRange } from "@/components/shell/range";
import { Missing } from "@/components/ui/missing";
import { QueryResult } from "@/components/ui/query-result";
import { Titled } from "@/components/ui/titled";
import type { ClientHistory } from "@/lib/views/clients/history-schema";
import { clientQuery } from "@/lib/views/clients/query";
import { RequestFailed } from "@/lib/views/request";

/** One client: its current state, its connection timeline and its properties. */
export function ClientPanel({ id }: { readonly id: string }) {
  const t = useTranslations("client");
  const [range] = useRange();
  const query = useQuery({ ...clientQuery(id, range), ...usePauseable() });
  if (query.data === undefined && query.error instanceof RequestFailed && query.error.status === 404) {
    return <Missing words={t("missing")} href="/clients" link={t("all")} />;
  }
  return (
    <QueryResult query={query} what={t("what")} height={400} failedAs="h1">
      {(view) => <ClientPage view={view} />}
    </QueryResult>
  );
}

export function ClientPage({ view }: { readonly view: ClientHistory }) {
  const t = useTranslations("client");
  return (
    <>
      <ClientVerdict view={view} />
      <ConnectionTimelineView view={view} />
      <ClientActivity view={view} />
      <ClientFacts client={view.client} />
      {view.nameSuggestion === null ? null : (
        <div className="mt-8">
          <NameSuggestions suggestions={[view.nameSuggestion]} />
        </div>
      )}
      {view.alerts.length === 0 ? null : (
        <div className="mt-8">
          <Titled title={t("alerts")}>
            <AlertList alerts={view.alerts.toReversed()} />
          </Titled>
        </div>
      )}
    </>
  );
}
