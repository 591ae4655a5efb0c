"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { BrokerRetries } from "@/components/jobs/broker-retries";
import { ErrorGroups } from "@/components/jobs/error-groups";
import { JobRows } from "@/components/jobs/job-rows";
import { JobsVerdict } from "@/components/jobs/jobs-verdict";
import { SourceList } from "@/components/jobs/source-list";
import { Panel } from "@/components/panels/panel";
import { usePauseable } from "@/components/shell/paused";
import { useRange } from "@/components/shell/range";
import { QueryResult } from "@/components/ui/query-result";
import { Titled } from "@/components/ui/titled";
import { jobsQuery } from "@/lib/views/jobs/query";
import type { JobsView } from "@/lib/views/jobs/schema";

/** Every queue of every job source. */
export function JobsPanel() {
  const t = useTranslations("jobs");
  const [range] = useRange();
  const query = useQuery({ ...jobsQuery(), ...usePauseable() });
  return (
    <QueryResult query={query} what={t("title")} height={400}>
      {(view) => <JobsPage view={view} picture={<Panel panel="retry-backlog" range={range} />} />}
    </QueryResult>
  );
}

/** `picture` is a prop because it fetches its own data; the gallery passes one with fixed data. */
export function JobsPage({ view, picture }: { readonly view: JobsView; readonly picture: ReactNode }) {
  const t = useTranslations("jobs");
  if (view.sources.length === 0) return <JobsVerdict view={view} />;
  return (
    <>
      <JobsVerdict view={view} />
      <div className="mb-6 border-t border-line pt-4">{picture}</div>
      <div className="mb-8">
        <Titled title={t("queues")}>
          <JobRows rows={view.items} />
        </Titled>
      </div>
      <div className="grid gap-x-8 gap-y-8 border-t border-line pt-4 min-[900px]:grid-cols-2">
        <ErrorGroups rows={view.items} />
        <BrokerRetries retries={view.brokerRetries} />
        <SourceList sources={view.sources} applications={view.applications} />
      </div>
    </>
  );
}
