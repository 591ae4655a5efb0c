import { DAY } from "@/lib/base/time/duration";
import type { Runner } from "@/lib/sources/runners/runner";

/** A runner as it was last seen, and when that was (epoch ms): now for those who are there. */
export interface KnownRunner {
  readonly runner: Runner;
  readonly seenMs: number;
}

/** By name; a runner's name is unique within its source. */
export type RunnerRegistry = ReadonlyMap<string, KnownRunner>;

/** What is missing is missed by somebody within a day, or by nobody. Samples are kept longer, so a restart knows it. */
export const MISSING_FOR_MS = DAY;
/** Workers named after their process leave a name with each deployment: of these the last ones gone are kept. */
const MISSING_MAX = 200;

export interface RegistryUpdate {
  readonly after: RunnerRegistry;
  /** Those who were there and are not, the last seen first. */
  readonly missing: readonly Runner[];
  /** Names that were there a poll ago and are missing now: what was said of them as present is over. */
  readonly left: readonly string[];
  /** Names no longer missed. */
  readonly letGo: readonly string[];
}

/**
 * Calls the roll: whoever is on the roster and not among the present is missing. A missing runner is let go when it
 * comes back, when it was last seen a day ago, or when more than 200 of its source went after it; never by a restart.
 */
export function markMissing(before: RunnerRegistry, present: readonly Runner[], nowMs: number): RegistryUpdate {
  const here = new Map(present.map((runner) => [runner.name, { runner, seenMs: nowMs }]));
  const gone = [...before].filter(([name]) => !here.has(name));
  const missed = gone
    .filter(([, one]) => nowMs - one.seenMs < MISSING_FOR_MS)
    .sort(([, a], [, b]) => b.seenMs - a.seenMs)
    .slice(0, MISSING_MAX)
    .map(([name, one]): [string, KnownRunner] => [name, { ...one, runner: asMissing(one, nowMs) }]);
  const kept = new Set(missed.map(([name]) => name));
  return {
    after: new Map([...here, ...missed]),
    missing: missed.map(([, { runner }]) => runner),
    left: gone.filter(([, { runner }]) => runner.state !== "missing").map(([name]) => name),
    letGo: gone.filter(([name]) => !kept.has(name)).map(([name]) => name),
  };
}

/** What it held when it was last seen is what may be lost with it. */
function asMissing({ runner, seenMs }: KnownRunner, nowMs: number): Runner {
  const silenceSeconds = runner.lastContactMs === null ? null : Math.max(0, nowMs - runner.lastContactMs) / 1_000;
  return {
    ...runner,
    state: "missing",
    because: runner.jobsRunning > 0 ? "gone-with-work" : "gone-idle",
    silenceSeconds,
    limitSeconds: null,
    missingSinceMs: seenMs,
  };
}

/** What storage remembers of a runner. `jobsRunning` is what it held; which jobs these were is not stored. */
export interface StoredRunner {
  readonly name: string;
  readonly seenMs: number;
  readonly lastContactMs: number | null;
  readonly jobsRunning: number;
}

/** The roster of a source after a restart of ours: everybody counts as there until the first poll says otherwise. */
export const registryOf = (stored: readonly StoredRunner[], source: { readonly id: string; readonly kind: string }) =>
  new Map(
    stored.map(({ name, seenMs, lastContactMs, jobsRunning }): [string, KnownRunner] => {
      const runner: Runner = {
        ...{ id: `${source.id}/${name}`, source: source.id, kind: source.kind, name },
        ...{ state: "unknown", because: "before-restart", lastContactMs, silenceSeconds: null, limitSeconds: null },
        ...{ jobsRunning, holding: [], missingSinceMs: null },
      };
      return [name, { runner, seenMs }];
    }),
  );
