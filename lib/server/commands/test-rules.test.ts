import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, test } from "vitest";
import { BUILT_IN_RULES } from "@/lib/alerts/catalogue/built-in";
import { parseTests } from "@/lib/server/commands/rule-tests/parse";
import { rulesOfConfig, testExitCode, testReport, testRules } from "@/lib/server/commands/test-rules";

const run = (text: string, config = "") => testRules([{ name: "t.yaml", text }], rulesOfConfig(config, {}).rules);
const report = (text: string, config = "") => testReport(run(text, config)).split("\n");

const BACKLOG = `tests:
  - name: a backlog fires after five minutes
    rule: retry-backlog
    every: 1m
    readings:
      - { labels: { source: mine, queue: mail }, values: "0x2 120x8 0" }
    expect:
      - { at: 6m, firing: [] }
      - { at: 7m, firing: [{ severity: warning, labels: { queue: mail } }] }
`;

describe("the shipped tests", () => {
  const packs = join(import.meta.dirname, "rule-tests/packs");
  const files = globSync("*.yaml", { cwd: packs }).sort();
  const read = (name: string) => ({ name, text: readFileSync(join(packs, name), "utf8") });

  test.each(files)("%s passes", (name) => {
    const result = testRules([read(name)]);
    expect(testReport(result)).not.toMatch(/FAILED|not readable/);
    expect(testExitCode(result)).toBe(0);
  });

  test("every built-in rule has a file of tests in which it fires", () => {
    expect(files.map((name) => basename(name, ".yaml"))).toEqual(BUILT_IN_RULES.map(({ id }) => id).sort());
    for (const name of files) {
      const { tests } = parseTests(read(name).text);
      expect(new Set(tests.map(({ rule }) => rule))).toEqual(new Set([basename(name, ".yaml")]));
      const fires = tests.filter(({ expect: all }) => all.some(({ firing }) => firing !== null && firing.length > 0));
      expect(fires.length, name).toBeGreaterThan(0);
    }
  });

  // A test that passes whatever the rule is would prove nothing.
  test("each of them fails once its rules are disabled", () => {
    const off = BUILT_IN_RULES.map((rule) => ({ ...rule, enabled: false, origin: "file" as const }));
    const results = testRules(files.map(read), off).files.flatMap(({ tests }) => tests);
    expect(results.filter(({ differences }) => differences.length === 0).map(({ name }) => name)).toEqual([
      "a batch of retries that falls due together does not fire",
    ]);
  });
});

describe("the report of a test", () => {
  test("ok", () =>
    expect(report(BACKLOG)).toEqual(["t.yaml", "  ok      a backlog fires after five minutes", "1 ok, 0 failed"]));

  test("FAILED, with the line, the expected alerts and the actual ones", () => {
    const early = BACKLOG.replace("{ at: 6m, firing: [] }", "{ at: 6m, firing: [{ severity: critical }] }");
    expect(report(early)).toEqual([
      "t.yaml",
      "  FAILED  a backlog fires after five minutes",
      "          t.yaml:8: at 6m expected firing: critical {}; found firing: nothing",
      "0 ok, 1 failed",
    ]);
  });

  test("one alert more than expected is a difference", () => {
    const more = BACKLOG.replace(
      "    expect:",
      '      - { labels: { source: mine, queue: sms }, values: "500x11" }\n    expect:',
    );
    expect(report(more)[2]).toMatch(
      /:9: at 6m expected firing: nothing; found firing: warning \{source=mine queue=sms\}$/,
    );
  });
});

test.each([
  ["all pass", BACKLOG, 0],
  ["one fails", BACKLOG.replace("at: 7m", "at: 5m"), 1],
  ["one cannot be read", "tests: []", 2],
])("the exit code when %s", (_, text, code) => expect(testExitCode(run(text))).toBe(code));

describe("the faults of a file are reported with their lines, all at once", () => {
  test.each<[string, string, string[]]>([
    ["invalid YAML", "tests: [", ["t.yaml:1: "]],
    ["no tests", "tests: []", ["t.yaml:1: tests: "]],
    ["no such rule", BACKLOG.replace("retry-backlog", "retry-backlogs"), ["t.yaml:2: there is no rule retry-backlogs"]],
    ["invalid values", BACKLOG.replace("120x8", "12Ox8"), ['t.yaml:6: tests.0.readings.0.values: "12Ox8" is none of ']],
    ["an unknown setting", BACKLOG.replace("every", "evry"), ["t.yaml:4: no such setting: evry"]],
    [
      "no such signal",
      BACKLOG.replace("{ labels", "{ signal: nothing, labels"),
      ["t.yaml:6: tests.0.readings.0.signal: no such"],
    ],
    [
      "labels that the signal does not have",
      BACKLOG.replace("queue: mail }, v", "kind: mail }, v"),
      ["t.yaml:6: jobs.retry.due has the labels source, queue"],
    ],
    ["a time after the last value", BACKLOG.replace("7m", "11m"), ["t.yaml:9: the values end at 600 s"]],
    [
      "nothing expected",
      BACKLOG.replace("{ at: 6m, firing: [] }", "{ at: 6m }"),
      ["t.yaml:8: tests.0.expect.0: firing, pending, or both"],
    ],
    [
      "two faults",
      BACKLOG.replace("120x8", "many").replace("at: 6m", "at: soon"),
      ["t.yaml:6: tests.0.readings.0.values", "t.yaml:8: tests.0.expect.0.at: a duration"],
    ],
  ])("%s", (_, text, beginnings) => {
    const lines = report(text).slice(1, -1);
    expect(lines).toHaveLength(beginnings.length);
    expect(lines.map((line, index) => line.trim().slice(0, beginnings[index]?.length ?? 0))).toEqual(beginnings);
  });
});

describe("rules come from", () => {
  const config =
    "rules: [{ id: retry-backlog, signal: jobs.retry.due, warning: 10, for: 1m }]\nbrokers: [{ id: '${GONE}' }]";

  test("the configuration, whose secrets may be missing", () => {
    expect(rulesOfConfig(config, {}).faults).toEqual([]);
    expect(report(BACKLOG.replace("at: 6m, firing: []", "at: 3m, firing: [{ severity: warning }]"), config)[1]).toMatch(
      /ok/,
    );
  });

  test("the test itself", () => {
    const inline = "rule: { signal: queue.ready, critical: 5, comparison: above }";
    const text = BACKLOG.replace("rule: retry-backlog", inline)
      .replace("source: mine", "broker: main, vhost: /")
      .replace("at: 6m, firing: []", "at: 2m, firing: [{ severity: critical }]")
      .replace("severity: warning", "severity: critical");
    expect(report(text)[1]).toMatch(/ok/);
  });

  test("and a fault of either is reported with its place", () => {
    expect(rulesOfConfig("rules: [{ id: a, signal: nothing, warning: 1 }]", {}).faults).toMatchObject([
      { path: "rules[0].signal" },
    ]);
    expect(rulesOfConfig("rules: [", {}).faults).toHaveLength(1);
    const text = BACKLOG.replace("rule: retry-backlog", "rule: { signal: nothing, warning: 1 }");
    expect(report(text)[1]?.trim()).toMatch(/^t\.yaml:3: tests\.0\.rule\.signal: no such signal/);
  });
});
