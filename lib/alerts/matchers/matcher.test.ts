import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { matcherText, matchesAll } from "@/lib/alerts/matchers/matcher";
import { parseMatchers } from "@/lib/alerts/matchers/parse-matchers";

const labels = { broker: "main", queue: "orders.eu" };

describe("one matcher on { broker: main, queue: orders.eu }", () => {
  test.each([
    ['broker="main"', true],
    ["broker=main", true],
    [" broker = main ", true],
    ["broker!=main", false],
    ['broker!="other"', true],
    ['queue=~"orders.*"', true],
    ["queue=~orders.*", true],
    ["queue=~orders", false],
    ["queue=~eu|orders[.]eu", true],
    ["queue!~orders.*", false],
    ["queue!~eu", true],
    ["source=", true],
    ['source=""', true],
    ["source!=", false],
    ["source!=x", true],
    ["source=~.*", true],
    ["source=~.+", false],
    ["constructor=", true],
    ['{broker="main", queue=~"orders.*"}', true],
    ["broker=main,queue=other", false],
    ["{}", true],
  ])("%s is %s", (text, matches) => {
    const { matchers, faults } = parseMatchers([text]);
    expect([faults, matchesAll(matchers, labels)]).toEqual([[], matches]);
  });

  test("none of them matches everything, several must all hold, and a map is equality", () => {
    expect(matchesAll([], labels)).toBe(true);
    expect(matchesAll(parseMatchers(["broker=main", "queue=x"]).matchers, labels)).toBe(false);
    expect(matchesAll(parseMatchers({ broker: "main", queue: "orders.eu" }).matchers, labels)).toBe(true);
    expect(matchesAll(parseMatchers({ broker: "m.*" }).matchers, labels)).toBe(false);
  });
});

describe("what is no matcher is told, all at once, with its place", () => {
  test.each([
    ["", "a matcher such as"],
    ["queue", "a matcher such as"],
    ["=x", "a matcher such as"],
    ['queue="x', "a matcher such as"],
    ['queue="x" y', "a matcher such as"],
    ["1queue=x", "a matcher such as"],
    ["queue==x", null],
    ["queue=~(", "not a regular expression"],
    ["queue=~a)|(b", "not a regular expression"],
    ["queue=~(a+)+", null],
    ["queue=~(a|aa)*", null],
    ["queue=~(?:a){3}", "a matcher such as"],
    ['queue=~"(?:a){3}"', null],
    ["queue=~(a)?b", null],
    ["queue=~.*.*.*.*x", null],
    ['queue=~"(?:orders){1000}"', "at most 1000 steps"],
    ["queue=~[+*]{1}\\\\+", "a matcher such as"],
    ['queue=~"[+*(]\\\\)+"', null],
    ["queue=~(a)\\1", "a pattern may not look around or back"],
    ["queue=~(?=a)a", "a pattern may not look around or back"],
    [`queue=${"x".repeat(501)}`, "at most 500 characters"],
    [`queue=x${" ".repeat(60_000)}"`, "at most 4000 characters"],
    [`queue=x${" ".repeat(3_000)}"`, "a matcher such as"],
  ])("%s", (text, expected) => {
    const { faults } = parseMatchers(["broker=main", text]);
    if (expected === null) expect(faults).toEqual([]);
    else expect(faults).toEqual([{ at: 1, message: expect.stringContaining(expected) }]);
  });

  test("more texts than are read", () => {
    const { matchers, faults } = parseMatchers(Array.from({ length: 51 }, () => "{}"));
    expect([matchers, faults]).toEqual([[], [{ at: 50, message: "at most 50 texts" }]]);
  });

  test("more than anybody needs", () => {
    expect(parseMatchers(Array.from({ length: 21 }, (_, at) => `l${at}=x`)).faults).toHaveLength(1);
  });
});

test("a pattern that would occupy a backtracking engine for ever is a matcher like any other", () => {
  for (const pattern of [`${".?".repeat(60)}z`, `${"(?:a|aa)".repeat(28)}z`]) {
    const { matchers, faults } = parseMatchers([`rule=~"${pattern}"`]);
    expect([faults, matchesAll(matchers, { rule: "a".repeat(256) })]).toEqual([[], false]);
  }
});

test("what is written of a matcher is read as the same matcher", () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 40 }), fc.constantFrom("=" as const, "!=" as const), (value, operator) => {
      const matcher = { label: "queue", operator, value, pattern: null };
      expect(parseMatchers([matcherText(matcher)])).toEqual({ matchers: [matcher], faults: [] });
    }),
  );
});
