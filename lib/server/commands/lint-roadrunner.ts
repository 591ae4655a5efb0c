import { lintRoadRunner } from "@/lib/sources/roadrunner/lint/lint";
import { lintText } from "@/lib/sources/roadrunner/lint/lint-text";
import { parseVersion } from "@/lib/sources/roadrunner/version";
import type { LintRequest, LintView } from "@/lib/views/lint/schema";

/** Lints the text of a `.rr.yaml`; the findings are in English. A text that is not a version counts as unknown. */
export function lintConfig({ config, rrVersion = "", rabbitVersion = "" }: LintRequest): LintView {
  const versions = { roadRunner: parseVersion(rrVersion), rabbit: parseVersion(rabbitVersion) };
  return { findings: lintText(lintRoadRunner(config, versions)) };
}

/** The findings as lines for a terminal, each with the suggested fragment below it. `name` is the name of the file. */
export function lintReport(name: string, { findings }: LintView): string {
  const lines = findings.flatMap(({ id, severity, line, column, message, fix }) => [
    `${name}:${line}:${column}: ${severity} ${id}: ${message}`,
    ...(fix === null ? [] : fix.trimEnd().split("\n")).map((text) => `    ${text}`),
  ]);
  return lines.length === 0 ? `${name}: nothing to object to` : lines.join("\n");
}

/** The exit code: 1 if a finding is an error. */
export const lintExitCode = ({ findings }: LintView): 0 | 1 =>
  findings.some(({ severity }) => severity === "error") ? 1 : 0;
