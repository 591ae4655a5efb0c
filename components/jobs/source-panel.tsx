"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { ApplicationFacts } from "@/components/applications/application-facts";
import { BrokerRetries } from "@/components/jobs/broker-retries";
import { ErrorGroups } from "@/components/jobs/error-groups";
import { JobRows } from "@/components/jobs/job-rows";
import { SourceFacts } from "@/components/jobs/source-facts";
import { SourceVerdict } from "@/components/jobs/source-verdict";
import { Panel } from "@/components/panels/panel";
import { usePauseable } from "@/components/shell/paused";
import { useRange } from "@/components/shell/range";
import { QueryResult } from "@/components/ui/query-result";
import { Titled } from "@/components/ui/titled";
import { sourceQuery } from "@/lib/views/jobs/query";
import type { SourcePage as View } from "@/lib/views/jobs/schema";

/** One job source: its read state, kind, polling cost and queues. */
export function SourcePanel({ source }: { readonly source: string }) {
  const [range] = useRange();
  const query = useQuery({ ...sourceQuery(source), ...usePauseable() });
  return (
    <QueryResult query={query} what={source} height={400}>
      {(view) => (
        <SourcePage view={view} picture={<Panel panel="retry-backlog" range={range} source={source} title={false} />} />
      )}
    </QueryResult>
  );
}

/** Facts of an application come before its queues and its backlog, because they explain both. */
export function SourcePage({ view, picture }: { readonly view: View; readonly picture: ReactNode }) {
  const t = useTranslations("jobs");
  const { application, rows, brokerRetries, source } = view;
  // It has not been read since the start: an empty list would say that it has no queues.
  if (source.lastPollMs === null && rows.length === 0 && application === null) {
    return (
      <>
        <SourceVerdict view={view} />
        <SourceFacts source={source} />
      </>
    );
  }
  const backlog = (
    <div className="mb-6 border-t border-line pt-4">
      <Titled title={t("backlog")}>{picture}</Titled>
    </div>
  );
  return (
    <>
      <SourceVerdict view={view} />
      {application === null ? (
        backlog
      ) : (
        <div className="mb-8 border-t border-line pt-4">
          <ApplicationFacts application={application} />
        </div>
      )}
      <div className="mb-8">
        <Titled title={t("queues")}>
          <JobRows rows={rows} />
        </Titled>
      </div>
      {application === null ? null : backlog}
      <div className="mb-8 grid gap-x-8 gap-y-8 border-t border-line pt-4 min-[900px]:grid-cols-2">
        <ErrorGroups rows={rows} />
        {brokerRetries.length === 0 ? null : <BrokerRetries retries={brokerRetries} />}
      </div>
      <SourceFacts source={source} />
    </>
  );
}
