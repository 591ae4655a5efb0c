import { describe, expect, test } from "vitest";
import { type ReplayTick, replay } from "@/lib/alerts/backtest/replay";
import { BUILT_IN_RULES } from "@/lib/alerts/catalogue/built-in";
import type { Condition } from "@/lib/alerts/model/condition";
import type { Reading } from "@/lib/alerts/model/reading";
import type { Rule } from "@/lib/alerts/model/rule";
import { aRule } from "@/lib/alerts/model/rules.testing";
import type { Labels } from "@/lib/base/signals/labels";
import { DAY, HOUR, MINUTE } from "@/lib/base/time/duration";

const T = 1_763_700_000_000;
const scan = { broker: "main", vhost: "/", queue: "scan" };
const up = (value: number): Reading => ({ signal: "broker.up", labels: { broker: "main" }, value });
const ready = (value: number | null, labels: Labels = scan): Reading => ({ signal: "queue.ready", labels, value });

/** A minute passes between two words: a number of `scan`, or what else was seen. `other` stands for its neighbour. */
function ticksOf(story: string): ReplayTick[] {
  return story.split(" ").map((word, at): ReplayTick => {
    const atMs = T + at * MINUTE;
    const other = ready(1, { ...scan, queue: "other" });
    if (word === "blind") return { atMs, readings: [up(0)] };
    if (word === "heard") return { atMs, readings: [] };
    if (word === "unasked") return { atMs, readings: [up(1)] };
    if (word === "null") return { atMs, readings: [up(1), other, ready(null)] };
    if (word === "_") return { atMs, readings: [up(1), other] };
    if (word === "gone") return { atMs, readings: [up(1)], ended: [scan] };
    return { atMs, readings: [up(1), other, ready(Number(word))] };
  });
}

const minutes = (ms: number): number => Math.round((ms - T) / MINUTE);

/** The events of `scan`, in minutes from the start. */
const eventsOf = (story: string, rules: readonly Rule[]): string =>
  replay({ rules, ticks: ticksOf(story) })
    .events.map(({ type, alert, atMs }) => `${minutes(atMs)} ${type === "alert.firing" ? alert.severity : "resolved"}`)
    .join(", ");

const conditioned = (condition: Condition, more: Partial<Rule> = {}): Rule => ({ ...aRule, condition, ...more });

describe("a rate: the slope over five minutes, a minute at a time", () => {
  const rule = conditioned({ kind: "rate", overMs: 5 * MINUTE }, { warning: 10, clearAt: 2 });
  test.each([
    ["a steady rise fires once half of the window is known", "0 10 20 30 40 50", "3 warning"],
    ["a rise that is slower does not", "0 9 18 27 36 45", ""],
    ["a high value that stands still does not", "900 900 900 900 900 900", ""],
    ["it lets go when the rise is over", "0 10 20 30 30 30 30 30 30", "3 warning, 5 resolved"],
    ["a fall is no rise", "90 80 70 60 50 40", ""],
    ["one jump is no slope", "0 0 0 0 0 60 60 60 60 60 60 60", ""],
    ["what is not measured is no zero", "0 10 20 30 null null null null 40", "3 warning"],
    [
      "a blind broker holds it",
      "0 10 20 30 blind blind blind blind blind blind blind 30 30 30 30",
      "3 warning, 14 resolved",
    ],
    ["nor does blindness fire it", "0 1 2 blind blind blind blind blind 900 901 902 903", ""],
  ])("%s", (_, story, events) => expect(eventsOf(story, [rule])).toBe(events));

  test("below is about falling", () => {
    expect(eventsOf("90 80 70 60 50 40", [{ ...rule, comparison: "below", warning: -9, clearAt: null }])).toBe(
      "3 warning",
    );
  });

  test("the sentence says how fast, over what, and from which threshold on", () => {
    const { events } = replay({ rules: [rule], ticks: ticksOf("0 12 24 36") });
    expect(events[0]?.alert.summary).toBe("main/scan: deep, queue.ready rises by 12 a minute over 5 min, threshold 10");
  });
});

describe("a forecast: reaches 1,000 within an hour, by the last ten minutes", () => {
  const rule = conditioned(
    { kind: "forecast", withinMs: HOUR, overMs: 10 * MINUTE },
    { warning: 1_000, inferred: true },
  );
  test.each([
    ["it will", "0 20 40 60 80 100", "5 warning"],
    ["it will not", "0 15 30 45 60 75 90", ""],
    ["it has, and stands still", "1200 1200 1200 1200 1200 1200", "5 warning"],
    ["it has, and falls", "1200 1150 1100 1050 1000 950", ""],
    ["it would have, and does no more", "0 20 40 60 80 100 100 100 100 100 100", "5 warning, 7 resolved"],
  ])("%s", (_, story, events) => expect(eventsOf(story, [rule])).toBe(events));

  test("the alert is inferred, and says when, from where and how fast", () => {
    const alert = replay({ rules: [rule], ticks: ticksOf("0 20 40 60 80 100") }).events[0]?.alert;
    expect(alert?.inferred).toBe(true);
    expect(alert?.summary).toBe(
      "main/scan: deep, queue.ready reaches 1,000 in about 45 min: 100 now, rises by 20 a minute (inferred)",
    );
  });
});

