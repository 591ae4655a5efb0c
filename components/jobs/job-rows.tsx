"use client";

import { useTranslations } from "next-intl";
import { memo } from "react";
import { SeverityWord, SourceLink, SourceState } from "@/components/jobs/jobs-verdict";
import { useJobWords } from "@/components/jobs/trouble-words";
import { WindowedTable } from "@/components/ui/windowed-table";
import { useWords } from "@/components/ui/words";
import type { JobsRow } from "@/lib/views/jobs/schema";

/** Queues of all sources, worst first. */
export function JobRows({ rows }: { readonly rows: readonly JobsRow[] }) {
  const t = useTranslations("jobs");
  const columns = [
    { name: t("state"), width: "w-28" },
    { name: t("queue") },
    { name: t("retries"), width: "w-40" },
    { name: t("drains"), width: "w-40" },
    { name: t("oldest"), width: "w-28" },
    { name: t("waiting"), width: "w-32" },
    { name: t("running"), width: "w-20" },
    { name: t("failed"), width: "w-36" },
  ];
  return (
    <WindowedTable
      label={t("list")}
      columns={columns}
      rows={rows}
      keyOf={keyOf}
      cells={Cells}
      card="max-sm:grid-cols-2"
    />
  );
}

const keyOf = (row: JobsRow): string => `${row.source}\0${row.queue}`;

/** The forecast of the retries, or of all waiting jobs if the queue has no retry state. */
const forecastOf = (row: JobsRow) => (row.retries.count === null ? row.waiting : row.retries);

const Cells = memo(function Cells({ row }: { readonly row: JobsRow }) {
  const t = useTranslations("jobs");
  const words = useJobWords();
  const { reasonText } = useWords();
  const { due, later } = row.retry;
  const forecast = forecastOf(row);
  const count = (value: number | null) => words.count(value, row);
  return (
    <>
      <td className="max-sm:col-span-2">
        <QueueState row={row} />
      </td>
      <td className="min-w-0 max-sm:col-span-2">
        <SourceLink source={row.source}>{row.queue === "" ? row.source : row.queue}</SourceLink>
        <span className="block truncate text-12 text-quiet">
          {row.state !== "ok" && row.reason !== null
            ? t("unread", { because: reasonText(row.reason) })
            : [row.source, row.kind].join(" · ")}
        </span>
      </td>
      <td data-label={t("retries")}>
        {due === null && later === null ? "–" : t("retriesOf", { due: count(due), later: count(later) })}
        <Rate text={words.rate(row.retries.perMinute)} />
      </td>
      <td className="text-13" data-label={t("drains")}>
        {words.drain(forecast.drain)}
      </td>
      <td className="text-13" data-label={t("oldest")}>
        {words.long(row.oldestDueSeconds)}
      </td>
      <td data-label={t("waiting")}>
        {count(row.waiting.count)}
        {row.counts.scheduled ? (
          <span className="block text-12 text-quiet">{t("scheduled", { n: count(row.counts.scheduled) })}</span>
        ) : null}
        <Rate text={words.rate(row.waiting.perMinute)} />
      </td>
      <td data-label={t("running")}>{count(row.counts.running)}</td>
      <td className="text-quiet" data-label={t("failed")}>
        {count(row.counts.failed)} · {count(row.counts.done)}
        <Rate text={words.rate(row.throughputPerMinute)} />
      </td>
    </>
  );
});

function QueueState({ row }: { readonly row: JobsRow }) {
  if (row.state !== "ok") return <SourceState state={row.state} />;
  const [worst] = row.troubles;
  return worst === undefined ? <SourceState state="ok" /> : <SeverityWord severity={worst.severity} />;
}

const Rate = ({ text }: { readonly text: string | null }) =>
  text === null ? null : <span className="block text-12 text-quiet">{text}</span>;
