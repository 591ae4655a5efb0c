import { describe, expect, test } from "vitest";
import {
  INSTANCES_MAX,
  type InstanceExtremes,
  type RuleThresholds,
  selectInstances,
} from "@/lib/alerts/backtest/select-instances";

const rule = (of: Partial<RuleThresholds> = {}): RuleThresholds => ({
  ...{ condition: { kind: "value" }, comparison: "above", warning: 100, critical: null },
  ...of,
});
const one = (
  id: number,
  least: number | null,
  greatest: number | null,
  of: Partial<InstanceExtremes> = {},
): InstanceExtremes => ({
  ...{ id, least, greatest, rows: 500, measuredMs: 0 },
  ...of,
});
const OVER = { condition: { kind: "rate", overMs: 60_000 } } as const;
const ABSENT = { condition: { kind: "absent" } } as const;

describe("of more instances than fit, two of them", () => {
  const cases: readonly [string, Partial<RuleThresholds>, readonly InstanceExtremes[], readonly number[], number][] = [
    ["the worst that reached the threshold", {}, [one(1, 0, 99), one(2, 0, 100), one(3, 0, 500)], [3, 2], 0],
    ["others fill the picture", {}, [one(1, 0, 7), one(2, 0, 99), one(3, 0, 500)], [3, 2], 0],
    ["who reached it and is not read is counted", {}, [one(1, 0, 100), one(2, 0, 300), one(3, 0, 200)], [2, 3], 1],
    ["the lesser of two thresholds", { critical: 50 }, [one(1, 0, 60), one(2, 0, 40), one(3, 0, 10)], [1, 2], 0],
    [
      "below: under the threshold",
      { comparison: "below" },
      [one(1, 100, 200), one(2, 7, 9), one(3, 99, 99)],
      [2, 3],
      0,
    ],
    ["never measured comes last", {}, [one(1, null, null), one(2, 0, 0), one(3, 0, 0)], [2, 3], 0],
    ["a slope: who moved most", OVER, [one(1, 500, 501), one(2, 0, 90), one(3, 0, 7)], [2, 3], 1],
    [
      "an absence: who was measured the longest ago",
      ABSENT,
      [one(1, 0, 0, { measuredMs: 9 }), one(2, 0, 0, { measuredMs: 3 }), one(3, 0, 0, { measuredMs: 5 })],
      [2, 3],
      1,
    ],
  ];
  test.each(cases)("%s", (_, of, known, ids, left) => {
    expect(selectInstances(known, rule(of), 1_000)).toEqual({ ids, left });
  });

  test("one whose history is longer than fits is read alone", () => {
    const known = [one(1, 0, 500, { rows: 2_000 }), one(2, 0, 400)];
    expect(selectInstances(known, rule(), 1_000)).toEqual({ ids: [1], left: 1 });
  });

  test("where nobody reached it the nearest are read, as many as a picture shows", () => {
    const known = Array.from({ length: 30 }, (_, id) => one(id, 0, id, { rows: 1 }));
    expect(selectInstances(known, rule(), 1_000).ids).toEqual([29, 28, 27, 26, 25]);
  });

  test("never more lines than help", () => {
    const known = Array.from({ length: INSTANCES_MAX + 9 }, (_, id) => one(id, 0, 500, { rows: 1 }));
    const { ids, left } = selectInstances(known, rule(), 1_000);
    expect([ids.length, left]).toEqual([INSTANCES_MAX, 9]);
  });
});
