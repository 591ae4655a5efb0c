import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { alert, panel, runner } from "@/components/gallery/factories";
import { PANELS, type Panel } from "@/lib/access/embeds/panel";
import { verbatim } from "@/lib/base/messages/reason";
import type { Labels } from "@/lib/base/signals/labels";
import { propertyRuns } from "@/lib/base/testing/property-runs.testing";
import { PANEL_SIGNALS, type PanelView } from "@/lib/views/panels/schema";
import { limitToScope, PANEL_LABELS } from "@/lib/views/panels/scope";

const T = 1_763_700_000_000;
const VALUES: Readonly<Record<string, readonly string[]>> = {
  ...{ broker: ["main", "dead"], vhost: ["/", "tenant-a"], client: ["api", "mail"], clientId: ["c1", "c2"] },
  ...{ source: ["mine", "pt"], queue: ["q1", "q2"], runner: ["gpu", "cpu"] },
};
const labelled = (names: readonly string[]): fc.Arbitrary<Labels> =>
  fc.record(Object.fromEntries(names.map((name) => [name, fc.constantFrom(...(VALUES[name] ?? []))])));

const SETS = [["broker"], ["broker", "vhost", "client", "clientId"], ["source", "queue"], ["broker", "vhost", "queue"]];
const anyLabels = fc.oneof(...SETS.map(labelled), labelled(["source", "runner"]), labelled(["source"]));

/** Everything that a panel may show, of anybody. */
const world = (of: Panel): fc.Arbitrary<PanelView> =>
  fc
    .record({
      series: fc.array(anyLabels, { maxLength: 8 }),
      blind: fc.subarray(["main", "dead"]),
      alerts: fc.array(anyLabels, { maxLength: 8 }),
      runners: fc.array(labelled(["source", "runner"]), { maxLength: 4 }),
      retries: fc.array(labelled(["source", "queue"]), { maxLength: 4 }),
      restarts: fc.subarray(["main", "dead"]),
    })
    .map(({ series, blind, alerts, runners, retries, restarts }) => ({
      ...panel(T, { panel: of }),
      series: PANEL_SIGNALS[of].map((signal) => ({
        ...{ signal, unit: "count" as const, stepMs: 5_000, fromMs: 0, toMs: T, asOfMs: T },
        series: series.map((labels) => ({ labels, points: [] })),
        blind: blind.map((broker) => ({ broker, fromMs: 0, toMs: T, because: "", reason: verbatim("") })),
      })),
      alerts: alerts.map((labels) => alert(T, { labels })),
      runners: runners.map(({ source = "", runner: name = "" }) => runner(T, { source, name })),
      retries: retries.map(({ source = "", queue = "" }) => ({ source, queue, due: 1, perMinute: null })),
      restarts: restarts.map((broker) => ({ broker, atMs: T })),
    }));

const token = fc
  .constantFrom(...PANELS)
  .chain((of) =>
    fc
      .subarray([...PANEL_LABELS[of]], { minLength: 1 })
      .chain((names) => fc.record({ of: fc.constant(of), scope: labelled(names), view: world(of) })),
  );

const isWithin = (labels: Labels, scope: Labels): boolean =>
  Object.entries(scope).every(([name, value]) => labels[name] === value);

test("whatever the token, the panel and the world: nothing outside the labels is shown", () =>
  fc.assert(
    fc.property(token, ({ scope, view }) => {
      const seen = limitToScope(view, scope, []);
      const series = seen.series.flatMap((one) => one.series.map(({ labels }) => labels));
      const brokers = new Set(series.map(({ broker }) => broker));
      const objects: readonly Labels[] = [
        ...series,
        ...seen.alerts.map(({ labels }) => labels),
        ...seen.runners.map(({ source, name }) => ({ source, runner: name })),
        ...seen.retries.map(({ source, queue }) => ({ source, queue })),
      ];
      expect(objects.filter((labels) => !isWithin(labels, scope))).toEqual([]);
      const named = [...seen.restarts, ...seen.series.flatMap(({ blind }) => blind)].map(({ broker }) => broker);
      expect(named.filter((broker) => !isWithin({ broker }, scope) && !brokers.has(broker))).toEqual([]);
    }),
    { numRuns: propertyRuns(500) },
  ));

test("whatever lies within the labels is shown", () =>
  fc.assert(
    fc.property(token, ({ scope, view }) => {
      const seen = limitToScope(view, scope, []);
      const count = (all: readonly { readonly labels: Labels }[]) =>
        all.filter((one) => isWithin(one.labels, scope)).length;
      expect(seen.alerts).toHaveLength(count(view.alerts));
      expect(seen.series.flatMap((one) => one.series)).toHaveLength(count(view.series.flatMap((one) => one.series)));
    }),
    { numRuns: propertyRuns(200) },
  ));

describe("one by one", () => {
  const view = (of: Panel, more: Partial<PanelView>): PanelView => ({ ...panel(T, { panel: of }), ...more });
  const gone = { broker: "dead" };

  test("a token of a broker shows no alert of a source", () =>
    expect(
      limitToScope(view("retry-backlog", { alerts: [alert(T, { labels: { source: "mine", queue: "q" } })] }), gone, [])
        .alerts,
    ).toEqual([]));

  test("one of a runner shows no other runner of its source", () => {
    const runners = [runner(T, { source: "mine", name: "gpu" }), runner(T, { source: "mine", name: "cpu" })];
    const seen = limitToScope(view("runner-last-contact", { runners }), { runner: "gpu" }, []);
    expect(seen.runners.map(({ name }) => name)).toEqual(["gpu"]);
  });

  test("without labels everything is shown", () => {
    const all = view("reconnects", { restarts: [{ broker: "main", atMs: T }] });
    expect(limitToScope(all, {}, [])).toBe(all);
  });

  test("the queues that the configuration joins with a source belong to it", () => {
    const queue = { broker: "main", vhost: "/", queue: "orders.wait" };
    const alerts = [alert(T, { labels: queue }), alert(T, { labels: { ...queue, queue: "other" } })];
    const seen = limitToScope(view("retry-backlog", { alerts }), { source: "mine" }, [queue]);
    expect(seen.alerts.map(({ labels }) => labels.queue)).toEqual(["orders.wait"]);
  });
});
