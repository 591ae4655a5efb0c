import { DAY } from "@/lib/base/time/duration";
import type { OutOfContact, Runner } from "@/lib/sources/runners/runner";

/** A runner as it was last seen, and when (epoch ms): now for those that are present. */
export interface KnownRunner {
  readonly runner: Runner;
  readonly seenMs: number;
}

/** By name; a runner's name is unique within its source. */
export type RunnerRegistry = ReadonlyMap<string, KnownRunner>;

/** A missing runner is reported for a day. Samples are retained longer, so a restart does not forget it. */
export const MISSING_FOR_MS = DAY;
/** Workers named after their process leave a name with each deployment: only the most recent ones are retained. */
const MISSING_MAX = 200;

export interface RegistryUpdate {
  readonly after: RunnerRegistry;
  /** Runners that were present before and are not now, the last seen first. */
  readonly missing: readonly Runner[];
  /** Names present at the previous poll and missing now, without work: they were shut down or removed. */
  readonly left: readonly string[];
  /** Names that are no longer reported as missing. */
  readonly dropped: readonly string[];
}

/**
 * Marks the known runners that are not present as missing. A missing runner is dropped when it returns, when it was last
 * seen a day ago, or when more than 200 of its source disappeared after it; never by a restart.
 */
export function markMissing(before: RunnerRegistry, present: readonly Runner[], nowMs: number): RegistryUpdate {
  const current = new Map(present.map((runner) => [runner.name, { runner, seenMs: nowMs }]));
  const absent = [...before].filter(([name]) => !current.has(name));
  const missing = absent
    .filter(([, { seenMs }]) => nowMs - seenMs < MISSING_FOR_MS)
    .sort(([, a], [, b]) => b.seenMs - a.seenMs)
    .slice(0, MISSING_MAX)
    .map(([name, known]): [string, KnownRunner] => [name, { ...known, runner: asMissing(known, nowMs) }]);
  const retained = new Set(missing.map(([name]) => name));
  return {
    after: new Map([...current, ...missing]),
    missing: missing.map(([, { runner }]) => runner),
    left: missing.flatMap(([name, { runner }]) =>
      runner.because === "gone-idle" && before.get(name)?.runner.state !== "missing" ? [name] : [],
    ),
    dropped: absent.filter(([name]) => !retained.has(name)).map(([name]) => name),
  };
}

/**
 * The jobs it was running when it was last seen may be lost with it. A silent runner whose jobs were taken back is removed
 * from the list by a person in PeerTube, and by the system itself in all others: that is not its return.
 */
function asMissing({ runner, seenMs }: KnownRunner, nowMs: number): Runner {
  const wasSilent = runner.outOfContact?.state === "silent" && runner.kind !== "peertube";
  const hadWork = runner.jobsRunning > 0 || wasSilent;
  const silenceSeconds = runner.lastContactMs === null ? null : Math.max(0, nowMs - runner.lastContactMs) / 1_000;
  return {
    ...runner,
    state: "missing",
    because: hadWork ? "gone-with-work" : "gone-idle",
    outOfContact: hadWork ? runner.outOfContact : null,
    silenceSeconds,
    limitSeconds: null,
    missingSinceMs: seenMs,
  };
}

/** A stored runner. `jobsRunning` is the number of its running jobs; the jobs themselves are not stored. */
export interface StoredRunner {
  readonly name: string;
  readonly seenMs: number;
  readonly lastContactMs: number | null;
  readonly jobsRunning: number;
  readonly outOfContact: OutOfContact["state"] | null;
}

/** The registry of a source after our own restart: all runners count as present until the first poll. */
export const registryOf = (stored: readonly StoredRunner[], source: { readonly id: string; readonly kind: string }) =>
  new Map(
    stored.map(({ name, seenMs, lastContactMs, jobsRunning, outOfContact }): [string, KnownRunner] => {
      const runner: Runner = {
        id: `${source.id}/${name}`,
        source: source.id,
        kind: source.kind,
        name,
        state: "unknown",
        because: "before-restart",
        lastContactMs,
        silenceSeconds: null,
        limitSeconds: null,
        jobsRunning,
        holding: [],
        reclaimed: null,
        missingSinceMs: null,
        outOfContact:
          outOfContact === null || lastContactMs === null ? null : { state: outOfContact, contactMs: lastContactMs },
      };
      return [name, { runner, seenMs }];
    }),
  );
