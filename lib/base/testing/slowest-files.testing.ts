import type { Reporter, TestModule } from "vitest/node";

const SHOWN = 10;

/** Vitest reporter: prints the slowest test files at the end of a run, so that a slow one is noticed when it is added. */
export default class SlowestFiles implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const slowest = modules
      .map((module) => ({ path: module.relativeModuleId, ms: Math.round(module.diagnostic().duration) }))
      .toSorted((a, b) => b.ms - a.ms)
      .slice(0, SHOWN);
    process.stdout.write(`\n Slowest test files\n${slowest.map(({ path, ms }) => `  ${ms} ms  ${path}\n`).join("")}`);
  }
}
