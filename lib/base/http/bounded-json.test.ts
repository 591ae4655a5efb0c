import { expect, test } from "vitest";
import { parseBoundedJson } from "@/lib/base/http/bounded-json";

test.each<[string, string, unknown]>([
  ["an object", '{"a":[1,{}]}', { a: [1, {}] }],
  ["as many values as allowed", "[1,2,3,4,5,6,7,8]", [1, 2, 3, 4, 5, 6, 7, 8]],
  ["a long text", `"${"x".repeat(100)}"`, "x".repeat(100)],
  ["one value more", "[1,2,3,4,5,6,7,8,9]", undefined],
  ["objects", `[${"{},".repeat(20)}0]`, undefined],
  ["nested arrays", "[".repeat(20) + "]".repeat(20), undefined],
  ["arrays that are not closed", "[".repeat(5), undefined],
  ["no JSON", "<html>", undefined],
  ["nothing", "", undefined],
])("%s", (_, text, expected) => expect(parseBoundedJson(Buffer.from(text), 9)).toEqual(expected));

test("a part of a larger buffer", () => {
  expect(parseBoundedJson(Buffer.from("xx[1]xx").subarray(2, 5), 9)).toEqual([1]);
});
