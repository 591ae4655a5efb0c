import { describe, expect, test } from "vitest";
import { faultOfCost } from "@/lib/cost.testing";
import { hostileTexts } from "@/lib/hostile-texts.testing";
import { type FoundPattern, regularExpressions } from "@/lib/regular-expressions.testing";

/** Files whose patterns meet short texts only, and what bounds them. The shortest texts still show an exponential pattern. */
const SHORT_TEXTS: Readonly<Record<string, string>> = {
  "lib/rabbitmq/clients/folding-rules.ts": "a name is cut at 1,000 characters before it is folded (identity.ts)",
  "lib/rabbitmq/clients/refold-stored.ts": "a stored name has at most 255 characters (identity.ts)",
  "lib/sources/jobs/error-groups.ts": "an error is cut at 2,000 characters (TEXT_CHARS_MAX)",
  "lib/base/tls/certificate-fault.ts": "the code of an error of Node",
};

const all = await regularExpressions();

function faultOf({ file, pattern }: FoundPattern): string | null {
  const isShort = file in SHORT_TEXTS;
  for (const { prefix, pump, suffix } of hostileTexts(pattern)) {
    const textOf = (length: number) => prefix + pump.repeat(Math.ceil(length / pump.length)) + suffix;
    const run = (length: number) => {
      const text = textOf(length);
      return () => {
        pattern.lastIndex = 0;
        pattern.exec(text);
      };
    };
    const fault = faultOfCost(run, { isShort });
    if (fault !== null) return `${file}: ${pattern} on ${JSON.stringify({ prefix, pump, suffix })}: ${fault}`;
  }
  return null;
}

test("every regular expression is linear in the text", () => {
  expect(all.length).toBeGreaterThan(200);
  expect(all.flatMap((found) => faultOf(found) ?? [])).toEqual([]);
});

test("what is said to meet short texts only has patterns", () => {
  const files = new Set(all.map(({ file }) => file));
  expect(Object.keys(SHORT_TEXTS).filter((file) => !files.has(file))).toEqual([]);
});

describe("the test finds", () => {
  test.each([
    [/^(a+)+$/],
    [/(?:a|aa)*b/],
    [/([A-Za-z_][A-Za-z0-9_]*)="((?:[^"\\]|\\.)*)"/g],
    [/\s+$/],
    [/^a (.*?) b (.*?) c$/],
    [/([a-z][a-z0-9+.-]*:\/\/)[^\s/@]*@/gi],
    [/\/\*[\s\S]*?\*\//g],
  ])("that %s is not linear", (pattern) => expect(faultOf({ file: "planted", pattern })).toContain("not linear"));

  test.each([[/^a+$/], [/[\s,]*([a-z]+)="([^"]*)"/y], [/\s+/g]])("no fault in %s", (pattern) =>
    expect(faultOf({ file: "planted", pattern })).toBeNull(),
  );
});
