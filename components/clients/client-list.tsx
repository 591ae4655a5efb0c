"use client";

import { useTranslations } from "next-intl";
import { useReason } from "@/components/clients/reason";
import { Empty } from "@/components/panels/empty";
import { StateWord } from "@/components/ui/state-word";
import { TimeAgo } from "@/components/ui/time-ago";
import { CLIENT_TONE } from "@/components/ui/tones";
import { useWords } from "@/components/ui/words";
import type { ClientView } from "@/lib/views/clients";

/** Clients, the most troubled first: a table where there is room, cards where there is not. */
export function ClientList({ clients, total }: { readonly clients: readonly ClientView[]; readonly total: number }) {
  const t = useTranslations("clients");
  return (
    <section aria-labelledby="clients">
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
  return (
    <tr className="border-t border-line align-top max-sm:grid max-sm:gap-1 max-sm:py-2 sm:[&>td]:py-1.5 sm:[&>td]:pr-4">
      <td>
        <StateWord tone={CLIENT_TONE[client.state]}>{states(client.state)}</StateWord>
      </td>
      <td className="min-w-0">
        <span className="font-semibold break-all">{client.name}</span>
        <span className="block text-12 text-quiet">
          {[client.broker, client.product, client.peerHost].filter((part) => part !== null).join(" · ")}
          {client.consuming.length === 0 ? "" : ` · ${t("consuming", { queues: client.consuming.join(", ") })}`}
        </span>
      </td>
      <td className="min-w-40" data-label={t("silence")}>
        <Silence client={client} />
      </td>
      <td className={last1h === 0 ? "text-quiet" : ""} data-label={t("reconnects")}>
        {last5m} · {last1h} · {last24h}
      </td>
      <td className="text-13" data-label={t("lastEnd")}>
        <LastEnd client={client} />
      </td>
    </tr>
  );
}

function Silence({ client }: { readonly client: ClientView }) {
  const t = useTranslations("clients");
  const { span } = useWords();
  const { silenceSeconds, timeoutSeconds } = client.heartbeat;
  if (silenceSeconds === null || timeoutSeconds === null) return <span className="text-quiet">–</span>;
  if (timeoutSeconds === 0)
    return <span className="text-quiet">{t("silenceOff", { silence: span(silenceSeconds) })}</span>;
  const late = client.state === "late";
  // The broker acts between two and three timeouts: the bar is three long, the mark is one.
  const share = Math.min(1, silenceSeconds / (3 * timeoutSeconds));
  return (
    <>
      <span className={late ? "font-semibold text-critical" : "text-13 text-quiet"}>
        {t("silenceOf", { silence: span(silenceSeconds), timeout: span(timeoutSeconds) })}
      </span>
      <span className="relative mt-0.5 block h-1.5 bg-raised" aria-hidden="true">
        <span
          className="block h-1.5"
          style={{ width: `${share * 100}%`, background: late ? "var(--critical-fill)" : "var(--cat-6)" }}
        />
        <span className="absolute top-[-2px] left-1/3 h-[10px] w-px bg-ink" />
      </span>
    </>
  );
}

function LastEnd({ client }: { readonly client: ClientView }) {
  const t = useTranslations("clients");
  const reason = useReason();
  if (client.lastEnd === null) return <span className="text-quiet">{t("never")}</span>;
  return (
    <>
      {reason(client.lastEnd.reason, client.lastEnd.inferred)}{" "}
      <span className="text-quiet">
        <TimeAgo ms={client.lastEnd.atMs} />
      </span>
    </>
  );
}
