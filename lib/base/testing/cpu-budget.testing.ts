// Setup file of the project "pure": a file of pure tests that takes more than a second of processor time fails. A test
// that needs longer belongs to the project "db", or does too much. Processor time, unlike the time on the clock, does not
// grow when other programs use the machine.
import { afterAll, beforeAll, expect } from "vitest";

const BUDGET_MS = 1_000;
const MICROSECONDS_PER_MS = 1_000;

let started = process.cpuUsage();

beforeAll(() => {
  started = process.cpuUsage();
});

afterAll(() => {
  // With all random cases (`npm test`) property tests may take longer.
  if (process.env.LASTBEAT_TEST_FULL === "1") return;
  const { user, system } = process.cpuUsage(started);
  const usedMs = Math.round((user + system) / MICROSECONDS_PER_MS);
  expect(usedMs, `${expect.getState().testPath} used ${usedMs} ms of processor time`).toBeLessThanOrEqual(BUDGET_MS);
});
