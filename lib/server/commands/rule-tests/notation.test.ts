import { expect, test } from "vitest";
import { type NotationValues, readValues, VALUES_MAX } from "@/lib/server/commands/rule-tests/notation";

test.each<[string, NotationValues[]]>([
  ["120", [120]],
  ["0x3 120x2", [0, 0, 0, 120, 120]],
  ["  1\n 2  ", [1, 2]],
  ["100+10x3", [100, 110, 120]],
  ["10-5x3", [10, 5, 0]],
  ["-1.5 2e3", [-1.5, 2_000]],
  ["_ _x2 5", [null, null, null, 5]],
  ["1 stalex2 0", [1, "stale", "stale", 0]],
  ["7x0", []],
])("%s", (text, expected) => expect(readValues(text)).toEqual({ ok: true, values: expected }));

test.each([
  ["a word", "1 many", /"many" is none of/],
  ["nothing", "", /"" is none of/],
  ["a step without a count", "1+2", /a step goes with a number and a count/],
  ["a step of what is not measured", "_+1x3", /a step goes with a number/],
  ["a count without a number", "x3", /"x3" is none of/],
  ["more than a test may have", `0x${VALUES_MAX} 1`, /at most 10000 values/],
])("%s is refused", (_, text, expected) => {
  const read = readValues(text);
  expect(read.ok ? "" : read.message).toMatch(expected);
});
