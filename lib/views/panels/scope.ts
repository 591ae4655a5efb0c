import type { Panel } from "@/lib/access/embeds/panel";
import { carries } from "@/lib/alerts/engine/absence";
import { signalNamed } from "@/lib/base/signals/catalogue";
import type { Labels } from "@/lib/base/signals/labels";
import type { PanelView } from "@/lib/views/panels/schema";

/** The labels that what each panel draws carries. A token with another label would show nothing, so it is not made. */
export const PANEL_LABELS: Readonly<Record<Panel, readonly string[]>> = {
  "heartbeat-misses": ["broker"],
  reconnects: ["broker", "client"],
  "retry-backlog": ["source", "broker", "vhost", "queue"],
  "runner-last-contact": ["source", "runner"],
};

/** Whether a signal has all labels of a scope: a sum over series that lack one would hold what lies outside. */
export const hasLabels = (signal: string, scope: Labels): boolean => {
  const labels = signalNamed(signal)?.labels ?? [];
  return Object.keys(scope).every((name) => labels.includes(name));
};

/**
 * What of a panel lies within a scope: an object that lacks one of its labels does not. `joined`: queues of brokers that
 * form one backlog with the source of the scope (`joins` of the configuration). Restarts and spans that were not measured
 * belong to a broker: it is in the scope if the scope names only it, or if a series within the scope is of it.
 */
export function limitToScope(view: PanelView, scope: Labels, joined: readonly Labels[]): PanelView {
  if (Object.keys(scope).length === 0) return view;
  const isIn = (labels: Labels): boolean => carries(labels, scope) || joined.some((queue) => carries(labels, queue));
  const series = view.series.map((one) => ({
    ...one,
    series: one.series.filter(({ labels }) =>
      labels.other === undefined ? isIn(labels) : hasLabels(one.signal, scope),
    ),
  }));
  const shown = new Set(series.flatMap((one) => one.series.map(({ labels }) => labels.broker)));
  const isBrokerIn = (broker: string): boolean => carries({ broker }, scope) || shown.has(broker);
  return {
    ...view,
    series: series.map((one) => ({ ...one, blind: one.blind.filter(({ broker }) => isBrokerIn(broker)) })),
    runners: view.runners.filter(({ source, name }) => carries({ source, runner: name }, scope)),
    alerts: view.alerts.filter(({ labels }) => isIn(labels)),
    restarts: view.restarts.filter(({ broker }) => isBrokerIn(broker)),
    retries: view.retries.filter(({ source, queue }) => carries({ source, queue }, scope)),
  };
}
