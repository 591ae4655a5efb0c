"use client";

import { useTranslations } from "next-intl";
import { SourceLink, SourceState } from "@/components/jobs/jobs-verdict";
import { Titled } from "@/components/ui/titled";
import { useWords } from "@/components/ui/words";
import type { SourceView } from "@/lib/views/jobs";

/** Each source: can it be read, and what does reading it cost. */
export function SourceList({ sources }: { readonly sources: readonly SourceView[] }) {
  const t = useTranslations("jobs");
  const { span } = useWords();
  return (
    <Titled title={t("sources")}>
      <ul className="flex flex-col">
        {sources.map((one) => (
          <li key={one.source} className="flex flex-wrap items-baseline gap-x-3 border-t border-line py-1.5">
            <SourceState state={one.state} />
            <SourceLink source={one.source}>{one.source}</SourceLink>
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
