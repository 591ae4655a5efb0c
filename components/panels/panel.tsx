"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { Reconnects } from "@/components/clients/reconnects";
import { HeartbeatMisses } from "@/components/heartbeats/heartbeat-misses";
import { RetryBacklog } from "@/components/retries/retry-backlog";
import { RunnerLastContact } from "@/components/runners/runner-last-contact";
import { usePauseable } from "@/components/shell/paused";
import { QueryResult } from "@/components/ui/query-result";
import { panelQuery } from "@/lib/views/panels/query";
import type { Panel as Name, PanelView } from "@/lib/views/panels/schema";
import type { Range } from "@/lib/views/series/schema";

/** One of the four panels: fetches its data and shows the chart or the error. */
export function Panel(props: {
  readonly panel: Name;
  readonly range: Range;
  readonly token?: string;
  /** Restricts the panel to one job source. */
  readonly source?: string;
  readonly title?: boolean;
}) {
  const t = useTranslations("panel");
  const query = useQuery({
    ...panelQuery(props.panel, props.range, props.token ?? null, props.source ?? null),
    ...usePauseable(),
  });
  return (
    <section data-panel={props.panel} aria-label={t(props.panel)} className="min-w-0">
      {props.title === false ? null : <h2 className="mb-1 text-14 font-semibold">{t(props.panel)}</h2>}
      <QueryResult query={query} what={t(props.panel)}>
        {(view) => <Picture view={view} />}
      </QueryResult>
    </section>
  );
}

export function Picture({ view }: { readonly view: PanelView }) {
  switch (view.panel) {
    case "heartbeat-misses":
      return <HeartbeatMisses view={view} />;
    case "reconnects":
      return <Reconnects view={view} />;
    case "retry-backlog":
      return <RetryBacklog view={view} />;
    case "runner-last-contact":
      return <RunnerLastContact view={view} />;
    default:
      return view.panel satisfies never;
  }
}
