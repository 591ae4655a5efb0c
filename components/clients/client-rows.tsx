"use client";

import { useTranslations } from "next-intl";
import { memo } from "react";
import { ClientName, useClientName } from "@/components/clients/client-name";
import { LastEnd } from "@/components/clients/last-end";
import { SilenceBar } from "@/components/clients/silence-bar";
import { Spark } from "@/components/clients/spark";
import { useTroubleWords } from "@/components/clients/trouble-words";
import { useNow } from "@/components/ui/now";
import { StateWord } from "@/components/ui/state-word";
import { TimeAgo } from "@/components/ui/time-ago";
import { clientTone } from "@/components/ui/tones";
import { WindowedTable } from "@/components/ui/windowed-table";
import type { ClientRow } from "@/lib/views/clients/schema";

/** Clients as a windowed table, in the order of the response: most severe first. */
export function ClientRows({ rows }: { readonly rows: readonly ClientRow[] }) {
  const t = useTranslations("clientList");
  const columns = [
    { name: t("state"), width: "w-28" },
    { name: t("client") },
    { name: t("silence"), width: "w-48" },
    { name: t("reconnects"), width: "w-36" },
    { name: t("lastEnd"), width: "w-64" },
  ];
  return <WindowedTable label={t("title")} columns={columns} rows={rows} keyOf={keyOf} cells={Cells} />;
}

const keyOf = (row: ClientRow): string => row.broker + row.id;

/** Troubles of a client. */
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

const Cells = memo(function Cells({ row }: { readonly row: ClientRow }) {
  const t = useTranslations("clientList");
  const states = useTranslations("state");
  const { detail } = useClientName()(row);
  return (
    <>
      <td>
        <StateWord tone={clientTone(row.state, row.missed)}>{states(row.state)}</StateWord>
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
    </>
  );
});
