import { isFromEnvironment, readConfigText } from "@/lib/sources/roadrunner/lint/config-text";
import type { LintFinding } from "@/lib/sources/roadrunner/lint/finding";
import { readJobs } from "@/lib/sources/roadrunner/lint/pipelines";
import type { LintVersions } from "@/lib/sources/roadrunner/lint/rule";
import { CONNECTION_RULES } from "@/lib/sources/roadrunner/lint/rules-connection";
import { PIPELINE_RULES } from "@/lib/sources/roadrunner/lint/rules-pipeline";
import { SECTION_RULES } from "@/lib/sources/roadrunner/lint/rules-section";

/** More findings than this have one cause; a longer list is not useful. */
const FINDINGS_MAX = 200;
const WEIGHT = { error: 0, warning: 1, info: 2 } as const;

/**
 * The faults of a `.rr.yaml`, by line. Rules RR01 to RR14 follow the code of RoadRunner's amqp plugin (v4.9.12, v5.2.3, v6
 * @7a8adf9) and jobs plugin; if a rule depends on an unknown version, the lower severity applies. Only the sections `amqp`
 * and `jobs` are checked. Never throws; a file that is not YAML gives one finding.
 */
export function lintRoadRunner(text: string, versions: LintVersions): readonly LintFinding[] {
  const read = readConfigText(text);
  if (!read.ok) return read.findings;
  const input = { ...readJobs(read.config), versions };
  return [...SECTION_RULES, ...CONNECTION_RULES, ...PIPELINE_RULES]
    .flatMap((rule) => rule(input))
    .sort((a, b) => a.line - b.line || WEIGHT[a.severity] - WEIGHT[b.severity] || a.id.localeCompare(b.id))
    .slice(0, FINDINGS_MAX);
}

/** The pipelines that a `.rr.yaml` says to consume; those of variables and of a file that cannot be read are not known. */
export function consumedBy(text: string): readonly string[] {
  const read = readConfigText(text);
  return read.ok ? (readJobs(read.config).consume ?? []).filter((name) => !isFromEnvironment(name)) : [];
}
