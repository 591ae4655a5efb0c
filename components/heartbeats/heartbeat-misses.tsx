"use client";

import { useTranslations } from "next-intl";
import { isEmpty } from "@/components/charts/rows";
import { TimeSeries } from "@/components/charts/time-series";
import { Empty } from "@/components/panels/empty";
import { signalOf, useDrawn, useFrame } from "@/components/panels/picture";
import type { PanelView } from "@/lib/views/panels/schema";

/** Late clients, and the sessions that ended after missed heartbeats. One late client is already a warning. */
export function HeartbeatMisses({ view }: { readonly view: PanelView }) {
  const t = useTranslations("panel");
  const draw = useDrawn();
  const frame = useFrame(view);
  const brokers = view.series.flatMap(({ series }) => series.map(({ labels }) => labels.broker));
  const several = new Set(brokers).size > 1;
  const where = (labels: Readonly<Record<string, string>>) => (several ? ` · ${labels.broker}` : "");
  const drawn = [
    ...draw(signalOf(view, "broker.clients.late"), "area", {
      label: (labels) => t("lateSeries", { where: where(labels) }),
      colours: ["var(--warning-fill)", "var(--cat-1)", "var(--cat-4)"],
    }),
    ...draw(signalOf(view, "broker.heartbeat.ends"), "bars", {
      label: (labels) => t("endsSeries", { where: where(labels) }),
      colours: ["var(--critical-fill)", "var(--cat-2)", "var(--cat-5)"],
    }),
  ];
  if (isEmpty(drawn) && (frame.blind ?? []).length === 0) return <Empty>{t("emptyHeartbeats")}</Empty>;
  const warning = { value: 1, label: t("warning", { value: 1 }), severity: "warning" } as const;
  return <TimeSeries {...frame} drawn={drawn} thresholds={[warning]} />;
}
