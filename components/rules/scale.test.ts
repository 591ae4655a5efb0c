import { describe, expect, test } from "vitest";
import { axisOf, heightOf, movedBy, stepOf, ticksOf, valueAt } from "@/components/rules/scale";

describe("the value axis ends", () => {
  test.each<[string, number, number[], number]>([
    ["above the data", 80, [], 100],
    ["above a limit near the data", 80, [160], 200],
    ["and is not stretched by one far beyond", 150, [100, 10_000], 187.5],
    ["above the nearest limit where nothing was measured", 0, [100, 10_000], 125],
    ["above both limits that are near each other", 0, [100, 200], 250],
    ["somewhere, when there is nothing at all", 0, [], 1],
  ])("%s", (_, greatest, limits, top) =>
    expect(axisOf({ least: 0, greatest }, limits, false)).toEqual({ bottom: 0, top }),
  );
});

describe("below zero there is", () => {
  test.each<[string, [number, number], number[], boolean, [number, number]]>([
    ["room for a line where values may fall, though none did", [0, 80], [], true, [-25, 100]],
    ["what fell", [-40, 80], [], true, [-50, 100]],
    ["a limit", [0, 80], [-40], true, [-50, 100]],
    ["a limit far down, which stands at the edge", [-8, 80], [-4, -4_000], true, [-25, 100]],
    ["a value that nobody thought of", [-80, 0], [], false, [-100, 25]],
    ["as much as above, where there is nothing at all", [0, 0], [], true, [-0.25, 1]],
    ["a limit alone", [0, 0], [-80], true, [-100, 25]],
  ])("%s", (_, [least, greatest], limits, signed, [bottom, top]) =>
    expect(axisOf({ least, greatest }, limits, signed)).toEqual({ bottom, top }),
  );
});

const upTo = (top: number, bottom = 0) => ({ bottom, top });

test.each<[number, "count" | "per-minute", number]>([
  [187.5, "count", 2],
  [12_500, "count", 200],
  [5, "count", 1],
  [5, "per-minute", 0.05],
  [100, "count", 1],
])("of an axis up to %d (%s) a step is %d", (top, unit, expected) =>
  expect(stepOf(upTo(top), unit)).toBeCloseTo(expected),
);

test.each([
  [upTo(187.5), [0, 50, 100, 150]],
  [upTo(99, -394), [-300, -200, -100, 0]],
  [upTo(1, -0.25), [0, 0.5, 1]],
])("the numbers at the axis are round, and zero is among them: %o", (axis, ticks) =>
  expect(ticksOf(axis)).toEqual(ticks),
);

test("a line is dragged to where the pointer is, in steps, and not over the edges", () => {
  expect([0, 50, 99.9, 100, 400, -20].map((y) => valueAt(y, 100, upTo(200), 5))).toEqual([200, 100, 0, 0, 0, 200]);
});

test("a line is dragged through zero and below it", () => {
  expect([0, 50, 75, 100, 400].map((y) => valueAt(y, 100, upTo(100, -100), 5))).toEqual([100, 0, -50, -100, -100]);
});

test.each([upTo(100), upTo(100, -100), upTo(25, -100)])("a line is drawn where it was dragged to: %o", (axis) => {
  for (const y of [0, 20, 50, 100]) expect(heightOf(valueAt(y, 100, axis, 0.5), 100, axis)).toBeCloseTo(y, 0);
});

test("what is beyond the axis stands at its edge", () => {
  expect([0, 50, 100, 10_000, -5].map((value) => heightOf(value, 200, upTo(100)))).toEqual([200, 100, 0, 0, 200]);
});

test.each<[string, number | null, number | null]>([
  ["ArrowUp", 105, 15],
  ["ArrowDown", 95, 5],
  ["PageUp", 150, 60],
  ["PageDown", 50, -40],
  ["Home", 0, -200],
  ["End", 200, 200],
  ["Tab", null, null],
])("%s", (key, expected, signed) => {
  expect(movedBy(key, 100, upTo(200), 5)).toBe(expected);
  expect(movedBy(key, 10, upTo(200, -200), 5)).toBe(signed);
});

test("a key moves nothing below zero where values are never there, and leaves no dust", () => {
  expect(movedBy("ArrowDown", 0, upTo(200), 5)).toBe(0);
  expect(movedBy("ArrowUp", 0.2, upTo(1), 0.1)).toBe(0.3);
  expect(movedBy("ArrowUp", -5, upTo(200, -200), 5)).toBe(0);
});
