import { parseDocument } from "yaml";
import type { z } from "zod";
import { FileConfig } from "@/lib/config/schema";

/** One fault of a configuration: where it stands and what would be right. */
export interface ConfigFault {
  readonly path: string;
  readonly message: string;
}

export type ParsedConfig =
  | { readonly config: FileConfig; readonly faults: readonly [] }
  | { readonly config: null; readonly faults: readonly ConfigFault[] };

/**
 * Reads the text of a lastbeat.yaml. `${NAME}` is replaced by the environment anywhere in a string.
 * All faults are collected; messages never repeat a value, which may be a secret.
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
  const filled = fill(document.toJS({ maxAliasCount: 100 }) ?? {}, env, "", faults);
  const result = FileConfig.safeParse(filled);
  if (!result.success) faults.push(...result.error.issues.flatMap(faultsOf));
  else faults.push(...joinFaults(result.data));
  if (!result.success || faults.length > 0) return { config: null, faults };
  return { config: result.data, faults: [] };
}

function lineOf(text: string, offset: number): string {
  return `line ${text.slice(0, offset).split("\n").length}`;
}

function fill(
  value: unknown,
  env: Readonly<Record<string, string | undefined>>,
  path: string,
  faults: ConfigFault[],
): unknown {
  if (typeof value === "string") {
    return value.replace(/\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g, (_, name: string) => {
      const found = env[name];
      if (found === undefined) faults.push({ path, message: `the environment has no ${name}` });
      return found ?? "";
    });
  }
  if (Array.isArray(value)) return value.map((one, at) => fill(one, env, `${path}[${at}]`, faults));
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, one]) => [key, fill(one, env, path === "" ? key : `${path}.${key}`, faults)]),
    );
  }
  return value;
}

function faultsOf(issue: z.core.$ZodIssue): ConfigFault[] {
  const path = issue.path.reduce<string>(
    (text, part) =>
      typeof part === "number" ? `${text}[${part}]` : text === "" ? String(part) : `${text}.${String(part)}`,
    "",
  );
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({ path: path === "" ? key : `${path}.${key}`, message: "no such setting" }));
  }
  return [{ path: path === "" ? "(top level)" : path, message: issue.message }];
}

const joinFaults = (config: FileConfig): ConfigFault[] =>
  config.joins.flatMap(({ source }, at) =>
    config.sources.some((one) => one.id === source)
      ? []
      : [{ path: `joins[${at}].source`, message: `no source is called "${source}"` }],
  );
