import { SAMPLED, type Sample } from "@/lib/base/signals/catalogue";
import type { Runner } from "@/lib/sources/runners/runner";

type RunnerSignal = (typeof SAMPLED.runner)[number][0];

/** A runner's stored row, values in the catalogue's order. The label `runner` is its name, unique within its source. */
export function runnerSample(runner: Runner): Sample {
  const values = valuesOf(runner);
  return { kind: "runner", labels: labelsOf(runner), values: SAMPLED.runner.map(([name]) => values[name]) };
}

const labelsOf = (runner: Runner) => ({ source: runner.source, runner: runner.name });

function valuesOf(runner: Runner): Record<RunnerSignal, number | null> {
  const missing = runner.state === "missing";
  const is = (state: Runner["state"]): number | null =>
    missing || runner.state === "unknown" ? null : runner.state === state ? 1 : 0;
  return {
    "runner.contact.age": missing ? null : runner.silenceSeconds,
    // null for whoever is not there: the last row with a number is when it was last seen (storage/runners).
    "runner.jobs.running": missing ? null : runner.jobsRunning,
    // A worker held for dead that held nothing may have been sent home; fewer than expected is told by `runners.short`.
    "runner.silent": runner.because === "beat-stopped-idle" ? 0 : is("silent"),
    "runner.deaf": is("deaf"),
    "runner.stuck": is("stuck"),
    "runner.bouncing": is("bouncing"),
    // Who left with nothing in hand may have been sent home; fewer than expected is told by `runners.short`.
    "runner.missing": runner.because === "gone-with-work" ? 1 : 0,
  };
}

export interface Strength {
  /** Runners that can be counted on. */
  readonly present: number;
  /** How many fewer than expected; null where no number is expected. */
  readonly short: number | null;
}

/** How many of a source's runners are there, and how many that leaves to be desired. */
export function strengthOf(runners: readonly Runner[], expected: number | null): Strength {
  const present = runners.filter((runner) => !ABSENT.includes(runner.state)).length;
  return { present, short: expected === null ? null : Math.max(0, expected - present) };
}

/** A runner that was never in contact is registered and nothing more. */
const ABSENT: readonly Runner["state"][] = ["missing", "silent", "unknown"];
