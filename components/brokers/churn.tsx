"use client";

import { useTranslations } from "next-intl";
import { isEmpty } from "@/components/charts/rows";
import { TimeSeries } from "@/components/charts/time-series";
import { Empty } from "@/components/panels/empty";
import { useDrawn } from "@/components/panels/picture";
import { Titled } from "@/components/ui/titled";
import type { BrokerHistory } from "@/lib/views/brokers/schema";

/** Connections opened and closed per minute, from the broker's own counters. */
export function Churn({ view }: { readonly view: BrokerHistory }) {
  const t = useTranslations("broker");
  const panel = useTranslations("panel");
  const draw = useDrawn();
  const signal = (name: string) => view.series.find((one) => one.signal === name) ?? null;
  const drawn = [
    ...draw(signal("broker.opened"), "line", { label: () => t("opened"), colours: ["var(--cat-1)"] }),
    ...draw(signal("broker.closed"), "line", { label: () => t("closed"), colours: ["var(--cat-2)"] }),
  ];
  const marks = view.restarts
    .filter(({ atMs }) => atMs >= view.fromMs)
    .map(({ atMs }) => ({ atMs, label: panel("restart") }));
  const blind = signal("broker.opened")?.blind ?? [];
  return (
    <Titled title={t("churn")}>
      {isEmpty(drawn) && blind.length === 0 ? (
        <Empty>{t("noChurn")}</Empty>
      ) : (
        <TimeSeries
          title={t("churn")}
          drawn={drawn}
          fromMs={view.fromMs}
          toMs={view.toMs}
          marks={marks}
          blind={blind}
        />
      )}
    </Titled>
  );
}
