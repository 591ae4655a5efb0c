import { isFromEnvironment, isMap } from "@/lib/sources/roadrunner/lint/config-text";
import type { LintFinding, LintText } from "@/lib/sources/roadrunner/lint/finding";
import { NESTED, type Pipeline } from "@/lib/sources/roadrunner/lint/pipelines";
import { AMQP_V6, findingAt, type LintInput } from "@/lib/sources/roadrunner/lint/rule";
import { atLeast } from "@/lib/sources/roadrunner/version";

type Config = Readonly<Record<string, unknown>>;
const SECTIONS = ["exchange", "queue"] as const;

/**
 * RR10: amqp v6 reads nested keys only after `version: 2`, and flat keys only without it; v5 knows only flat keys. A
 * flat key after `version: 2` is ignored; a section where a name is expected prevents the start (mapstructure).
 */
function shape(input: LintInput, pipeline: Pipeline): readonly LintFinding[] {
  const { config, path } = pipeline;
  if (isFromEnvironment(config.version)) return [];
  const before6 = atLeast(input.versions.roadRunner, AMQP_V6) === false;
  if (before6 && pipeline.shape === 2) {
    const where = pipeline.saysVersion2 ? "version" : firstSection(config);
    return [warn(input, pipeline, where, "RR10before6", {}, flattened(config))];
  }
  if (pipeline.saysVersion2) {
    const flat = Object.keys(config).filter((key) => Object.hasOwn(NESTED, key) && !isMap(config[key]));
    return flat.map((key) => warn(input, pipeline, key, "RR10flat", { key }, nested(config)));
  }
  if (pipeline.shape === 1 || pipeline.isOpen) return [];
  const where = firstSection(config);
  const fix = { path, value: { version: 2, ...nested(config) } };
  return [
    findingAt(input, [...path, where], {
      id: "RR10",
      severity: "error",
      key: "RR10nested",
      values: { key: where },
      fix,
    }),
  ];
}

const firstSection = (config: Config): string => SECTIONS.find((name) => isMap(config[name])) ?? "queue";

const warn = (
  input: LintInput,
  { path }: Pipeline,
  key: string,
  text: LintText,
  values: Readonly<Record<string, string>>,
  value: Config,
): LintFinding =>
  findingAt(input, [...path, key], { id: "RR10", severity: "warning", key: text, values, fix: { path, value } });

/** Flat keys moved to where version 2 reads them; nested values take precedence. */
function nested(config: Config): Config {
  const rest = Object.entries(config).filter(([key, value]) => !Object.hasOwn(NESTED, key) && !isSection(key, value));
  const sections = SECTIONS.flatMap((name): readonly [string, Config][] => {
    const moved = Object.entries(config).flatMap(([key, value]) => {
      const [section, to] = NESTED[key] ?? [];
      return section === name && to !== undefined && !isMap(value) ? [[to, value] as const] : [];
    });
    const own = config[name];
    const all = { ...Object.fromEntries(moved), ...(isMap(own) ? own : {}) };
    return Object.keys(all).length === 0 ? [] : [[name, all]];
  });
  return Object.fromEntries([...rest, ...sections]);
}

/** Nested keys moved to where version 1 reads them; `declare` has no flat twin before v6. */
function flattened(config: Config): Config {
  const rest = Object.entries(config).filter(([key, value]) => key !== "version" && !isSection(key, value));
  const moved = Object.entries(NESTED).flatMap(([flat, [section, key]]) => {
    const own = config[section];
    return isMap(own) && own[key] !== undefined && key !== "declare" ? [[flat, own[key]] as const] : [];
  });
  return Object.fromEntries([...rest, ...moved]);
}

const isSection = (key: string, value: unknown): boolean => SECTIONS.some((name) => name === key) && isMap(value);

/** Rules for the layout of a pipeline. */
export const SHAPE_RULES: readonly ((input: LintInput, pipeline: Pipeline) => readonly LintFinding[])[] = [shape];
