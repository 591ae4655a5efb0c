import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { matcherText, matchesAll, parseMatchers } from "@/lib/alerts/matchers/matcher";

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
    ["queue=~(a+)+", "a pattern may not repeat a group"],
    ["queue=~(a|aa)*", "a pattern may not repeat a group"],
    ["queue=~(?:a){3}", "a matcher such as"],
    ['queue=~"(?:a){3}"', "a pattern may not repeat a group"],
    ["queue=~(a)?b", null],
    ["queue=~.*.*.*.*x", "a pattern may repeat at most 3 times"],
    ["queue=~[+*]{1}\\\\+", "a matcher such as"],
    ['queue=~"[+*(]\\\\)+"', null],
    ["queue=~(a)\\1", "a pattern may not look around or back"],
    ["queue=~(?=a)a", "a pattern may not look around or back"],
    [`queue=${"x".repeat(501)}`, "at most 500 characters"],
  ])("%s", (text, expected) => {
    const { faults } = parseMatchers(["broker=main", text]);
    if (expected === null) expect(faults).toEqual([]);
    else expect(faults).toEqual([{ at: 1, message: expect.stringContaining(expected) }]);
  });

  test("more than anybody needs", () => {
    expect(parseMatchers(Array.from({ length: 21 }, (_, at) => `l${at}=x`)).faults).toHaveLength(1);
  });
});

test("what is written of a matcher is read as the same matcher", () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 40 }), fc.constantFrom("=" as const, "!=" as const), (value, operator) => {
      const matcher = { label: "queue", operator, value, pattern: null };
      expect(parseMatchers([matcherText(matcher)])).toEqual({ matchers: [matcher], faults: [] });
    }),
  );
});
