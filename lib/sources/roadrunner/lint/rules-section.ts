import { isFromEnvironment } from "@/lib/sources/roadrunner/lint/config-text";
import type { LintFinding } from "@/lib/sources/roadrunner/lint/finding";
import { isAmqp, number, queueOf } from "@/lib/sources/roadrunner/lint/pipelines";
import { findingAt, type LintInput, type LintRule, without } from "@/lib/sources/roadrunner/lint/rule";
import { atLeast } from "@/lib/sources/roadrunner/version";

/** Since 2024.2 the jobs plugin computes the number and ignores the setting (jobs config.go v4.9 and v5.0). */
const POLLERS_COMPUTED = [2024, 2] as const;
const POLLERS_BESIDE_WORKERS = 2;
/** Messages beyond this number wait unacknowledged in one process, where no other consumer can receive them. */
const PREFETCH_MAX = 1_000;
/** amqpjobs config.go, all versions. */
const PREFETCH_DEFAULT = 10;

/** RR01: the list of consumed pipelines is read only when a pipeline starts, so a wrong name is never reported. */
const consumeUnknown: LintRule = (input) => {
  const consumable = new Set(known(input));
  if (hasOtherPipelines(input)) return [];
  const missing = (input.consume ?? []).filter((name) => !consumable.has(name) && !isFromEnvironment(name));
  return missing.map((name) => {
    const similar = input.pipelines.find((pipeline) => normalised(pipeline.name) === normalised(name))?.name;
    const list = (input.consume ?? []).flatMap((other) =>
      other !== name ? [other] : similar === undefined ? [] : [similar],
    );
    const place = Array.isArray(input.jobs.consume) ? input.jobs.consume.indexOf(name) : 0;
    return findingAt(input, ["jobs", "consume", place], {
      id: "RR01",
      severity: "error",
      key: "RR01",
      values: { name },
      fix: { path: ["jobs", "consume"], value: list },
    });
  });
};

/** An included file may define pipelines that are absent here. */
const hasOtherPipelines = ({ text, jobs }: LintInput): boolean =>
  (text.root.include !== undefined && text.root.include !== null) || isFromEnvironment(jobs.pipelines);

const normalised = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, "");

/**
 * RR02: correct if another process consumes, or the application resumes the pipeline. But its queue is not declared: if the
 * queue is missing, `/jobs` answers 503 and reconnects the pipeline at each call (measured, 2025.1.15).
 */
const notConsumed: LintRule = (input) =>
  (input.isOpen ? [] : input.pipelines)
    .filter(
      (pipeline) =>
        queueOf(pipeline) !== null &&
        !isFromEnvironment(queueOf(pipeline)) &&
        !(input.consume ?? []).includes(pipeline.name),
    )
    .map(({ name }) =>
      findingAt(input, ["jobs", "pipelines", name], {
        id: "RR02",
        severity: "info",
        key: "RR02",
        values: { name },
        fix: { path: ["jobs", "consume"], value: [...known(input), name] },
      }),
    );

const known = ({ consume, pipelines }: LintInput): readonly string[] =>
  (consume ?? []).filter((name) => pipelines.some((pipeline) => pipeline.name === name));

/** RR03 */
const tooManyPollers: LintRule = (input) => {
  const pollers = number(input.jobs.num_pollers);
  if (pollers === null || input.workers === null) return [];
  const enough = input.workers + POLLERS_BESIDE_WORKERS;
  if (pollers <= enough) return [];
  const ignored = atLeast(input.versions.roadRunner, POLLERS_COMPUTED) === true;
  return [
    findingAt(input, ["jobs", "num_pollers"], {
      id: "RR03",
      severity: ignored ? "info" : "warning",
      key: ignored ? "RR03ignored" : "RR03",
      values: { pollers, workers: input.workers, enough },
      ...(ignored ? {} : { fix: { path: ["jobs", "num_pollers"], value: enough } }),
    }),
  ];
};

/** RR11 */
const prefetch: LintRule = (input) => {
  const consumed = input.pipelines.filter(
    (pipeline) => isAmqp(pipeline) && (input.consume ?? []).includes(pipeline.name),
  );
  const share = input.workers === null ? null : input.workers / Math.max(1, consumed.length);
  return consumed.flatMap((pipeline): readonly LintFinding[] => {
    const path = [...pipeline.path, "prefetch"];
    if (pipeline.isOpen && pipeline.config.prefetch === undefined) return [];
    const configured = pipeline.config.prefetch ?? PREFETCH_DEFAULT;
    const value = number(configured) === 0 ? PREFETCH_DEFAULT : number(configured);
    if (value === null) return [];
    if (value > PREFETCH_MAX) return [advise(input, path, "RR11high", { value, max: PREFETCH_MAX }, PREFETCH_MAX)];
    // With more pipelines, each has a smaller share.
    if (input.isOpen || share === null || value >= share) return [];
    const wanted = Math.ceil(share);
    const counts = { workers: input.workers ?? 0, pipelines: consumed.length };
    return [advise(input, path, "RR11low", { value, wanted, ...counts }, wanted)];
  });
};

const advise = (
  input: LintInput,
  path: readonly (string | number)[],
  key: "RR11low" | "RR11high",
  values: Readonly<Record<string, number>>,
  value: number,
): LintFinding => findingAt(input, path, { id: "RR11", severity: "info", key, values, fix: { path, value } });

/** RR12: jobs config.go, InitDefaults: RoadRunner does not start. */
const twoPools: LintRule = (input) => {
  if (input.jobs.pool === undefined || input.jobs.pools === undefined) return [];
  return [
    findingAt(input, ["jobs", "pool"], {
      id: "RR12",
      severity: "error",
      key: "RR12",
      fix: { path: ["jobs"], value: without(input.jobs, "pool") },
    }),
  ];
};

/** jobs schema.json (`additionalProperties: false`), and `pools` of 2025.1. mapstructure ignores any other key. */
const KEYS = ["num_pollers", "timeout", "pipeline_size", "producer_only", "consume", "pool", "pools", "pipelines"];

/** RR14 */
const unknownKeys: LintRule = (input) =>
  Object.keys(input.jobs)
    .filter((key) => !KEYS.includes(key))
    .map((key) => {
      const similar = KEYS.find((known) => isSimilar(key, known));
      const rest = without(input.jobs, key);
      const values = { key: key.slice(0, KEY_LENGTH_MAX), similar: similar ?? "none" };
      const value = similar === undefined || similar in rest ? rest : { ...rest, [similar]: input.jobs[key] };
      const fix = { path: ["jobs"], value };
      return findingAt(input, ["jobs", key], { id: "RR14", severity: "error", key: "RR14", values, fix });
    });

const KEY_LENGTH_MAX = 60;

/** Whether one differs from the other by a single letter: missing, added or another one; case and separators aside. */
function isSimilar(key: string, known: string): boolean {
  const [a, b] = [normalised(key), normalised(known)];
  if (a === b) return true;
  if (Math.abs(a.length - b.length) > 1) return false;
  const at = [...a].findIndex((letter, place) => letter !== b[place]);
  const from = at === -1 ? Math.min(a.length, b.length) : at;
  const rests = [
    [a.slice(from + 1), b.slice(from)],
    [a.slice(from), b.slice(from + 1)],
    [a.slice(from + 1), b.slice(from + 1)],
  ];
  return rests.some(([left, right]) => left === right);
}

/** Rules for the section `jobs` as a whole. */
export const SECTION_RULES: readonly LintRule[] = [
  consumeUnknown,
  notConsumed,
  tooManyPollers,
  prefetch,
  twoPools,
  unknownKeys,
];
