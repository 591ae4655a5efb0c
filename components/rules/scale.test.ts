import { describe, expect, test } from "vitest";
import { heightOf, movedBy, stepOf, topOf, valueAt } from "@/components/rules/scale";

describe("the value axis ends", () => {
  test.each<[string, number, number[], number]>([
    ["above the data", 80, [], 100],
    ["above a limit near the data", 80, [160], 200],
    ["and is not stretched by one far beyond", 150, [100, 10_000], 187.5],
    ["above the nearest limit where nothing was measured", 0, [100, 10_000], 125],
    ["above both limits that are near each other", 0, [100, 200], 250],
    ["somewhere, when there is nothing at all", 0, [], 1],
  ])("%s", (_, greatest, limits, told) => expect(topOf(greatest, limits)).toBe(told));
});

test.each<[number, "count" | "per-minute", number]>([
  [187.5, "count", 2],
  [12_500, "count", 200],
  [5, "count", 1],
  [5, "per-minute", 0.05],
  [100, "count", 1],
])("of an axis up to %d (%s) a step is %d", (top, unit, told) => expect(stepOf(top, unit)).toBeCloseTo(told));

test("a line is dragged to where the pointer is, in steps, and not over the edges", () => {
  expect([0, 50, 99.9, 100, 400, -20].map((y) => valueAt(y, 100, 200, 5))).toEqual([200, 100, 0, 0, 0, 200]);
});

test("what is beyond the axis stands at its edge", () => {
  expect([0, 50, 100, 10_000].map((value) => heightOf(value, 200, 100))).toEqual([200, 100, 0, 0]);
});

test.each<[string, number | null]>([
  ["ArrowUp", 105],
  ["ArrowDown", 95],
  ["PageUp", 150],
  ["PageDown", 50],
  ["Home", 0],
  ["End", 200],
  ["Tab", null],
])("%s", (key, told) => expect(movedBy(key, 100, 200, 5)).toBe(told));

test("a key moves nothing below zero, and leaves no dust", () => {
  expect(movedBy("ArrowDown", 0, 200, 5)).toBe(0);
  expect(movedBy("ArrowUp", 0.2, 1, 0.1)).toBe(0.3);
});
