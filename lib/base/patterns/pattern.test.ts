import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compilePattern } from "@/lib/base/patterns/pattern";

const part = (source: string) => {
  const compiled = compilePattern(source, "part");
  if (!compiled.ok) throw new Error(compiled.message);
  return compiled.pattern;
};
const whole = (source: string) => {
  const compiled = compilePattern(source, "whole");
  if (!compiled.ok) throw new Error(compiled.message);
  return compiled.pattern;
};

describe("patterns that occupy a backtracking engine for ever are matched at once", () => {
  test.each([
    [`${".?".repeat(60)}z`, "a".repeat(256)],
    [`${"(?:a|aa)".repeat(60)}z`, "a".repeat(256)],
    ["(a+)+$", `${"a".repeat(255)}!`],
    ["(?:a|a?)+b", "a".repeat(256)],
    [`${"a?".repeat(200)}b`, "a".repeat(256)],
    ["(.*)*x", "y".repeat(256)],
    [".*.*.*.*.*.*x", "y".repeat(256)],
  ])("%s", (source, text) => {
    expect([part(source).test(text), whole(source).test(text)]).toEqual([false, false]);
  });
});

describe("a pattern that is none, or too large, is refused with what is wrong", () => {
  test.each([
    ["(", "in the syntax of RE2: missing closing ): `(`"],
    ["a)|(b", "in the syntax of RE2: unexpected ): `a)|(b`"],
    ["a**", "in the syntax of RE2: invalid nested repetition operator"],
    ["(?=a)a", "may not look around or back"],
    ["(?<!a)b", "may not look around or back"],
    ["(a)\\1", "may not look around or back"],
    ["(?:(?:a{100}){100}){100}", "at most 1000 steps"],
    ["(?:abcdef){1000}", "at most 1000 steps"],
    ["a{1000}".repeat(70), "at most 1000 steps"],
    ["(?:a?){999}", "at most 1000 steps"],
    ["x".repeat(501), "at most 500 characters"],
  ])("%s", (source, message) => {
    for (const comparison of ["whole", "part"] as const) {
      expect(compilePattern(source, comparison)).toEqual({ ok: false, message: expect.stringContaining(message) });
    }
  });

  test.each([
    "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
    ".{0,255}-retry",
    "\\{1000\\}{2}",
    "[{1000}]{9}",
    "\\p{Lu}{3}",
    "(?i)orders",
    "(?P<strip>a)",
    "a\\-b",
  ])("%s is accepted", (source) => expect(compilePattern(source, "whole").ok).toBe(true));
});

test("whole is anchored and lets the dot match a line break; part is neither", () => {
  expect([whole("b|c").test("abd"), whole("a.c").test("a\nc"), whole("a|b").test("b")]).toEqual([false, true, true]);
  expect([part("b").test("abc"), part("a.c").test("a\nc")]).toEqual([true, false]);
});

test("find: the named group, or all that matched, in units of the text", () => {
  expect(part("-\\d+$").find("😀-worker-42", "strip")).toEqual({ start: 9, end: 12 });
  expect(part("^wörker(?<strip>-\\d+)-eu$").find("wörker-42-eu", "strip")).toEqual({ start: 6, end: 9 });
  expect(part("^worker(?P<strip>-\\d+)?").find("worker", "strip")).toBeNull();
  expect(part("x").find("worker", "strip")).toBeNull();
});

test("agrees with RegExp where both know a pattern, also on texts that were compared before", () => {
  const sources = fc.constantFrom(
    "a.*b",
    "[^a]+",
    "a|b|ab",
    "(?:ab?)+",
    "\\d{1,3}-\\w*",
    "a?b?c?",
    "",
    "(?:a|b){2,3}c",
    "é.",
  );
  const texts = fc.string({ unit: fc.constantFrom("a", "b", "c", "1", "-", "é", "😀", "\n"), maxLength: 12 });
  fc.assert(
    fc.property(sources, texts, (source, text) => {
      const expected = new RegExp(`^(?:${source})$`, "su").test(text);
      expect([whole(source).test(text), whole(source).test(text)]).toEqual([expected, expected]);
    }),
  );
});
