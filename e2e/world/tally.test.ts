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
  ["a skipped test counts as failed", vitest(file("passed", "passed", "pending", "todo")), 0, "1 2"],
  ["a file fails to load", vitest(file("failed"), file("passed", "passed")), 1, "1 1"],
  ["all pass, but the exit code is not 0", vitest(file("passed", "passed")), 1, "1 1"],
  ["nothing ran", vitest(), 0, "0 1"],
  ["no report", null, 1, "0 1"],
])("vitest: %s", (_, report, code, expected) => {
  const { passed, failed } = tallyVitest(report, code);
  expect(`${passed} ${failed}`).toBe(expected);
});

test.each([
  ["all pass", playwright(3, 0, 0, 0), 0, "3 0"],
  ["a skipped test counts as failed", playwright(3, 1, 0, 2), 1, "3 3"],
  ["a test passes on a retry", playwright(3, 0, 1, 0), 0, "4 0"],
  ["an error outside any test", playwright(3, 0, 0, 0, [{ message: "no browser" }]), 1, "3 1"],
  ["nothing ran", playwright(0, 0, 0, 0), 0, "0 1"],
])("playwright: %s", (_, report, code, expected) => {
  const { passed, failed } = tallyPlaywright(report, code);
  expect(`${passed} ${failed}`).toBe(expected);
});

test("a failed test is listed with its error, because often only the end of a long log is kept", () => {
  const one = {
    fullName: "a sum is right",
    status: "failed",
    failureMessages: ["\u001b[31mexpected 3\u001b[39m\n  at x"],
  };
  const broken = vitest({ name: "sum.test.ts", status: "failed", assertionResults: [one] });
  expect(tallyVitest(broken, 1).remarks).toEqual(["a sum is right\n           expected 3\n             at x"]);
  const failed = { status: "unexpected", results: [{ error: { message: "waited in vain" } }] };
  const spec = { title: "it comes back", tests: [failed, { status: "expected", results: [{}] }] };
  const suites = [{ file: "a.spec.ts", specs: [], suites: [{ file: "a.spec.ts", specs: [spec] }] }];
  const report = { ...playwright(1, 1, 0, 0), suites };
  const again = {
    ...report,
    suites: [{ file: "a.spec.ts", specs: [{ ...spec, tests: [{ ...failed, status: "flaky" }] }] }],
  };
  expect(tallyPlaywright(again, 1).remarks[0]).toContain("a.spec.ts: passed when tried again: it comes back");
  expect(tallyPlaywright(report, 1).remarks).toEqual(["a.spec.ts: it comes back\n           waited in vain"]);
});

test("a test that passed when it was tried again is listed with its first error", () => {
  const one = { fullName: "it comes back", status: "passed", failureMessages: ["waited in vain"] };
  const again = vitest({ name: "a.live.test.ts", status: "passed", assertionResults: [one] });
  expect(tallyVitest(again, 0)).toEqual({
    passed: 1,
    failed: 0,
    remarks: ["passed when tried again: it comes back\n           waited in vain"],
  });
});

test("a step without a report counts as one test", () => {
  expect([tallyExit(0).passed, tallyExit(2).failed, tallyExit(null).failed]).toEqual([1, 1, 1]);
});
