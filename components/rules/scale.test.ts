import { describe, expect, test } from "vitest";
import { axisOf, heightOf, movedBy, stepOf, ticksOf, valueAt } from "@/components/rules/scale";

describe("the top of the value axis", () => {
  test.each<[string, number, number[], number]>([
    ["is above the data", 80, [], 100],
    ["is above a limit near the data", 80, [160], 200],
    ["ignores a limit far above the data", 150, [100, 10_000], 187.5],
    ["is above the nearest limit without data", 0, [100, 10_000], 125],
    ["is above both limits if they are close to each other", 0, [100, 200], 250],
    ["is 1 without data and limits", 0, [], 1],
  ])("%s", (_, greatest, limits, top) =>
    expect(axisOf({ least: 0, greatest }, limits, false)).toEqual({ bottom: 0, top }),
  );
});

describe("the value axis extends below zero", () => {
  test.each<[string, [number, number], number[], boolean, [number, number]]>([
    ["for a line, if values may be negative and none is", [0, 80], [], true, [-25, 100]],
    ["to negative data", [-40, 80], [], true, [-50, 100]],
    ["to a negative limit near the data", [0, 80], [-40], true, [-50, 100]],
    ["not to a limit far below the data", [-8, 80], [-4, -4_000], true, [-25, 100]],
    ["to unexpected negative data", [-80, 0], [], false, [-100, 25]],
    ["by a quarter of the top without data and limits", [0, 0], [], true, [-0.25, 1]],
    ["to a negative limit without data", [0, 0], [-80], true, [-100, 25]],
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
])("an axis up to %d (%s) has steps of %d", (top, unit, expected) =>
  expect(stepOf(upTo(top), unit)).toBeCloseTo(expected),
);

test.each([
  [upTo(187.5), [0, 50, 100, 150]],
  [upTo(99, -394), [-300, -200, -100, 0]],
  [upTo(1, -0.25), [0, 0.5, 1]],
])("ticks are round numbers and include zero: %o", (axis, ticks) => expect(ticksOf(axis)).toEqual(ticks));

test("a dragged line follows the pointer in steps and stops at the edges", () => {
  expect([0, 50, 99.9, 100, 400, -20].map((y) => valueAt(y, 100, upTo(200), 5))).toEqual([200, 100, 0, 0, 0, 200]);
});

test("a line can be dragged below zero", () => {
  expect([0, 50, 75, 100, 400].map((y) => valueAt(y, 100, upTo(100, -100), 5))).toEqual([100, 0, -50, -100, -100]);
});

test.each([upTo(100), upTo(100, -100), upTo(25, -100)])("a line is drawn at the position of the drag: %o", (axis) => {
  for (const y of [0, 20, 50, 100]) expect(heightOf(valueAt(y, 100, axis, 0.5), 100, axis)).toBeCloseTo(y, 0);
});

test("a value beyond the axis is drawn at its edge", () => {
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

test("a key moves a line below zero only on a signed axis, without floating-point error", () => {
  expect(movedBy("ArrowDown", 0, upTo(200), 5)).toBe(0);
  expect(movedBy("ArrowUp", 0.2, upTo(1), 0.1)).toBe(0.3);
  expect(movedBy("ArrowUp", -5, upTo(200, -200), 5)).toBe(0);
});
