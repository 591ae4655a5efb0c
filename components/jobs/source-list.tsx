"use client";

import { useTranslations } from "next-intl";
import { useApplicationWords } from "@/components/applications/application-words";
import { SourceLink, SourceState } from "@/components/jobs/jobs-verdict";
import { StateWord } from "@/components/ui/state-word";
import { Titled } from "@/components/ui/titled";
import { useWords } from "@/components/ui/words";
import type { ApplicationView } from "@/lib/views/applications/schema";
import type { SourceView } from "@/lib/views/jobs/schema";

/** Each source with its read state and its polling cost. */
export function SourceList(props: {
  readonly sources: readonly SourceView[];
  readonly applications: readonly ApplicationView[];
}) {
  const { sources, applications } = props;
  const t = useTranslations("jobs");
  const { span } = useWords();
  return (
    <Titled title={t("sources")}>
      <ul className="flex flex-col">
        {sources.map((one) => (
          <li key={one.source} className="flex flex-wrap items-baseline gap-x-3 border-t border-line py-1.5">
            <SourceState state={one.state} />
            <SourceLink source={one.source}>{one.source}</SourceLink>
            <ApplicationState application={applications.find(({ source }) => source === one.source)} />
            <span className="text-13 text-quiet">
              {[one.kind, one.generation].filter((part) => part !== null).join(" ")}
              {one.pollDurationMs === null
                ? ""
                : ` · ${t("costOf", { ms: Math.round(one.pollDurationMs), span: span(one.pollIntervalMs / 1_000) })}`}
              {one.countsAre === null ? "" : ` · ${t(one.countsAre === "exact" ? "exact" : "estimatedOnly")}`}
            </span>
          </li>
        ))}
      </ul>
    </Titled>
  );
}

/** The state that an application reports itself. */
function ApplicationState({ application }: { readonly application: ApplicationView | undefined }) {
  const words = useApplicationWords();
  if (application === undefined) return null;
  const { tone, state } = words(application);
  return <StateWord tone={tone}>{state}</StateWord>;
}
