import { expect, test } from "vitest";
import { blindParts } from "@/components/panels/blind";
import { verbatim } from "@/lib/base/messages/reason";
import type { SeriesPoint, SeriesView } from "@/lib/views/series/schema";

type Labels = Readonly<Record<string, string>>;
const measured = (labels: Labels, ...atMs: readonly number[]): SeriesView["series"][number] => ({
  labels,
  points: atMs.map((ms): SeriesPoint => [ms, 1, 1, 1]),
});
const blind = (broker: string, fromMs: number, toMs: number): SeriesView["blind"][number] => ({
  ...{ broker, fromMs, toMs, because: "", reason: verbatim("") },
});
const view = (series: SeriesView["series"], spans: SeriesView["blind"]): SeriesView => ({
  ...{ signal: "broker.clients.late", unit: "count", stepMs: 5, fromMs: 0, toMs: 100, asOfMs: 100 },
  ...{ series, blind: spans },
});

test.each<[string, readonly SeriesView[], ReturnType<typeof blindParts>]>([
  ["no span, nothing to draw", [view([measured({ broker: "a" }, 1)], [])], { whole: [], brokers: [] }],
  [
    "the only broker is not measured: hatched",
    [view([measured({ broker: "a" }, 1, 90)], [blind("a", 10, 50)])],
    { whole: [{ fromMs: 10, toMs: 50 }], brokers: [] },
  ],
  [
    "of two brokers one is not measured: named, and the other's values are not hatched",
    [view([measured({ broker: "a" }, 1), measured({ broker: "b" }, 1, 20, 40)], [blind("a", 10, 50)])],
    { whole: [], brokers: ["a"] },
  ],
  [
    "both are not measured",
    [view([measured({ broker: "b" }, 1)], [blind("a", 10, 50), blind("b", 10, 50)])],
    { whole: [{ fromMs: 10, toMs: 50 }], brokers: [] },
  ],
  [
    "a job source was measured meanwhile",
    [view([], [blind("a", 10, 50)]), view([measured({ source: "db", queue: "q" }, 30)], [])],
    { whole: [], brokers: ["a"] },
  ],
])("%s", (_, series, expected) => expect(blindParts(series)).toEqual(expected));
