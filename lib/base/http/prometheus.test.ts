import { describe, expect, test } from "vitest";
import { labelReader, readSamples, scanSamples, sumSamples } from "@/lib/base/http/prometheus";
import { faultOfCost } from "@/lib/cost.testing";

describe("one line", () => {
  test.each<[string, string, unknown]>([
    ["without labels", "app_up 1", ["app_up", {}, 1]],
    ["with labels", 'app_up{a="1",b="2"} 3', ["app_up", { a: "1", b: "2" }, 3]],
    ["a comma after the last label", 'app_up{a="1",} 3', ["app_up", { a: "1" }, 3]],
    ["empty braces", "app_up{} 3", ["app_up", {}, 3]],
    ["several blanks and tabs", 'app_up {a="1"}\t 3', ["app_up", { a: "1" }, 3]],
    ["braces and blanks inside a value", 'app_up{a="x} 9 {"} 3', ["app_up", { a: "x} 9 {" }, 3]],
    ["an escaped quote, backslash and newline", String.raw`app_up{a="\"b\\\n"} 3`, ["app_up", { a: '"b\\\n' }, 3]],
    ["a value that ends in a backslash", String.raw`app_up{a="c:\\"} 3`, ["app_up", { a: "c:\\" }, 3]],
    ["a time stamp", "app_up 3 1795000000000", ["app_up", {}, 3]],
    ["an exemplar", 'app_up{a="1"} 3 # {trace_id="x"} 0.5', ["app_up", { a: "1" }, 3]],
    ["an exponent", "app_up 8.0e3", ["app_up", {}, 8000]],
    ["a carriage return", "app_up 3\r", ["app_up", {}, 3]],
    ["NaN", "app_up NaN", null],
    ["infinity", 'app_up{le="1"} +Inf', null],
    ["no value", "app_up", null],
    ["a blank and no value", 'app_up{a="1"} ', null],
    ["blanks between labels", 'app_up{ a="1" , b = "2" } 3', ["app_up", { a: "1", b: "2" }, 3]],
    ["labels up to the first that is none", 'app_up{a="1",-,b="2"} 3', ["app_up", { a: "1" }, 3]],
    ["a label that never ends", `app_up{${"a".repeat(10_000)}} 3`, ["app_up", {}, 3]],
    ["a line longer than any exporter's", `app_up{a="${"a".repeat(20_000)}"} 3`, null],
    ["labels that are cut off", 'app_up{a="1', null],
    ["a help line", "# HELP app_up 3", null],
    ["another prefix", "up_app_up 3", null],
  ])("%s", (_, line, expected) => {
    const [sample] = readSamples(`other 1\n${line}\n`, "app_");
    expect(sample === undefined ? null : [sample.name, sample.labels, sample.value]).toEqual(expected);
  });
});

test("only the lines with the prefix are read, the first and the last included", () => {
  const text = "app_a 1\nother 5\napp_b 2\n# app_c 7\napp_a 3";
  expect(readSamples(text, "app_").map(({ name, value }) => `${name} ${value}`)).toEqual([
    "app_a 1",
    "app_b 2",
    "app_a 3",
  ]);
  expect(sumSamples(readSamples(text, "app_"), "app_a")).toBe(4);
  expect(sumSamples(readSamples(text, "app_"), "app_c"), "not measured").toBeNull();
});

test("unreadable lines with the prefix are counted, and the next line is read", () => {
  const values: number[] = [];
  expect(scanSamples("app_a x\napp_a 2\napp_a{\napp_a 3\n", "app_", (_, value) => values.push(value))).toBe(2);
  expect(values).toEqual([2, 3]);
});

test.each([
  ["the first label", 'a="1",b="2"', "a", "1"],
  ["another label", 'a="1",b="2"', "b", "2"],
  ["a name that ends in the wanted one", 'xa="1",a="2"', "a", "2"],
  ["a value that contains the wanted one", String.raw`x=",a=\"1\"",a="2"`, "a", "2"],
  ["a label that is absent", 'a="1"', "c", undefined],
])("%s", (_, labels, name, value) => expect(labelReader(name)(`{${labels}}`, 1, labels.length + 1)).toBe(value));

test.each([
  ["a name without an end", (length: number) => `app_up{${"a".repeat(length)}} 1`],
  ["quotes", (length: number) => `app_up{${'"'.repeat(length)}} 1`],
  ["backslashes in a value", (length: number) => `app_up{a="${"\\".repeat(length)}"} 1`],
  ["labels", (length: number) => `app_up{${'a="1",'.repeat(length / 6)}} 1`],
  ["blanks", (length: number) => `app_up${" ".repeat(length)}`],
  ["lines with one quote", (length: number) => 'app_up{a="\n'.repeat(length / 11)],
  ["lines without a value", (length: number) => "app_up\n".repeat(length / 7)],
])("the cost is linear in %s", (_, textOf) => {
  const run = (length: number) => {
    const text = textOf(length);
    return () => void readSamples(text, "app_");
  };
  expect(faultOfCost(run)).toBeNull();
});
