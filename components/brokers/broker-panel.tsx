"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { AccessChecks } from "@/components/brokers/access-checks";
import { BrokerFacts } from "@/components/brokers/broker-facts";
import { BrokerVerdict } from "@/components/brokers/broker-verdict";
import { Churn } from "@/components/brokers/churn";
import { Ends } from "@/components/brokers/ends";
import { Nodes } from "@/components/brokers/nodes";
import { Refusals } from "@/components/brokers/refusals";
import { RestartRecovery } from "@/components/brokers/restart-recovery";
import { NameSuggestions } from "@/components/clients/name-suggestions";
import { usePauseable } from "@/components/shell/paused";
import { useRange } from "@/components/shell/range";
import { Missing } from "@/components/ui/missing";
import { QueryResult } from "@/components/ui/query-result";
import { brokerQuery } from "@/lib/views/brokers/query";
import type { BrokerHistory } from "@/lib/views/brokers/schema";
import { RequestFailed } from "@/lib/views/request";

/** One broker: reachability, nodes, connection churn and close reasons. */
export function BrokerPanel({ id }: { readonly id: string }) {
  const t = useTranslations("broker");
  const [range] = useRange();
  const query = useQuery({ ...brokerQuery(id, range), ...usePauseable() });
  if (query.data === undefined && query.error instanceof RequestFailed && query.error.status === 404) {
    return <Missing words={t("missing", { broker: id })} href="/" link={t("toOverview")} />;
  }
  return (
    <QueryResult query={query} what={t("what", { broker: id })} height={400} failedAs="h1">
      {(view) => <BrokerPage view={view} />}
    </QueryResult>
  );
}

export function BrokerPage({ view }: { readonly view: BrokerHistory }) {
  return (
    <>
      <BrokerVerdict broker={view.broker} />
      <div className="mb-8 grid gap-x-8 gap-y-8 border-y border-line py-4 min-[900px]:grid-cols-2">
        <Churn view={view} />
        <Ends view={view} />
        <Nodes broker={view.broker} restarts={view.restarts} />
        <AccessChecks sees={view.broker.sees} />
        {view.broker.comeback === null ? null : <RestartRecovery comeback={view.broker.comeback} />}
        {view.broker.nameSuggestions.length === 0 ? null : (
          <NameSuggestions suggestions={view.broker.nameSuggestions} />
        )}
        {view.broker.refusals.length === 0 ? null : <Refusals refusals={view.broker.refusals} />}
      </div>
      <BrokerFacts broker={view.broker} />
    </>
  );
}
