import type { en } from "@/lib/base/messages/en";

/** `YAML`: the text could not be parsed; the others are the rules of the linter. */
export type LintId =
  | "YAML"
  | "RR01"
  | "RR02"
  | "RR03"
  | "RR04"
  | "RR05"
  | "RR06"
  | "RR07"
  | "RR08"
  | "RR09"
  | "RR10"
  | "RR11"
  | "RR12"
  | "RR13"
  | "RR14";

export type LintSeverity = "error" | "warning" | "info";
export type LintText = keyof (typeof en)["lint"]["says"];

/** Keys from the top of the file; a number is a place in a list. */
export type ConfigPath = readonly (string | number)[];

/** One fault in a .rr.yaml. `line` and `column` count from 1. */
export interface LintFinding {
  readonly id: LintId;
  readonly severity: LintSeverity;
  readonly line: number;
  readonly column: number;
  /** Dotted, such as `jobs.pipelines.mails.config.durable`; "" for the whole file. */
  readonly path: string;
  /** A message of the catalogue, and its parameters. */
  readonly text: { readonly key: LintText; readonly values: Readonly<Record<string, string | number>> };
  /** The corrected part of the file, from the top of the file; null if the correction is unknown. */
  readonly fix: string | null;
}
