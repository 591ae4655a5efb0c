"use client";

import { useTranslations } from "next-intl";
import { greatest, isEmpty } from "@/components/charts/rows";
import { TimeSeries } from "@/components/charts/time-series";
import { Empty } from "@/components/panels/empty";
import { CATEGORIES, OTHER, signalOf, useDrawn, useFrame } from "@/components/panels/picture";
import type { PanelView } from "@/lib/views/panels/schema";

/** A threshold above this multiple of the largest value would flatten the lines, so only the note mentions it. */
const VISIBLE_FACTOR = 3;

/** Due and later retries of the job tables, and the brokers' retry queues, on one axis. */
export function RetryBacklog({ view }: { readonly view: PanelView }) {
  const t = useTranslations("panel");
  const draw = useDrawn();
  const frame = useFrame(view);
  const due = draw(signalOf(view, "jobs.retry.due"), "line", {
    label: ({ source = "?", queue = "" }) => t("dueSeries", { where: `${source}/${queue}` }),
    colours: ["var(--cat-2)", "var(--cat-4)", "var(--cat-5)"],
  });
  const later = draw(signalOf(view, "jobs.retry.later"), "line", {
    label: ({ source = "?", queue = "" }) => t("laterSeries", { where: `${source}/${queue}` }),
    colours: ["var(--cat-1)", "var(--cat-3)"],
  });
  const queues = draw(signalOf(view, "queue.retry.backlog"), "line", {
    label: ({ queue = "?" }) => t("queueSeries", { where: queue }),
    colours: CATEGORIES.slice(2),
  });
  const queued = draw(signalOf(view, "jobs.queued"), "line", {
    label: ({ queue = "?" }) => t("queuedSeries", { where: queue }),
    colours: [OTHER, "var(--cat-5)"],
  });
  const drawn = [...queued, ...due, ...later, ...queues].filter((series) => !isEmpty([series]));
  if (drawn.length === 0) return <Empty>{t("emptyRetries")}</Empty>;
  const rule = view.rules.find((one) => one.id === "retry-backlog");
  const visibleUpTo = VISIBLE_FACTOR * Math.max(50, greatest(drawn));
  // The limit is about due retries: beside jobs that only wait it would look like one that was crossed.
  const isAboutDrawn = [...due, ...queues].some((series) => !isEmpty([series]));
  const limits = isAboutDrawn ? (["warning", "critical"] as const) : [];
  const thresholds = limits.flatMap((severity) => {
    const value = rule?.[severity] ?? null;
    return value === null || value > visibleUpTo
      ? []
      : [{ value, severity, label: t("dueLimit", { severity, value }) }];
  });
  return (
    <>
      <TimeSeries {...frame} drawn={drawn} thresholds={thresholds} />
      <p className="mt-1 text-12 text-quiet">
        <Growth retries={view.retries} />{" "}
        {rule && rule.warning !== null && rule.critical !== null
          ? t("retryNote", { warning: rule.warning, critical: rule.critical })
          : null}
      </p>
    </>
  );
}

function Growth({ retries }: { readonly retries: PanelView["retries"] }) {
  const t = useTranslations("panel");
  return retries.map(({ source, queue, due, perMinute }) => {
    const where = `${source}/${queue}`;
    const rate = Math.round(perMinute ?? 0);
    const key = rate > 0 ? "growing" : rate < 0 ? "falling" : "steady";
    return <span key={where}>{t(key, { source: where, due, rate: Math.abs(rate) })} </span>;
  });
}
