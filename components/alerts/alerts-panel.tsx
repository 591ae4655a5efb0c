"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { AlertList } from "@/components/alerts/alert-list";
import { Empty } from "@/components/panels/empty";
import { usePauseable } from "@/components/shell/paused";
import { Asked } from "@/components/ui/asked";
import { alertsQuery } from "@/lib/views/queries";

export function AlertsPanel() {
  const t = useTranslations("alerts");
  const query = useQuery({ ...alertsQuery(), ...usePauseable() });
  return (
    <>
      <h1 className="mb-3 text-20 font-semibold">{t("pageTitle")}</h1>
      <Asked query={query} what={t("pageTitle")}>
        {({ items }) => (items.length === 0 ? <Empty>{t("noneEver")}</Empty> : <AlertList alerts={items} />)}
      </Asked>
    </>
  );
}
