import type { Runner } from "@/lib/runners/runner";
import { SAMPLED, type Sample } from "@/lib/signals/catalogue";

type RunnerSignal = (typeof SAMPLED.runner)[number][0];

/** A runner's stored row, values in the catalogue's order. The label `runner` is its name, unique within its source. */
export function runnerSample(runner: Runner): Sample {
  const values = valuesOf(runner);
  return { kind: "runner", labels: labelsOf(runner), values: SAMPLED.runner.map(([name]) => values[name]) };
}

const labelsOf = (runner: Runner) => ({ source: runner.source, runner: runner.name });

const valuesOf = (runner: Runner): Record<RunnerSignal, number | null> => ({
  "runner.contact.age": runner.silenceSeconds,
  "runner.jobs.running": runner.jobsRunning,
  "runner.silent": runner.state === "unknown" ? null : runner.state === "silent" ? 1 : 0,
});
