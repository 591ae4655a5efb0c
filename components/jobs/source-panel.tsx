"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { ApplicationFacts } from "@/components/applications/application-facts";
import { BrokerRetries } from "@/components/jobs/broker-retries";
import { ErrorGroups } from "@/components/jobs/error-groups";
import { JobRows } from "@/components/jobs/job-rows";
import { SourceTroubles, TroubleLines } from "@/components/jobs/jobs-verdict";
import { SourceFacts } from "@/components/jobs/source-facts";
import { Panel } from "@/components/panels/panel";
import { usePauseable } from "@/components/shell/paused";
import { useRange } from "@/components/shell/range";
import { Asked } from "@/components/ui/asked";
import { Titled } from "@/components/ui/titled";
import { useWords } from "@/components/ui/words";
import type { SourcePage as View } from "@/lib/views/jobs";
import { sourceQuery } from "@/lib/views/queries";

/** One source of jobs: can it be read, what is it, what does a look cost, and how do its queues do. */
export function SourcePanel({ source }: { readonly source: string }) {
  const [range] = useRange();
  const query = useQuery({ ...sourceQuery(source), ...usePauseable() });
  return (
    <Asked query={query} what={source} height={400}>
      {(view) => (
        <SourcePage view={view} picture={<Panel panel="retry-backlog" range={range} source={source} title={false} />} />
      )}
    </Asked>
  );
}

export function SourcePage({ view, picture }: { readonly view: View; readonly picture: ReactNode }) {
  const t = useTranslations("jobs");
  return (
    <>
      <Verdict view={view} />
      <div className="mb-6 border-t border-line pt-4">
        <Titled title={t("backlog")}>{picture}</Titled>
      </div>
      <div className="mb-8">
        <Titled title={t("queues")}>
          <JobRows rows={view.rows} />
        </Titled>
      </div>
      <div className="mb-8 grid gap-x-8 gap-y-8 border-t border-line pt-4 min-[900px]:grid-cols-2">
        <ErrorGroups rows={view.rows} />
        {view.brokerRetries.length === 0 ? null : <BrokerRetries retries={view.brokerRetries} />}
      </div>
      {view.application === null ? null : (
        <div className="mb-8 border-t border-line pt-4">
          <ApplicationFacts application={view.application} />
        </div>
      )}
      <SourceFacts source={view.source} />
    </>
  );
}

function Verdict({ view: { source, rows } }: { readonly view: View }) {
  const t = useTranslations("jobs");
  const { because, clock } = useWords();
  const since = clock(source.stateSinceMs);
  const starved = rows.find((row) => row.cause === "starved");
  const troubled = rows.filter((row) => row.troubles.length > 0);
  const { span } = useWords();
  const ink = source.state === "ok" || source.state === "starting" ? "" : "text-critical";
  return (
    <div className="mb-4">
      <h1 aria-live="polite" className={`text-20 leading-8 font-semibold break-words ${ink}`}>
        {source.state === "ok"
          ? t("sourceIs", { source: source.source, clock: since })
          : source.state === "starting"
            ? t("sourceStarting", { source: source.source })
            : t("sourceBlind", { source: source.source, clock: since, because: because(source.because ?? "") })}
      </h1>
      {starved?.starvedSeconds ? <p>{t("starved", { span: span(starved.starvedSeconds) })}</p> : null}
      <SourceTroubles source={source} />
      <TroubleLines rows={troubled} />
    </div>
  );
}
