import { fragment } from "@/lib/sources/roadrunner/lint/config-text";
import type { ConfigPath, LintFinding, LintId, LintSeverity, LintText } from "@/lib/sources/roadrunner/lint/finding";
import type { JobsSection } from "@/lib/sources/roadrunner/lint/pipelines";
import type { Version } from "@/lib/sources/roadrunner/version";

/** No release has amqp v6 yet (the newest is 2025.1 with v5); the next one is assumed to. */
export const AMQP_V6: Version = [2025, 2];

/** null: unknown. */
export interface LintVersions {
  readonly roadRunner: Version | null;
  readonly rabbit: Version | null;
}

export interface LintInput extends JobsSection {
  readonly versions: LintVersions;
}

export type LintRule = (input: LintInput) => readonly LintFinding[];

interface Fault {
  readonly id: LintId;
  readonly severity: LintSeverity;
  readonly key: LintText;
  readonly values?: Readonly<Record<string, string | number>>;
  /** The correct value, at its path. */
  readonly fix?: { readonly path: ConfigPath; readonly value: unknown };
}

/** A finding at the line of `path`. */
export function findingAt(input: LintInput, path: ConfigPath, fault: Fault): LintFinding {
  const { id, severity, key, values = {}, fix } = fault;
  const text = { key, values };
  const corrected = fix === undefined ? null : fragment(fix.path, fix.value);
  return { id, severity, ...input.text.place(path), path: path.join("."), text, fix: corrected };
}

/** `config` without one key. */
export const without = (config: Readonly<Record<string, unknown>>, key: string): Record<string, unknown> =>
  Object.fromEntries(Object.entries(config).filter(([name]) => name !== key));
