"use client";

import { useTranslations } from "next-intl";
import { memo, type Ref } from "react";
import { ClientName, useClientName } from "@/components/clients/client-name";
import { LastEnd } from "@/components/clients/last-end";
import { SilenceBar } from "@/components/clients/silence-bar";
import { Spark } from "@/components/clients/spark";
import { useTroubleWords } from "@/components/clients/trouble-words";
import { useNow } from "@/components/ui/now";
import { StateWord } from "@/components/ui/state-word";
import { TimeAgo } from "@/components/ui/time-ago";
import { CLIENT_TONE } from "@/components/ui/tones";
import { Space, useWindowed } from "@/components/ui/windowed";
import type { ClientRow } from "@/lib/views/clients";

/** What a row is taken to be high until it was drawn, px. */
const ROW_PX = 53;
const COLUMNS = 5;

/** Any number of clients: only the rows in the window, and a few around it, are in the document. */
export function ClientRows({ rows }: { readonly rows: readonly ClientRow[] }) {
  const t = useTranslations("clientList");
  const { body, drawn, before, after, measure } = useWindowed(rows, keyOf, ROW_PX);
  return (
    <table aria-rowcount={rows.length + 1} className="w-full table-fixed border-collapse max-sm:block">
      <thead className="max-sm:sr-only">
        <tr aria-rowindex={1} className="text-left text-12 text-quiet">
          <th scope="col" className="w-28">
            {t("state")}
          </th>
          <th scope="col">{t("client")}</th>
          <th scope="col" className="w-48">
            {t("silence")}
          </th>
          <th scope="col" className="w-36">
            {t("reconnects")}
          </th>
          <th scope="col" className="w-64">
            {t("lastEnd")}
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

const keyOf = (row: ClientRow): string => row.broker + row.id;

/** What it does wrong while it is connected. */
function Troubles({ row }: { readonly row: ClientRow }) {
  const words = useTroubleWords();
  const nowMs = useNow();
  if (nowMs === null) return null;
  return row.troubles.map((trouble) => (
    <span key={trouble.kind} className="block [&>span]:whitespace-normal">
      <StateWord tone={trouble.severity}>{words(trouble, row, nowMs)}</StateWord>
    </span>
  ));
}

/** Drawn anew only when its client is another: while one scrolls the table is, dozens of times a second. */
const Row = memo(function Row(props: {
  readonly row: ClientRow;
  readonly at: number;
  readonly measure: Ref<HTMLTableRowElement>;
}) {
  const { row } = props;
  const t = useTranslations("clientList");
  const states = useTranslations("state");
  const { detail } = useClientName()(row);
  return (
    <tr
      ref={props.measure}
      data-index={props.at}
      aria-rowindex={props.at + 2}
      className="border-t border-line align-top max-sm:grid max-sm:gap-1 max-sm:py-2 sm:[&>td]:py-1.5 sm:[&>td]:pr-4"
    >
      <td>
        <StateWord tone={CLIENT_TONE[row.state]}>{states(row.state)}</StateWord>
        {row.state === "connected" ? null : (
          <span className="block text-12 text-quiet max-sm:ml-2 max-sm:inline sm:pl-4">
            <TimeAgo ms={row.stateSinceMs} />
          </span>
        )}
      </td>
      <td className="min-w-0">
        <ClientName client={row} />
        <Troubles row={row} />
        <span className="block truncate text-12 text-quiet">
          {[detail ?? row.product, row.broker, t("inVhost", { vhost: row.vhost, user: row.user })]
            .filter((part) => part !== null)
            .join(" · ")}
        </span>
      </td>
      <td data-label={t("silence")}>
        <SilenceBar
          silenceSeconds={row.silenceSeconds}
          timeoutSeconds={row.timeoutSeconds}
          late={row.state === "late"}
        />
      </td>
      <td className={row.reconnects1h === 0 ? "text-quiet max-sm:hidden" : ""} data-label={t("reconnects")}>
        {row.reconnects1h} <Spark counts={row.reconnectsRecent} />
      </td>
      <td className={`text-13 ${row.lastEnd === null ? "max-sm:hidden" : ""}`} data-label={t("lastEnd")}>
        <LastEnd end={row.lastEnd} />
      </td>
    </tr>
  );
});
