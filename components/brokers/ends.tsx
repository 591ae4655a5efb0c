"use client";

import { useTranslations } from "next-intl";
import { EndReason, useProvenance } from "@/components/clients/end-reason";
import { Empty } from "@/components/panels/empty";
import { Titled } from "@/components/ui/titled";
import { useWords } from "@/components/ui/words";
import type { BrokerHistory } from "@/lib/views/brokers/schema";

/** Close reasons of sessions, one row per reason. Inferred and reported reasons are counted separately. */
export function Ends({ view }: { readonly view: BrokerHistory }) {
  const t = useTranslations("broker");
  const provenance = useProvenance();
  const { number } = useWords();
  const { last1h, last24h } = view.ends;
  const most = Math.max(1, ...last24h.map((end) => end.count));
  const inLastHour = (of: (typeof last24h)[number]): number =>
    last1h.find((end) => end.reason === of.reason && end.inferred === of.inferred)?.count ?? 0;
  return (
    <Titled title={t("ends")}>
      {last24h.length === 0 ? (
        <Empty>{t(view.broker.lastPollMs === null ? "neverSeen" : "noEnds")}</Empty>
      ) : (
        <table className="w-full table-fixed text-13">
          <thead>
            <tr className="text-left text-12 text-quiet">
              <th scope="col">{t("reason")}</th>
              <th scope="col" className="w-20 text-right">
                {t("lastHour")}
              </th>
              <th scope="col" className="w-20 text-right">
                {t("lastDay")}
              </th>
            </tr>
          </thead>
          <tbody>
            {last24h.map((end) => (
              <tr key={`${end.reason}${end.inferred}`} className="border-t border-line">
                <td className="py-1">
                  <span className="flex flex-wrap justify-between gap-x-3 pr-3">
                    <EndReason end={end} />
                    <span className="text-12 text-quiet">{provenance(end)}</span>
                  </span>
                  <span
                    aria-hidden="true"
                    className="block h-1 bg-[var(--cat-6)]"
                    style={{ width: `${(end.count / most) * 100}%` }}
                  />
                </td>
                <td className="py-1 text-right align-top">{number(inLastHour(end))}</td>
                <td className="py-1 text-right align-top">{number(end.count)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {view.broker.unassignedSessions.last24h > 0 ? (
        <p className="mt-1 text-12 text-quiet">{t("unseen", { n: view.broker.unassignedSessions.last24h })}</p>
      ) : null}
    </Titled>
  );
}
