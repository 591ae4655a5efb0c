"use client";

import { useTranslations } from "next-intl";
import type { ChartLine, ChartRow } from "@/components/charts/rows";
import { useWords } from "@/components/ui/words";

/** Only the newest buckets are listed; the API returns the others. */
const ROWS_MAX = 100;

/** The values of a chart as a table, newest first. */
export function SeriesTable(props: {
  readonly title: string;
  readonly drawn: readonly ChartLine[];
  readonly rows: readonly ChartRow[];
}) {
  const t = useTranslations("panel");
  const { full, number } = useWords();
  const rows = props.rows.toReversed().slice(0, ROWS_MAX);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable region must be reachable by keyboard
    <section className="h-[200px] overflow-auto" aria-label={props.title} tabIndex={0}>
      <table className="w-full text-12">
        <thead>
          <tr className="text-left text-quiet">
            <th scope="col">{t("time")}</th>
            {props.drawn.map((series) => (
              <th key={series.key} scope="col" className="text-right">
                {series.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.ms} className="border-t border-line">
              <td>{full(row.ms)}</td>
              {props.drawn.map((series) => {
                const value = row[series.key];
                return (
                  <td key={series.key} className="text-right">
                    {typeof value === "number" ? number(value) : "–"}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
