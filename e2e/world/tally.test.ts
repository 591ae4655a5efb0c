import { expect, test } from "vitest";
import { tallyExit, tallyPlaywright, tallyVitest } from "../tally.ts";

const file = (status: string, ...tests: string[]) => ({
  name: "a.test.ts",
  status,
  assertionResults: tests.map((one) => ({ fullName: `a ${one} test`, status: one })),
});
const vitest = (...testResults: object[]) => ({ testResults });
const playwright = (expected: number, unexpected: number, flaky: number, skipped: number, errors: object[] = []) => ({
  stats: { expected, unexpected, flaky, skipped },
  errors,
});

test.each([
  ["all pass", vitest(file("passed", "passed", "passed")), 0, "2 0"],
  ["one fails", vitest(file("failed", "passed", "failed")), 1, "1 1"],
  ["a skipped test is a failed one", vitest(file("passed", "passed", "pending", "todo")), 0, "1 2"],
  ["a file that could not be loaded", vitest(file("failed"), file("passed", "passed")), 1, "1 1"],
  ["passed, yet a bad end", vitest(file("passed", "passed")), 1, "1 1"],
  ["nothing ran", vitest(), 0, "0 1"],
  ["no report", null, 1, "0 1"],
])("vitest: %s", (_, report, code, told) => {
  const { passed, failed } = tallyVitest(report, code);
  expect(`${passed} ${failed}`).toBe(told);
});

test.each([
  ["all pass", playwright(3, 0, 0, 0), 0, "3 0"],
  ["flaky and skipped are failures", playwright(3, 1, 1, 2), 1, "3 4"],
  ["an error outside of any test", playwright(3, 0, 0, 0, [{ message: "no browser" }]), 1, "3 1"],
  ["nothing ran", playwright(0, 0, 0, 0), 0, "0 1"],
])("playwright: %s", (_, report, code, told) => {
  const { passed, failed } = tallyPlaywright(report, code);
  expect(`${passed} ${failed}`).toBe(told);
});

test("a step that is one test by itself", () => {
  expect([tallyExit(0).passed, tallyExit(2).failed, tallyExit(null).failed]).toEqual([1, 1, 1]);
});
