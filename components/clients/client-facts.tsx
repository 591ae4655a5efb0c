"use client";

import Link from "next/link";
import { useTranslations } from "next-intl";
import { ClientAlias } from "@/components/clients/client-alias";
import { useProvenance } from "@/components/clients/end-reason";
import { FoldedParts } from "@/components/clients/folded-parts";
import { LastEnd } from "@/components/clients/last-end";
import { useRates } from "@/components/clients/rates";
import { Spark } from "@/components/clients/spark";
import { Fact, Facts } from "@/components/ui/facts";
import { TimeAgo } from "@/components/ui/time-ago";
import { Titled } from "@/components/ui/titled";
import { useWords } from "@/components/ui/words";
import type { ClientView } from "@/lib/views/clients/schema";

/** A client's identity with its confidence, its properties and its rates. */
export function ClientFacts({ client }: { readonly client: ClientView }) {
  const t = useTranslations("client");
  const list = useTranslations("clientList");
  const provenance = useProvenance();
  const rates = useRates();
  const { reasonText } = useWords();
  const { identity, reconnects } = client;
  return (
    <Titled title={t("facts")}>
      <Facts>
        <Fact name={t("shownAs")}>
          <ClientAlias client={client} />
        </Fact>
        <Fact name={t("identity")}>
          {t(`sure.${identity.confidence}`)}
          <span className="block text-12 text-quiet">{t(`because.${identity.because}`)}</span>
        </Fact>
        {client.folded.length === 0 ? null : (
          <Fact name={t("changes")}>
            <FoldedParts folded={client.folded} />
          </Fact>
        )}
        <Fact name={t("where")}>
          <Link href={`/brokers/${encodeURIComponent(client.broker)}`} className="underline">
            {client.broker}
          </Link>{" "}
          · {list("inVhost", { vhost: client.vhost, user: client.user })}
        </Fact>
        <Fact name={t("program")}>{programOf(client) ?? t("notReported")}</Fact>
        <Fact name={t("host")}>{client.peerHost ?? t("notReported")}</Fact>
        <Fact name={t("sessionsOpen")}>{client.sessionsOpen}</Fact>
        <Fact name={t("consumes")}>{client.consuming.length === 0 ? t("nothing") : client.consuming.join(", ")}</Fact>
        <Fact name={t("rates")}>{rates(client.rates)}</Fact>
        <Fact name={t("reconnects")}>
          {reconnects.last5m} · {reconnects.last1h} · {reconnects.last24h} <Spark counts={client.reconnectsRecent} />
        </Fact>
        <Fact name={t("lastEnd")}>
          {client.lastEnd === null ? t("neverEnded") : <LastEnd end={client.lastEnd} />}
          {client.lastEnd === null ? null : (
            <span className="block text-12 break-words text-quiet">
              {[provenance(client.lastEnd), client.lastEnd.detailReason && reasonText(client.lastEnd.detailReason)]
                .filter((part) => part !== null)
                .join(" · ")}
            </span>
          )}
        </Fact>
        <Fact name={t("firstSeen")}>
          <TimeAgo ms={client.firstSeenMs} />
        </Fact>
      </Facts>
    </Titled>
  );
}

function programOf({ product, productVersion, platform }: ClientView): string | null {
  const parts = [[product, productVersion].filter((part) => part !== null).join(" "), platform ?? ""];
  const text = parts.filter(Boolean).join(", ");
  return text === "" ? null : text;
}
