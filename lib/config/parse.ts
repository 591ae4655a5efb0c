import { parseDocument } from "yaml";
import type { z } from "zod";
import { fieldPath } from "@/lib/base/errors/field-path";
import { FileConfig } from "@/lib/config/schema";

/** One error in a configuration: its path and what would be valid. */
export interface ConfigFault {
  readonly path: string;
  readonly message: string;
}

export type ParsedConfig =
  | { readonly config: FileConfig; readonly faults: readonly [] }
  | { readonly config: null; readonly faults: readonly ConfigFault[] };

/** YAML aliases may multiply a small file into a large one. */
const ALIASES_MAX = 100;

/**
 * Parses the text of a lastbeat.yaml. `${NAME}` in any string is replaced by the environment variable of that name.
 * All faults are collected. Their messages never contain a value, since it may be a secret.
 */
export function parseConfig(text: string, env: Readonly<Record<string, string | undefined>>): ParsedConfig {
  const document = parseDocument(text, { prettyErrors: false });
  if (document.errors.length > 0) {
    return {
      config: null,
      faults: document.errors.map((error) => ({ path: lineOf(text, error.pos[0]), message: error.message })),
    };
  }
  const faults: ConfigFault[] = [];
  const expanded = expandVariables(document.toJS({ maxAliasCount: ALIASES_MAX }) ?? {}, env, "", faults);
  const result = FileConfig.safeParse(expanded);
  if (!result.success) faults.push(...result.error.issues.flatMap(faultsOf));
  else faults.push(...joinFaults(result.data));
  if (!result.success || faults.length > 0) return { config: null, faults };
  return { config: result.data, faults: [] };
}

function lineOf(text: string, offset: number): string {
  return `line ${text.slice(0, offset).split("\n").length}`;
}

const VARIABLE = /\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g;

/** The environment variables that a lastbeat.yaml names, each once. */
export const variableNames = (text: string): readonly string[] => [
  ...new Set([...text.matchAll(VARIABLE)].flatMap(([, name]) => name ?? [])),
];

function expandVariables(
  value: unknown,
  env: Readonly<Record<string, string | undefined>>,
  path: string,
  faults: ConfigFault[],
): unknown {
  if (typeof value === "string") {
    return value.replace(VARIABLE, (_, name: string) => {
      const replacement = env[name];
      if (replacement === undefined) faults.push({ path, message: `the environment has no ${name}` });
      return replacement ?? "";
    });
  }
  if (Array.isArray(value)) return value.map((item, index) => expandVariables(item, env, `${path}[${index}]`, faults));
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, member]) => [
        key,
        expandVariables(member, env, path === "" ? key : `${path}.${key}`, faults),
      ]),
    );
  }
  return value;
}

function faultsOf(issue: z.core.$ZodIssue): ConfigFault[] {
  const path = fieldPath(issue.path);
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({ path: path === "" ? key : `${path}.${key}`, message: "no such setting" }));
  }
  return [{ path: path === "" ? "(top level)" : path, message: issue.message }];
}

const joinFaults = (config: FileConfig): ConfigFault[] =>
  config.joins.flatMap(({ source }, index) =>
    config.sources.some(({ id }) => id === source)
      ? []
      : [{ path: `joins[${index}].source`, message: `no source is called "${source}"` }],
  );
