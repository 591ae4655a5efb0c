"use client";

import { useTranslations } from "next-intl";
import { Fact, Facts } from "@/components/ui/facts";
import { TimeAgo } from "@/components/ui/time-ago";
import { Titled } from "@/components/ui/titled";
import { useWords } from "@/components/ui/words";
import type { BrokerView } from "@/lib/views/brokers/schema";

const KIB = 1024;

/** Properties of a broker, and the cost of polling it. */
export function BrokerFacts({ broker }: { readonly broker: BrokerView }) {
  const t = useTranslations("broker");
  const way = useTranslations("listingStrategy");
  const { number, span } = useWords();
  const unknown = t("notMeasured");
  const { opened, closed } = broker.churnPerSecond;
  // Before the first poll the counts are unknown, not zero.
  const seen = broker.lastPollMs !== null;
  const counts = ({ last5m, last1h, last24h }: BrokerView["reconnects"]): string =>
    seen ? `${number(last5m)} · ${number(last1h)} · ${number(last24h)}` : unknown;
  const perSecond = (rate: number | null): string => (rate === null ? unknown : t("perSecond", { n: number(rate) }));
  return (
    <Titled title={t("facts")}>
      <Facts>
        <Fact name={t("version")}>
          {broker.version === null
            ? unknown
            : t("versionOf", { version: broker.version, cluster: broker.clusterName ?? "?" })}
        </Fact>
        <Fact name={t("connections")}>{broker.connections === null ? unknown : number(broker.connections)}</Fact>
        <Fact name={t("churnNow")}>
          {opened === null && closed === null
            ? unknown
            : t("churnOf", { opened: perSecond(opened), closed: perSecond(closed) })}
        </Fact>
        <Fact name={t("reconnects")}>{counts(broker.reconnects)}</Fact>
        <Fact name={t("heartbeatEnds")}>{counts(broker.heartbeatEnds)}</Fact>
        <Fact name={t("lastPoll")}>
          {broker.lastPollMs === null ? t("neverPolled") : <TimeAgo ms={broker.lastPollMs} />}
        </Fact>
        <Fact name={t("pollCost")}>
          {broker.pollDurationMs === null || broker.pollBytes === null
            ? unknown
            : t("pollCostOf", {
                ms: number(broker.pollDurationMs),
                kib: number(broker.pollBytes / KIB),
                interval: span(broker.pollIntervalMs / 1_000),
              })}
          {broker.way === null || !seen ? null : (
            <span className="block text-12 text-quiet">{way(broker.way.because)}</span>
          )}
        </Fact>
        <Fact name={t("statistics")}>
          {broker.statistics.intervalMs === null || broker.statistics.lagMs === null
            ? unknown
            : t("statisticsOf", {
                interval: span(broker.statistics.intervalMs / 1_000),
                lag: span(broker.statistics.lagMs / 1_000),
              })}
        </Fact>
        <Fact name={t("unreadable")}>
          <span className={broker.unreadable > 0 ? "text-warning" : ""}>
            {seen ? t("unreadableOf", { n: broker.unreadable }) : unknown}
          </span>
        </Fact>
      </Facts>
    </Titled>
  );
}
