import { readConfigText } from "@/lib/sources/roadrunner/lint/config-text";
import type { LintFinding } from "@/lib/sources/roadrunner/lint/finding";
import { readJobs } from "@/lib/sources/roadrunner/lint/pipelines";
import type { LintVersions } from "@/lib/sources/roadrunner/lint/rule";
import { CONNECTION_RULES } from "@/lib/sources/roadrunner/lint/rules-connection";
import { PIPELINE_RULES } from "@/lib/sources/roadrunner/lint/rules-pipeline";
import { SECTION_RULES } from "@/lib/sources/roadrunner/lint/rules-section";

/** A file with more faults than this has one cause, and a page of them helps nobody. */
const FINDINGS_MAX = 200;
const WEIGHT = { error: 0, warning: 1, info: 2 } as const;

/**
 * What is wrong with a `.rr.yaml`, by line. Rules RR01 to RR12 follow the code of RoadRunner's amqp plugin (v4.9.12,
 * v5.2.3, v6 @7a8adf9) and jobs plugin; where a version decides and is not given, the milder reading is taken. Only
 * the sections `amqp` and `jobs` are looked at. Pure; never throws; a file that is no YAML is told as one finding.
 */
export function lintRoadRunner(text: string, versions: LintVersions): readonly LintFinding[] {
  const read = readConfigText(text);
  if (!read.ok) return read.findings;
  const seen = { ...readJobs(read.config), versions };
  return [...SECTION_RULES, ...CONNECTION_RULES, ...PIPELINE_RULES]
    .flatMap((rule) => rule(seen))
    .sort((a, b) => a.line - b.line || WEIGHT[a.severity] - WEIGHT[b.severity] || a.id.localeCompare(b.id))
    .slice(0, FINDINGS_MAX);
}
