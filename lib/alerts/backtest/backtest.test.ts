import { describe, expect, test } from "vitest";
import { backtest } from "@/lib/alerts/backtest/backtest";
import type { HistoryResolution, HistoryRow, InstanceHistory, SignalHistory } from "@/lib/alerts/backtest/history";
import type { Rule } from "@/lib/alerts/model/rule";
import { aRule } from "@/lib/alerts/model/rules.testing";
import type { Labels } from "@/lib/base/signals/labels";
import { MINUTE } from "@/lib/base/time/duration";

const T = 1_763_700_000_000;
const labels = (queue: string): Labels => ({ broker: "main", vhost: "/", queue });

/** A row a minute: a value, `5-500` for a minute's extremes, `_` for no row, `null` for not measured. */
function rowsOf(story: string): HistoryRow[] {
  return story.split(" ").flatMap((word, at): HistoryRow[] => {
    const atMs = T + at * MINUTE;
    if (word === "_") return [];
    if (word === "null") return [[atMs, null, null, null]];
    const [least = "", greatest = least] = word.split("-");
    return [[atMs, Number(least), Number(greatest), (Number(least) + Number(greatest)) / 2]];
  });
}

const queue = (story: string, name = "scan"): InstanceHistory => ({ labels: labels(name), rows: rowsOf(story) });
const up = (story: string): InstanceHistory => ({ labels: { broker: "main" }, rows: rowsOf(story) });
const minutes = (ms: number): number => (ms - T) / MINUTE;

function tried(
  rule: Partial<Rule>,
  instances: readonly InstanceHistory[],
  more: Partial<SignalHistory> & { fromMs?: number } = {},
) {
  const resolution: HistoryResolution = "samples";
  const length = Math.max(...instances.map(({ rows }) => minutes(rows.at(-1)?.[0] ?? T)), 0) + 1;
  const seen = [up(Array.from({ length }, () => "1").join(" "))];
  const history = { resolution, instances, seen, left: 0, ...more };
  const { fromMs = T, ..._ } = more;
  return backtest({ rule: { ...aRule, ...rule }, history, fromMs, toMs: T + length * MINUTE });
}

const periods = (result: ReturnType<typeof backtest>): string =>
  result.periods
    .map(({ labels: of, state, severity, fromMs, toMs }) =>
      [of.queue, state, severity, `${minutes(fromMs)}-${minutes(toMs)}`].join(" "),
    )
    .join(", ");

describe("a history of samples", () => {
  test.each<[string, Partial<Rule>, string, string]>([
    ["fires while it is bad", {}, "5 500 500 5", "scan firing warning 1-3"],
    ["is pending first", { forMs: 2 * MINUTE }, "5 500 500 500 5", "scan pending warning 1-3, scan firing warning 3-4"],
    ["what is not measured holds", {}, "500 null null 5", "scan firing warning 0-3"],
    ["a rule that is off is tried all the same", { enabled: false }, "500 5", "scan firing warning 0-1"],
    ["nothing bad, no alert", {}, "5 6 7", ""],
  ])("%s", (_, rule, story, expected) => expect(periods(tried(rule, [queue(story)]))).toBe(expected));

  test("a queue whose rows end was deleted, and its alert with it", () => {
    const result = tried({}, [queue("500 500"), queue("5 5 5 5 5 5 5 5 5 5", "other")]);
    expect(periods(result)).toBe("scan firing warning 0-3");
  });

  test("a blind broker holds", () => {
    const result = tried({}, [queue("500 _ _ _ 5")], { seen: [up("1 0 0 0 1")] });
    expect(periods(result)).toBe("scan firing warning 0-4");
  });

  test("what began before the span is cut, and does not count as fired in it", () => {
    const result = tried({}, [queue("500 500 500 5 500 5")], { fromMs: T + 2 * MINUTE });
    expect(periods(result)).toBe("scan firing warning 2-3, scan firing warning 4-5");
    expect(result.count).toEqual({ fired: 1, instances: 1 });
  });
});

