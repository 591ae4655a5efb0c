import { parseDocument } from "yaml";
import { BUILT_IN_RULES } from "@/lib/alerts/catalogue/built-in";
import { rulesInForce } from "@/lib/alerts/engine/rules-in-force";
import type { Rule } from "@/lib/alerts/model/rule";
import { signalNamed } from "@/lib/base/signals/catalogue";
import { type ConfigFault, parseConfig } from "@/lib/config/parse";
import { parseTests, type RuleTest } from "@/lib/server/commands/rule-tests/parse";
import { type ExpectationMismatch, runTest } from "@/lib/server/commands/rule-tests/run";

/**
 * The rules in the text of a configuration. The other settings are ignored, since their secrets may be missing where
 * rules are tested. Invalid YAML and invalid rules are returned as faults.
 */
export function rulesOfConfig(
  text: string,
  env: Readonly<Record<string, string | undefined>>,
): { readonly rules: readonly Rule[]; readonly faults: readonly ConfigFault[] } {
  const document = parseDocument(text, { prettyErrors: false });
  const whole: unknown = document.errors.length > 0 ? null : document.toJS({ maxAliasCount: ALIASES_MAX });
  const rules = typeof whole === "object" && whole !== null && "rules" in whole ? whole.rules : [];
  // Invalid YAML is parsed as it is, for its faults.
  const { config, faults } = parseConfig(document.errors.length > 0 ? text : JSON.stringify({ rules }), env);
  return { rules: config?.rules ?? [], faults };
}

const ALIASES_MAX = 100;

/** The text of a file of rule tests. */
export interface TestFile {
  readonly name: string;
  readonly text: string;
}

interface TestResult {
  readonly name: string;
  readonly differences: readonly ExpectationMismatch[];
}

/** The results of the tests of one file, or its faults with their lines. */
interface FileReport {
  readonly name: string;
  readonly tests: readonly TestResult[];
  readonly faults: readonly ExpectationMismatch[];
}

export interface TestReport {
  readonly files: readonly FileReport[];
}

/**
 * Runs files of rule tests against the built-in rules and those of a configuration. If a file has a fault, none of its
 * tests run and all its faults are reported.
 */
export function testRules(files: readonly TestFile[], fromFile: readonly Rule[] = []): TestReport {
  const inForce = rulesInForce(BUILT_IN_RULES, fromFile);
  return { files: files.map((file) => testFile(file, inForce)) };
}

function testFile({ name, text }: TestFile, inForce: readonly Rule[]): FileReport {
  const { tests, faults } = parseTests(text);
  const unknown = tests.filter((test) => rulesOf(test, inForce).length === 0);
  const missing = unknown.map(({ line, rule }) => ({ line, message: `there is no rule ${String(rule)}` }));
  const allFaults = [...faults, ...missing, ...tests.flatMap((test) => labelFaults(test, rulesOf(test, inForce)[0]))];
  if (allFaults.length > 0) return { name, tests: [], faults: allFaults };
  const results = tests.map((test) => ({ name: test.name, differences: runTest(test, rulesOf(test, inForce)) }));
  return { name, tests: results, faults: [] };
}

/** Readings with labels that the signal does not have would match no rule, and their test would prove nothing. */
function labelFaults({ readings }: RuleTest, rule: Rule | undefined): readonly ExpectationMismatch[] {
  return readings.flatMap(({ line, labels, signal }) => {
    const definition = signalNamed(signal ?? rule?.signal ?? "");
    if (definition === null || definition.kind === "client") return [];
    const names = Object.keys(labels);
    const isSame = names.length === definition.labels.length && definition.labels.every((name) => names.includes(name));
    return isSame ? [] : [{ line, message: `${definition.name} has the labels ${definition.labels.join(", ")}` }];
  });
}

/** Rules may share an id: a narrow rule and the general one that covers the rest are tested together. */
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

/** The exit code: 2 if a file could not be read, else 1 if a test failed. */
export function testExitCode({ files }: TestReport): 0 | 1 | 2 {
  if (files.some(({ faults }) => faults.length > 0)) return 2;
  return files.some(({ tests }) => tests.some(({ differences }) => differences.length > 0)) ? 1 : 0;
}
