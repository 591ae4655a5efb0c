"use client";

import { useTranslations } from "next-intl";
import { greatest } from "@/components/charts/rows";
import { TimeSeries } from "@/components/charts/time-series";
import { Empty } from "@/components/panels/empty";
import { CATEGORIES, signalOf, useDrawn, useFrame } from "@/components/panels/picture";
import type { PanelView } from "@/lib/views/panels/schema";

/** Reconnects by client, and sessions that opened and closed between two polls and so have no known client. */
export function Reconnects({ view }: { readonly view: PanelView }) {
  const t = useTranslations("panel");
  const draw = useDrawn();
  const frame = useFrame(view);
  const unseen = signalOf(view, "broker.sessions.unseen");
  const drawn = [
    ...draw(signalOf(view, "client.reconnects"), "bars", {
      label: ({ client = "?", displayName = client }) => t("reconnectSeries", { client: displayName }),
      colours: CATEGORIES,
    }),
    ...draw(unseen === null ? null : { ...unseen, series: unseen.series.slice(0, 1) }, "bars", {
      label: () => t("unseenSeries"),
      colours: ["var(--ink)"],
    }),
  ].filter((series) => greatest([series]) > 0);
  const rule = view.rules.find((one) => one.id === "client-flapping");
  const note =
    rule && rule.warning !== null && rule.critical !== null
      ? t("flappingNote", { warning: rule.warning, critical: rule.critical })
      : null;
  const nothing = drawn.length === 0 && (frame.blind ?? []).length === 0 && (frame.marks ?? []).length === 0;
  // The threshold is per ten minutes, the bars are per bucket: a threshold line would compare different units.
  return (
    <>
      {nothing ? <Empty>{t("emptyReconnects")}</Empty> : <TimeSeries {...frame} drawn={drawn} />}
      {note === null ? null : <p className="mt-1 text-12 text-quiet">{note}</p>}
    </>
  );
}
