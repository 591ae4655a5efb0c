"use client";

import { useTranslations } from "next-intl";
import { memo, type Ref } from "react";
import { SeverityWord, SourceLink, SourceState } from "@/components/jobs/jobs-verdict";
import { useJobWords } from "@/components/jobs/trouble-words";
import { Space, useWindowed } from "@/components/ui/windowed";
import { useWords } from "@/components/ui/words";
import type { JobsRow } from "@/lib/views/jobs";

/** What a row is taken to be high until it was drawn, px. */
const ROW_PX = 53;
const COLUMNS = 8;

/** Queues of all sources, the worst first; only those in the window are in the document. */
export function JobRows({ rows }: { readonly rows: readonly JobsRow[] }) {
  const t = useTranslations("jobs");
  const { body, drawn, before, after, measure } = useWindowed(rows, keyOf, ROW_PX);
  return (
    <table
      aria-label={t("list")}
      aria-rowcount={rows.length + 1}
      className="w-full table-fixed border-collapse max-sm:block"
    >
      <thead className="max-sm:sr-only">
        <tr aria-rowindex={1} className="text-left text-12 text-quiet">
          <th scope="col" className="w-28">
            {t("state")}
          </th>
          <th scope="col">{t("queue")}</th>
          <th scope="col" className="w-40">
            {t("retries")}
          </th>
          <th scope="col" className="w-40">
            {t("drains")}
          </th>
          <th scope="col" className="w-28">
            {t("oldest")}
          </th>
          <th scope="col" className="w-32">
            {t("waiting")}
          </th>
          <th scope="col" className="w-20">
            {t("running")}
          </th>
          <th scope="col" className="w-36">
            {t("failed")}
          </th>
        </tr>
      </thead>
      <tbody ref={body} className="max-sm:block">
        <Space px={before} columns={COLUMNS} />
        {drawn.map(({ row, index, key }) => (
          <Row key={key} row={row} at={index} measure={measure} />
        ))}
        <Space px={after} columns={COLUMNS} />
      </tbody>
    </table>
  );
}

const keyOf = (row: JobsRow): string => `${row.source}\0${row.queue}`;

/** Retries drain first where there are any; a queue without a retry state shows all that waits. */
const forecastOf = (row: JobsRow) => (row.retries.count === null ? row.waiting : row.retries);

const Row = memo(function Row(props: {
  readonly row: JobsRow;
  readonly at: number;
  readonly measure: Ref<HTMLTableRowElement>;
}) {
  const { row } = props;
  const t = useTranslations("jobs");
  const words = useJobWords();
  const { because } = useWords();
  const { due, later } = row.retry;
  const forecast = forecastOf(row);
  const count = (value: number | null) => words.count(value, row);
  return (
    <tr
      ref={props.measure}
      data-index={props.at}
      aria-rowindex={props.at + 2}
      className="border-t border-line align-top max-sm:grid max-sm:grid-cols-2 max-sm:gap-1 max-sm:py-2 sm:[&>td]:py-1.5 sm:[&>td]:pr-4"
    >
      <td className="max-sm:col-span-2">
        <Standing row={row} />
      </td>
      <td className="min-w-0 max-sm:col-span-2">
        <SourceLink source={row.source}>{row.queue === "" ? row.source : row.queue}</SourceLink>
        <span className="block truncate text-12 text-quiet">
          {row.state !== "ok" && row.because !== null
            ? t("unread", { because: because(row.because) })
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
        <Rate text={words.rate(row.waiting.perMinute)} />
      </td>
      <td data-label={t("running")}>{count(row.counts.running)}</td>
      <td className="text-quiet" data-label={t("failed")}>
        {count(row.counts.failed)} · {count(row.counts.done)}
        <Rate text={words.rate(row.throughputPerMinute)} />
      </td>
    </tr>
  );
});

function Standing({ row }: { readonly row: JobsRow }) {
  if (row.state !== "ok") return <SourceState state={row.state} />;
  const [worst] = row.troubles;
  return worst === undefined ? <SourceState state="ok" /> : <SeverityWord severity={worst.severity} />;
}

const Rate = ({ text }: { readonly text: string | null }) =>
  text === null ? null : <span className="block text-12 text-quiet">{text}</span>;
