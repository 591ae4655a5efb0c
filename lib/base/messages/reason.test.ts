import { globSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { reasons as english } from "@/lib/base/messages/en/reasons";
import { cutReason, type Reason, readReason, reason, sameReason, verbatim } from "@/lib/base/messages/reason";
import { renderReason } from "@/lib/base/messages/render-reason";
import { reasons as chinese } from "@/lib/base/messages/zh-CN/reasons";

const CODES = Object.keys(english.reasons);
const PLACEHOLDER = /\{(\w+)\}/g;
const placeholdersOf = (text: string) => [...new Set([...text.matchAll(PLACEHOLDER)].map(([, name]) => name ?? ""))];
const textOf = (texts: object, code: string) => String(new Map(Object.entries(texts)).get(code));

const INNER = reason("sendStatus", { status: 410 });
const paramOf = (name: string, at: number): unknown =>
  name === "reason" ? INNER : name === "reasons" ? [INNER, reason("sendStopped", {})] : `value-${at} {x} <b> 'q'`;

/** One reason of each code, made from the placeholders of its English text. */
const sampleOf = (code: string): Reason => {
  const names = placeholdersOf(textOf(english.reasons, code));
  return readReason({ code, params: Object.fromEntries(names.map((name, at) => [name, paramOf(name, at)])) });
};

test.each(CODES)("%s has a text with the same parameters in both languages", (code) => {
  const names = placeholdersOf(textOf(english.reasons, code)).sort();
  expect(placeholdersOf(textOf(chinese.reasons, code)).sort()).toEqual(names);
  expect(sampleOf(code).code).toBe(code);
  expect(Object.keys(sampleOf(code).params).sort()).toEqual(names);
});

const NESTED = {
  en: { reason: "answered 410", reasons: "answered 410 stopped before an answer came" },
  "zh-CN": { reason: "返回 410", reasons: "返回 410；在收到回答之前停止" },
} as const;

describe.each(["en", "zh-CN"] as const)("in %s", (locale) => {
  const texts = locale === "en" ? english.reasons : chinese.reasons;
  test.each(CODES)("%s is rendered from its code, whatever its parameters spell", (code) => {
    const { params } = sampleOf(code);
    const values = new Map<string, unknown>([...Object.entries(params), ...Object.entries(NESTED[locale])]);
    const filled = textOf(texts, code).replace(PLACEHOLDER, (_, name: string) => String(values.get(name)));
    expect(renderReason(sampleOf(code), locale)).toBe(filled);
  });
});

test.each(CODES)("what is stored of %s holds no text of the catalogue and is read back as it was", (code) => {
  const stored = JSON.stringify(sampleOf(code));
  const words = textOf(english.reasons, code)
    .split(PLACEHOLDER)
    .filter((part, at) => at % 2 === 0 && part.trim().length > 4);
  expect(words.filter((part) => stored.includes(part))).toEqual([]);
  expect(readReason(JSON.parse(stored))).toEqual(sampleOf(code));
});

test.each([
  ["a plain text is the words of others", "no such table", verbatim("no such table")],
  ["a code of a later version stands for itself", { code: "quotaExceeded", params: {} }, verbatim("quotaExceeded")],
  ["a parameter that is missing is empty", { code: "sendFailed", params: {} }, reason("sendFailed", { code: "" })],
  ["what is no reason is shown as it is", { broken: 1 }, verbatim('{"broken":1}')],
  ["nothing is nothing", undefined, verbatim("")],
])("reading: %s", (_, stored, expected) => expect(readReason(stored)).toEqual(expected));

test("texts of others are cut, also within a reason", () => {
  const long = reason("databaseNotWritable", { reason: verbatim("x".repeat(9)) });
  expect(cutReason(long, 4)).toEqual(reason("databaseNotWritable", { reason: verbatim("xxxx") }));
  expect(cutReason(INNER, 1)).toEqual(INNER);
});

test("reasons are the same by their code and parameters", () => {
  expect(sameReason(INNER, reason("sendStatus", { status: 410 }))).toBe(true);
  expect(sameReason(INNER, reason("sendStatus", { status: 411 }))).toBe(false);
  const [one, other] = [
    reason("httpStatus", { status: 500, where: "/api" }),
    reason("httpStatus", { where: "/api", status: 500 }),
  ];
  expect(sameReason(one, other), "in any order").toBe(true);
  expect([sameReason(null, null), sameReason(null, INNER)]).toEqual([true, false]);
});

test("a code or parameters that the catalogue does not have do not compile", () => {
  // @ts-expect-error: no such code
  expect(reason("sendNothing", {}).code).toBe("sendNothing");
  // @ts-expect-error: a parameter is missing
  expect(reason("sendStatus", {}).params).toEqual({});
  // @ts-expect-error: no such parameter
  expect(reason("sendStatus", { status: 1, text: "x" }).code).toBe("sendStatus");
  // @ts-expect-error: a reason is expected, and not its text
  expect(reason("webhookDisabled", { reason: "answered 410" }).code).toBe("webhookDisabled");
});

/** Code that matches a text: the constructor, a method of patterns, or a literal handed to a method or assigned. */
const MATCHING =
  /\bRegExp\b|\.(?:exec|match|matchAll|search)\(|\.(?:test|replace|replaceAll|split)\(\s*\/|=\s*\/[^/*\s]/;

test("no text is parsed in the catalogue of messages", () => {
  const files = globSync("lib/base/messages/**/*.ts", { cwd: process.cwd() }).filter(
    (path) => !path.endsWith(".test.ts"),
  );
  expect(files.length).toBeGreaterThan(40);
  expect(files.filter((path) => MATCHING.test(readFileSync(path, "utf8")))).toEqual([]);
  expect(
    ["new RegExp(x)", "/a/.exec(x)", "x.match(y)", "x.replace(/a/, y)", "const x = /a/;"].every((code) =>
      MATCHING.test(code),
    ),
  ).toBe(true);
});