describe("an absence of two minutes", () => {
  const rule = conditioned({ kind: "absent" }, { warning: 120, critical: 300 });
  test.each([
    ["who was never there is not missed", "_ _ _ _ _ _", ""],
    ["what was measured and is not any more", "5 null null null", "2 warning"],
    ["a queue that is not listed any more", "5 _ _ _", "2 warning"],
    [
      "a queue that ended, though nothing else is listed",
      "5 gone unasked unasked unasked unasked",
      "2 warning, 5 critical",
    ],
    ["it is back", "5 null null null 5", "2 warning, 4 resolved"],
    ["zero is measured", "5 0 0 0 0", ""],
    ["not seen is not absent", "5 blind blind blind blind blind", ""],
    ["blind time does not count, and takes nothing away", "5 null blind blind null null", "5 warning"],
    ["a blind broker neither fires nor resolves it", "5 null null blind blind null 5", "2 warning, 6 resolved"],
    ["a poll without the list of queues does not look for it", "5 unasked unasked unasked unasked 5", ""],
    ["nor does an event about others", "5 heard heard heard heard 5", ""],
  ])("%s", (_, story, events) => expect(eventsOf(story, [rule])).toBe(events));

  test("after a day whoever is away is gone", () => {
    const ticks = ticksOf(`5 ${"null ".repeat((25 * HOUR) / MINUTE).trim()}`);
    const { events } = replay({ rules: [rule], ticks });
    expect(events.map(({ type }) => type)).toEqual(["alert.firing", "alert.firing", "alert.resolved"]);
    expect((events[2]?.atMs ?? 0) - T).toBe(DAY + MINUTE);
    expect(events[2]?.alert.summary).toBe("main/scan ended; deep had lasted 23 h 59 min");
  });
});

describe("no data, blindness and absence are three things", () => {
  const rules = [
    ...BUILT_IN_RULES.filter(({ id }) => id === "broker-unreachable"),
    aRule,
    conditioned({ kind: "absent" }, { id: "away", warning: 60 }),
    conditioned({ kind: "rate", overMs: 5 * MINUTE }, { id: "fast", warning: 500 }),
    { ...aRule, id: "dry", comparison: "below" as const, warning: 1 },
  ];
  const all = (story: string): string[] =>
    replay({ rules, ticks: ticksOf(story) }).events.map(
      ({ type, alert, atMs }) => `${minutes(atMs)} ${alert.rule} ${type === "alert.firing" ? "fires" : "resolves"}`,
    );

  test("no data: a null holds what stands, and the absence of it is another rule's", () => {
    expect(all("500 null 500 5")).toEqual(["0 deep fires", "1 away fires", "2 away resolves", "3 deep resolves"]);
  });

  test("blindness: one alert of the broker's, and its dependants neither fire nor resolve", () => {
    expect(all("500 500 blind blind blind blind blind blind 500 5")).toEqual([
      "0 deep fires",
      "3 broker-unreachable fires",
      "8 broker-unreachable resolves",
      "9 deep resolves",
    ]);
    expect(all("5 5 blind blind blind blind blind blind blind 5 5 5")).toEqual([
      "3 broker-unreachable fires",
      "9 broker-unreachable resolves",
    ]);
  });

  test("absence: what ended is missed, and the alerts about its value are over", () => {
    expect(all("500 gone unasked unasked 500")).toEqual([
      "0 deep fires",
      "1 away fires",
      "1 deep resolves",
      "4 deep fires",
      "4 away resolves",
    ]);
  });

  test("each broker and source is judged for itself", () => {
    const other = { source: "bitmagnet", queue: "q" };
    const ticks = ticksOf("500 blind blind blind").map((tick, at) => ({
      ...tick,
      readings: [...tick.readings, { signal: "jobs.retry.due", labels: other, value: at < 2 ? 500 : 0 }],
    }));
    const due = { ...aRule, id: "due", signal: "jobs.retry.due" };
    const { events } = replay({ rules: [aRule, due], ticks });
    expect(events.map(({ type, alert }) => `${alert.rule} ${type}`)).toEqual([
      "deep alert.firing",
      "due alert.firing",
      "due alert.resolved",
    ]);
  });
});

describe("the events and periods of a replay", () => {
  test("periods: from pending to firing to worse to the end", () => {
    const rule = { ...aRule, forMs: MINUTE, critical: 1_000 };
    const { periods } = replay({ rules: [rule], ticks: ticksOf("5 500 500 5000 5000 500 5 500") });
    expect(
      periods.map(({ state, severity, fromMs, toMs }) => `${state} ${severity} ${minutes(fromMs)}-${minutes(toMs)}`),
    ).toEqual([
      "pending warning 1-2",
      "firing warning 2-4",
      "firing critical 4-5",
      "firing warning 5-6",
      "pending warning 7-7",
    ]);
  });

  test("a timeline that never says whether the broker could be seen could see it", () => {
    const rule = conditioned({ kind: "absent" }, { warning: 60 });
    const ticks = [5, null, null].map((value, at) => ({ atMs: T + at * MINUTE, readings: [ready(value)] }));
    expect(replay({ rules: [rule], ticks }).events).toHaveLength(1);
  });

  test("nothing gives nothing", () =>
    expect(replay({ rules: [aRule], ticks: [] })).toEqual({ events: [], periods: [] }));
});
