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
  const wasSilent = missing && runner.outOfContact?.state === "silent";
  const is = (state: Runner["state"]): number | null =>
    missing || runner.state === "unknown" ? null : runner.state === state ? 1 : 0;
  return {
    "runner.contact.age": missing ? null : runner.silenceSeconds,
    // null for a missing runner: the last row with a number is when it was last seen (storage/runners).
    "runner.jobs.running": missing ? null : runner.jobsRunning,
    // A worker presumed dead without a running job may have been shut down; `runners.short` reports missing ones.
    "runner.silent": wasSilent ? 1 : runner.because === "beat-stopped-idle" ? 0 : is("silent"),
    "runner.deaf": is("deaf"),
    "runner.stuck": is("stuck"),
    "runner.bouncing": is("bouncing"),
    // A runner that disappeared without a running job may have been shut down; `runners.short` reports missing ones.
    // The alert of one that was silent before goes on, so that it has no second one.
    "runner.missing": runner.because === "gone-with-work" && !wasSilent ? 1 : 0,
  };
}

export interface Strength {
  /** Working runners. */
  readonly present: number;
  /** How many are missing from the expected number; null if none is configured. */
  readonly short: number | null;
}

/** How many of a source's runners are working, and how many are missing. */
export function strengthOf(runners: readonly Runner[], expected: number | null): Strength {
  const present = runners.filter((runner) => !ABSENT.includes(runner.state)).length;
  return { present, short: expected === null ? null : Math.max(0, expected - present) };
}

/** A runner that was never in contact is only registered. */
const ABSENT: readonly Runner["state"][] = ["missing", "silent", "unknown"];
