"use client";

import { useTranslations } from "next-intl";
import { SourceLink } from "@/components/jobs/jobs-verdict";
import { useJobWords } from "@/components/jobs/trouble-words";
import { TimeAgo } from "@/components/ui/time-ago";
import { Titled } from "@/components/ui/titled";
import { useWords } from "@/components/ui/words";
import type { JobsRow } from "@/lib/views/jobs/schema";

/** Longer lists of errors are not read; the page of each source lists the errors of its own queues. */
const SHOWN_MAX = 12;

/** Error groups of failed and retried jobs, sorted by growth rate, then by count. */
export function ErrorGroups({ rows }: { readonly rows: readonly JobsRow[] }) {
  const t = useTranslations("jobs");
  const { number } = useWords();
  const words = useJobWords();
  const groups = rows
    .flatMap((row) => row.errors.map((error) => ({ row, ...error })))
    .sort((a, b) => Math.max(0, b.perMinute ?? 0) - Math.max(0, a.perMinute ?? 0) || b.count - a.count)
    .slice(0, SHOWN_MAX);
  const isMeasured = rows.length === 0 || rows.some((row) => row.counts.failed !== null);
  return (
    <Titled title={t("errors")}>
      {groups.length === 0 ? (
        <p className="text-quiet">{t(isMeasured ? "errorsNone" : "errorsNotMeasured")}</p>
      ) : (
        <ul className="flex flex-col">
          {groups.map(({ row, group, count, perMinute, lastSeenMs }) => (
            <li key={`${row.source}/${row.queue}/${group}`} className="border-t border-line py-1.5">
              <p className="font-mono text-13 break-words">{group}</p>
              <p className="text-12 text-quiet">
                <b className="font-semibold text-ink">{number(count)}</b>
                {words.rate(perMinute) === null ? "" : ` ${words.rate(perMinute)}`} ·{" "}
                <SourceLink source={row.source}>{`${row.source}/${row.queue}`}</SourceLink>
                {lastSeenMs === null ? null : (
                  <>
                    {" · "}
                    <TimeAgo ms={lastSeenMs} />
                  </>
                )}
              </p>
            </li>
          ))}
        </ul>
      )}
      <p className="mt-1 text-12 text-quiet">{t("errorsHint")}</p>
    </Titled>
  );
}
