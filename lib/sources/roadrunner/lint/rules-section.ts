import type { LintFinding } from "@/lib/sources/roadrunner/lint/finding";
import { isAmqp, number, queueOf } from "@/lib/sources/roadrunner/lint/pipelines";
import { at, type LintInput, type LintRule, without } from "@/lib/sources/roadrunner/lint/rule";
import { atLeast } from "@/lib/sources/roadrunner/version";

/** Since 2024.2 the jobs plugin computes it and ignores what is set (jobs config.go v4.9 and v5.0). */
const POLLERS_COMPUTED = [2024, 2] as const;
const POLLERS_BESIDE_WORKERS = 2;
/** More than this waits unacknowledged in one process, where no other can take it. */
const PREFETCH_MAX = 1_000;
/** amqpjobs config.go, all versions. */
const PREFETCH_DEFAULT = 10;

/** RR01: the list of consumed pipelines is looked at only when a pipeline starts, so a wrong name is never noticed. */
const consumeUnknown: LintRule = (seen) => {
  const right = new Set(known(seen));
  const missing = (seen.consume ?? []).filter((name) => !right.has(name));
  return missing.map((name) => {
    const like = seen.pipelines.find((one) => plain(one.name) === plain(name))?.name;
    const list = (seen.consume ?? []).flatMap((one) => (one !== name ? [one] : like === undefined ? [] : [like]));
    const place = Array.isArray(seen.jobs.consume) ? seen.jobs.consume.indexOf(name) : 0;
    return at(seen, ["jobs", "consume", place], {
      id: "RR01",
      severity: "error",
      key: "RR01",
      values: { name },
      fix: { path: ["jobs", "consume"], value: list },
    });
  });
};

const plain = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, "");

/**
 * RR02: nothing is wrong with it if somebody else consumes, or the application resumes it. But nobody declares its
 * queue: where that is missing, `/jobs` answers 503 and reconnects the pipeline at each call (measured, 2025.1.15).
 */
const notConsumed: LintRule = (seen) =>
  seen.pipelines
    .filter((one) => queueOf(one) !== null && !(seen.consume ?? []).includes(one.name))
    .map(({ name }) =>
      at(seen, ["jobs", "pipelines", name], {
        id: "RR02",
        severity: "info",
        key: "RR02",
        values: { name },
        fix: { path: ["jobs", "consume"], value: [...known(seen), name] },
      }),
    );

const known = ({ consume, pipelines }: LintInput): readonly string[] =>
  (consume ?? []).filter((name) => pipelines.some((one) => one.name === name));

/** RR03 */
const tooManyPollers: LintRule = (seen) => {
  const pollers = number(seen.jobs.num_pollers);
  if (pollers === null || seen.workers === null) return [];
  const enough = seen.workers + POLLERS_BESIDE_WORKERS;
  if (pollers <= enough) return [];
  const ignored = atLeast(seen.versions.roadRunner, POLLERS_COMPUTED) === true;
  return [
    at(seen, ["jobs", "num_pollers"], {
      id: "RR03",
      severity: ignored ? "info" : "warning",
      key: ignored ? "RR03ignored" : "RR03",
      values: { pollers, workers: seen.workers, enough },
      ...(ignored ? {} : { fix: { path: ["jobs", "num_pollers"], value: enough } }),
    }),
  ];
};

/** RR11 */
const prefetch: LintRule = (seen) => {
  const consumed = seen.pipelines.filter((one) => isAmqp(one) && (seen.consume ?? []).includes(one.name));
  const share = seen.workers === null ? null : seen.workers / Math.max(1, consumed.length);
  return consumed.flatMap((one): readonly LintFinding[] => {
    const path = [...one.path, "prefetch"];
    const given = one.config.prefetch ?? PREFETCH_DEFAULT;
    const value = number(given) === 0 ? PREFETCH_DEFAULT : number(given);
    if (value === null) return [];
    if (value > PREFETCH_MAX) return [advise(seen, path, "RR11high", { value, max: PREFETCH_MAX }, PREFETCH_MAX)];
    if (share === null || value >= share) return [];
    const wanted = Math.ceil(share);
    const counts = { workers: seen.workers ?? 0, pipelines: consumed.length };
    return [advise(seen, path, "RR11low", { value, wanted, ...counts }, wanted)];
  });
};

const advise = (
  seen: LintInput,
  path: readonly (string | number)[],
  key: "RR11low" | "RR11high",
  values: Readonly<Record<string, number>>,
  value: number,
): LintFinding => at(seen, path, { id: "RR11", severity: "info", key, values, fix: { path, value } });

/** RR12: jobs config.go, InitDefaults: the start fails. */
const twoPools: LintRule = (seen) => {
  if (seen.jobs.pool === undefined || seen.jobs.pools === undefined) return [];
  return [
    at(seen, ["jobs", "pool"], {
      id: "RR12",
      severity: "error",
      key: "RR12",
      fix: { path: ["jobs"], value: without(seen.jobs, "pool") },
    }),
  ];
};

/** What concerns the section `jobs` as a whole. */
export const SECTION_RULES: readonly LintRule[] = [consumeUnknown, notConsumed, tooManyPollers, prefetch, twoPools];
