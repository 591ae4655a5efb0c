import { parseDocument } from "yaml";
import { rulesInForce } from "@/lib/alerts/engine/rules-in-force";
import type { Rule } from "@/lib/alerts/model/rule";
import { BUILT_IN_RULES } from "@/lib/alerts/rules/built-in";
import { signalNamed } from "@/lib/base/signals/catalogue";
import { type ConfigFault, parseConfig } from "@/lib/config/parse";
import { parseTests, type RuleTest } from "@/lib/server/commands/rule-tests/parse";
import { type ExpectationMismatch, runTest } from "@/lib/server/commands/rule-tests/run";

/**
 * The rules of a configuration's text, without the rest of it: secrets need not be there where rules are tested. YAML
 * that cannot be read, and what is wrong with a rule, come back as faults.
 */
export function rulesOfConfig(
  text: string,
  env: Readonly<Record<string, string | undefined>>,
): { readonly rules: readonly Rule[]; readonly faults: readonly ConfigFault[] } {
  const document = parseDocument(text, { prettyErrors: false });
  const whole: unknown = document.errors.length > 0 ? null : document.toJS({ maxAliasCount: ALIASES_MAX });
  const rules = typeof whole === "object" && whole !== null && "rules" in whole ? whole.rules : [];
  // What is no YAML is parsed as it stands, for its faults.
  const { config, faults } = parseConfig(document.errors.length > 0 ? text : JSON.stringify({ rules }), env);
  return { rules: config?.rules ?? [], faults };
}

const ALIASES_MAX = 100;

/** A file of tests as it was read. */
export interface TestFile {
  readonly name: string;
  readonly text: string;
}

interface Ran {
  readonly name: string;
  readonly differences: readonly ExpectationMismatch[];
}

/** What came of one file: its tests, or why it could not be read, with the lines. */
interface FileReport {
  readonly name: string;
  readonly tests: readonly Ran[];
  readonly faults: readonly ExpectationMismatch[];
}

export interface TestReport {
  readonly files: readonly FileReport[];
}

/**
 * Runs files of rule tests with the built-in rules and those of a configuration. A file with a fault runs none of its
 * tests, and all its faults are told.
 */
export function testRules(files: readonly TestFile[], fromFile: readonly Rule[] = []): TestReport {
  const inForce = rulesInForce(BUILT_IN_RULES, fromFile);
  return { files: files.map((file) => testFile(file, inForce)) };
}

function testFile({ name, text }: TestFile, inForce: readonly Rule[]): FileReport {
  const { tests, faults } = parseTests(text);
  const unknown = tests.filter((test) => rulesOf(test, inForce).length === 0);
  const missing = unknown.map(({ line, rule }) => ({ line, message: `there is no rule ${String(rule)}` }));
  const wrong = [...faults, ...missing, ...tests.flatMap((test) => labelFaults(test, rulesOf(test, inForce)[0]))];
  if (wrong.length > 0) return { name, tests: [], faults: wrong };
  const ran = tests.map((test) => ({ name: test.name, differences: runTest(test, rulesOf(test, inForce)) }));
  return { name, tests: ran, faults: [] };
}

/** Labels that no reading of the signal carries would match no rule, and the test would say nothing. */
function labelFaults({ readings }: RuleTest, rule: Rule | undefined): readonly ExpectationMismatch[] {
  return readings.flatMap(({ line, labels, signal }) => {
    const known = signalNamed(signal ?? rule?.signal ?? "");
    if (known === null || known.kind === "client") return [];
    const given = Object.keys(labels);
    const same = given.length === known.labels.length && known.labels.every((label) => given.includes(label));
    return same ? [] : [{ line, message: `${known.name} has the labels ${known.labels.join(", ")}` }];
  });
}

/** Rules may share an id: the narrower one and the one it leaves the rest to are tried together. */
const rulesOf = ({ rule }: RuleTest, inForce: readonly Rule[]): readonly Rule[] =>
  typeof rule === "string" ? inForce.filter(({ id }) => id === rule) : [rule];

/** The report as lines for a terminal. */
export function testReport({ files }: TestReport): string {
  const lines = files.flatMap(({ name, tests, faults }) => [
    name,
    ...faults.map(({ line, message }) => `  ${name}:${line}: ${message}`),
    ...tests.flatMap(({ name: test, differences }) => [
      `  ${differences.length === 0 ? "ok    " : "FAILED"}  ${test}`,
      ...differences.map(({ line, message }) => `          ${name}:${line}: ${message}`),
    ]),
  ]);
  const all = files.flatMap(({ tests }) => tests);
  const failed = all.filter(({ differences }) => differences.length > 0).length;
  const unread = files.filter(({ faults }) => faults.length > 0).length;
  const end = `${all.length - failed} ok, ${failed} failed${unread === 0 ? "" : `, ${unread} not readable`}`;
  return [...lines, end].join("\n");
}

/** What the shell is told: 2 where a file could not be read, else 1 where a test failed. */
export function testExitCode({ files }: TestReport): 0 | 1 | 2 {
  if (files.some(({ faults }) => faults.length > 0)) return 2;
  return files.some(({ tests }) => tests.some(({ differences }) => differences.length > 0)) ? 1 : 0;
}
