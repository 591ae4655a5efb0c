import { expect, test } from "vitest";
import { memoryFromJson, memoryToJson } from "@/lib/base/postgres/memory-json";

test.each([
  [new Map([["mine\0mail", { sinceMs: 1, due: null }]])],
  [{ nested: new Map([["a", new Map([["b", [1, 2]]])]]), set: new Set(["x"]), empty: new Map() }],
  [{ $map: "a text of that name", list: [] }],
  [null],
])("%o is the same after it was stored", (memory) => {
  const text = memoryToJson(memory);
  expect(text).not.toContain("\0");
  expect(memoryFromJson(text)).toEqual(memory);
});
