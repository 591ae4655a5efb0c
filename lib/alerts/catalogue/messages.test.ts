import { createTranslator } from "next-intl";
import { describe, expect, test } from "vitest";
import { MESSAGES } from "@/lib/alerts/catalogue/messages";
import { chooseLocale } from "@/lib/base/messages/locale";
import { SIGNALS } from "@/lib/base/signals/catalogue";

const { en, "zh-CN": zhCN } = MESSAGES;

/** Every message with its path, and the names of its placeholders. */
function flat(messages: object, path = ""): [string, string][] {
  return Object.entries(messages).flatMap(([key, value]): [string, string][] =>
    typeof value === "string" ? [[path + key, value]] : flat(value, `${path}${key}.`),
  );
}
/** The words inside `select` and `plural` options are text and not placeholders. */
const placeholders = (text: string) => {
  const chooses = /, (?:select|plural),/.test(text);
  const bare = !chooses ? text : text.replace(/(?:=\d+|one|other|critical|warning)\s*\{[^{}]*\}/g, "");
  return [...new Set([...bare.matchAll(/\{([a-z]+)[,}]/gi)].map(([, name]) => name ?? ""))].sort();
};

test("both languages have the same keys and the same placeholders", () => {
  const shape = (messages: object) => flat(messages).map(([path, text]) => [path, placeholders(text)]);
  expect(shape(zhCN)).toEqual(shape(en));
});

test.each(["en", "zh-CN"] as const)("every message of %s can be said", (locale) => {
  const messages = MESSAGES[locale];
  const faults: unknown[] = [];
  const say = createTranslator({ locale, messages: { all: messages }, onError: (error) => faults.push(error) });
  for (const [path, text] of flat(messages)) {
    const values = Object.fromEntries(placeholders(text).map((name) => [name, 3]));
    expect(String(Reflect.apply(say, null, [`all.${path}`, values])).length).toBeGreaterThan(0);
  }
  expect(faults).toEqual([]);
});

/** Half-width marks stand in code, numbers and Latin names; next to a Chinese word or to what is filled in they do not. */
const MIXED = /[\p{Script=Han}}”…、][,;:!?()]|[,;:!?()][\p{Script=Han}{“]|[，；：。！？（] | [，；：。！？（）]/u;

/** The operators of matchers, which are code: written with full-width marks, they would be refused. */
const OPERATORS = /!=|=~|!~/g;
const isMixed = (text: string): boolean => MIXED.test(text.replaceAll(OPERATORS, "is"));

test("Chinese sentences have full-width marks, and no space beside them", () => {
  expect(flat(zhCN).filter(([, text]) => isMixed(text))).toEqual([]);
});

test("no operator of a matcher has a full-width mark", () => {
  expect(flat(zhCN).filter(([, text]) => /[！＝～]=|[！＝]~|=～/u.test(text))).toEqual([]);
});

test.each([
  ["已断开,请重启", true],
  ["共 {n}:{text}", true],
  ["（推断） 。", true],
  ["设置 redial_timeout: 300（整秒），见 amqp.addr（?heartbeat=30）", false],
  ["{n, plural, =0 {无} other {# 个}}，{a}", false],
  ["标签配 =、!=、=~ 或 !~，例如", false],
])("%s: mixed is %s", (text, mixed) => expect(isMixed(text)).toBe(mixed));

test("no Chinese mark or word stands in an English message", () => {
  expect(flat(en).filter(([, text]) => /[\p{Script=Han}，；：。（）]/u.test(text))).toEqual([]);
});

test("every signal of the catalogue says what it measures", () => {
  const described = Object.keys(en.signals);
  expect(SIGNALS.map(({ name }) => name.replaceAll(".", "-")).filter((name) => !described.includes(name))).toEqual([]);
});

describe("the language", () => {
  test.each([
    ["the URL's wish", "zh-CN", "en", "en", "zh-CN"],
    ["else the choice made before", null, "zh-CN", "en", "zh-CN"],
    ["else the browser's first that is spoken here", null, null, "fr, zh;q=0.8, en;q=0.5", "zh-CN"],
    ["an unknown wish counts for nothing", "xx", null, "en-GB", "en"],
    ["else English", null, null, null, "en"],
  ])("%s", (_, query, cookie, acceptLanguage, expected) =>
    expect(chooseLocale({ query, cookie, acceptLanguage })).toBe(expected),
  );
});