describe("a history of minutes", () => {
  const minute = (rule: Partial<Rule>, story: string) =>
    periods(tried(rule, [queue(story)], { resolution: "minutes" }));
  test.each<[string, Partial<Rule>, string, string]>([
    ["a peak within a minute is seen", {}, "5 5-500 5", "scan firing warning 1.5-2"],
    [
      "a dip within a minute breaks a `for`",
      { forMs: 2 * MINUTE },
      "500 500 5-500 500 500",
      "scan pending warning 0-2, scan pending warning 2.5-4",
    ],
    ["a rise is one rise", {}, "5 5-500 500 500", "scan firing warning 1.5-3"],
    ["a fall is one end", {}, "500 5-500 5 5", "scan firing warning 0-1.5"],
  ])("%s", (_, rule, story, expected) => expect(minute(rule, story)).toBe(expected));
});

describe("what is stored in another way", () => {
  test("reconnects are counted over the ten minutes before each look", () => {
    const reconnects = { ...queue("_ 1 1 1"), labels: { broker: "main", vhost: "/", client: "c", clientId: "x" } };
    const result = backtest({
      rule: { ...aRule, signal: "client.reconnects", warning: 3, clearAt: 1 },
      history: { resolution: "sessions", instances: [reconnects], seen: [up("1 ".repeat(20).trim())], left: 0 },
      fromMs: T,
      toMs: T + 20 * MINUTE,
    });
    expect(result.periods.map(({ fromMs, toMs }) => [minutes(fromMs), minutes(toMs)])).toEqual([[3, 13]]);
    expect(result.notes).toEqual(["counted"]);
  });

  test("a minute without a row of a client in trouble is a minute without trouble", () => {
    const missed = { ...queue("_ 1 2 _ _"), labels: { broker: "main", client: "c" } };
    const result = backtest({
      rule: { ...aRule, signal: "client.heartbeat.missed", warning: 1, critical: 2 },
      history: { resolution: "trouble", instances: [missed], seen: [up("1 1 1 0 1")], left: 0 },
      fromMs: T,
      toMs: T + 5 * MINUTE,
    });
    expect(result.periods.map(({ severity, fromMs, toMs }) => [severity, minutes(fromMs), minutes(toMs)])).toEqual([
      ["warning", 1, 2],
      ["critical", 2, 4],
    ]);
    expect(result.notes).toEqual(["trouble-minutes"]);
  });
});

describe("what is drawn", () => {
  test("five lines, those that fired first, then those that came nearest", () => {
    const result = tried(
      { clearAt: 50 },
      [1, 2, 3, 4, 5, 6, 7].map((n) => queue(`${n * 10} ${n === 2 ? 500 : 1}`, `q${n}`)),
    );
    expect(result.series.map((line) => line.labels.queue)).toEqual(["q2", "q7", "q6", "q5", "q4"]);
    expect(result.seriesLeft).toBe(2);
  });

  test("of a rate the rate, not the value, from the third level on", () => {
    const result = tried({ condition: { kind: "rate", overMs: 2 * MINUTE }, warning: 10 }, [queue("0 20 40 60")]);
    expect(result.series[0]?.points.map(([, value]) => value)).toEqual([null, null, 20, 20]);
  });

  test("at most 300 points, and the extremes are among them", () => {
    const story = Array.from({ length: 2_000 }, (_, at) => (at === 777 ? "9000" : at === 778 ? "1" : "10")).join(" ");
    const values =
      tried({ warning: null, critical: 1e6 }, [queue(story)]).series[0]?.points.map(([, value]) => value) ?? [];
    expect(values.length).toBeLessThanOrEqual(300);
    expect(values).toEqual(expect.arrayContaining([9000, 1]));
  });

  test("nothing stored is said", () => {
    expect(tried({}, [], { seen: [], left: 3 })).toMatchObject({
      series: [],
      periods: [],
      notes: ["instances-left", "no-history"],
    });
  });
});
