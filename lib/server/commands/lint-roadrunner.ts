import { lintRoadRunner } from "@/lib/sources/roadrunner/lint/lint";
import { lintText } from "@/lib/sources/roadrunner/lint/lint-text";
import { parseVersion } from "@/lib/sources/roadrunner/version";
import type { LintInput, LintView } from "@/lib/views/lint/schema";

/** Checks the text of a `.rr.yaml` and says in English what is wrong with it. A version that is none counts as unknown. */
export function lintConfig({ config, rrVersion = "", rabbitVersion = "" }: LintInput): LintView {
  const versions = { roadRunner: parseVersion(rrVersion), rabbit: parseVersion(rabbitVersion) };
  return { findings: lintText(lintRoadRunner(config, versions)) };
}

/** Findings as lines for a terminal, each with its fragment below; `name` is the file's. */
export function lintReport(name: string, { findings }: LintView): string {
  const lines = findings.flatMap(({ id, severity, line, column, message, fix }) => [
    `${name}:${line}:${column}: ${severity} ${id}: ${message}`,
    ...(fix === null ? [] : fix.trimEnd().split("\n")).map((text) => `    ${text}`),
  ]);
  return lines.length === 0 ? `${name}: nothing to object to` : lines.join("\n");
}

/** What the shell is told: 1 as soon as one finding is an error. */
export const lintExitCode = ({ findings }: LintView): 0 | 1 =>
  findings.some(({ severity }) => severity === "error") ? 1 : 0;
