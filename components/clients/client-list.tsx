"use client";

import { useTranslations } from "next-intl";
import { ClientName, useClientName } from "@/components/clients/client-name";
import { LastEnd } from "@/components/clients/last-end";
import { SilenceBar } from "@/components/clients/silence-bar";
import { Spark } from "@/components/clients/spark";
import { Empty } from "@/components/panels/empty";
import { StateWord } from "@/components/ui/state-word";
import { clientTone } from "@/components/ui/tones";
import type { ClientView } from "@/lib/views/clients/schema";

/** Clients, most severe first, as a table, or as cards on a narrow screen. */
export function ClientList({ clients, total }: { readonly clients: readonly ClientView[]; readonly total: number }) {
  const t = useTranslations("clients");
  return (
    <section aria-labelledby="clients" className="mt-8">
      <h2 id="clients" className="mb-2 text-16 font-semibold">
        {t("title")}{" "}
        <span className="text-13 font-normal text-quiet">{t("count", { shown: clients.length, total })}</span>
      </h2>
      {clients.length === 0 ? <Empty>{t("none")}</Empty> : <Table clients={clients} />}
    </section>
  );
}

function Table({ clients }: { readonly clients: readonly ClientView[] }) {
  const t = useTranslations("clients");
  return (
    <table className="w-full border-collapse max-sm:block">
      <thead className="max-sm:sr-only">
        <tr className="text-left text-12 text-quiet">
          <th scope="col">{t("state")}</th>
          <th scope="col">{t("client")}</th>
          <th scope="col">{t("silence")}</th>
          <th scope="col">{t("reconnects")}</th>
          <th scope="col">{t("lastEnd")}</th>
        </tr>
      </thead>
      <tbody className="max-sm:block">
        {clients.map((client) => (
          <Row key={`${client.broker}${client.id}`} client={client} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ client }: { readonly client: ClientView }) {
  const t = useTranslations("clients");
  const states = useTranslations("state");
  const { last5m, last1h, last24h } = client.reconnects;
  const { detail } = useClientName()(client);
  return (
    <tr className="border-t border-line align-top max-sm:grid max-sm:gap-1 max-sm:py-2 sm:[&>td]:py-1.5 sm:[&>td]:pr-4">
      <td>
        <StateWord tone={clientTone(client.state, client.heartbeat.missed)}>{states(client.state)}</StateWord>
      </td>
      <td className="min-w-0">
        <ClientName client={client} />
        <span className="block text-12 text-quiet">
          {(detail === null ? [client.broker, client.product, client.peerHost] : [client.broker, detail])
            .filter((part) => part !== null)
            .join(" · ")}
          {client.consuming.length === 0 || detail !== null
            ? ""
            : ` · ${t("consuming", { queues: client.consuming.join(", ") })}`}
        </span>
      </td>
      <td className="min-w-40" data-label={t("silence")}>
        <SilenceBar {...client.heartbeat} late={client.state === "late"} />
      </td>
      <td className={last1h === 0 ? "text-quiet" : ""} data-label={t("reconnects")}>
        {last5m} · {last1h} · {last24h} <Spark counts={client.reconnectsRecent} />
      </td>
      <td className="text-13" data-label={t("lastEnd")}>
        <LastEnd end={client.lastEnd} />
      </td>
    </tr>
  );
}
