import { stripVTControlCharacters } from "node:util";
import { z } from "zod";

/** The result of one step of the test run. A skipped test counts as failed, so that no test is omitted unnoticed. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
  /** Printed with the result, in addition to the tool's own output. */
  readonly remarks: readonly string[];
}

const VitestReport = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      assertionResults: z.array(
        z.object({ fullName: z.string(), status: z.string(), failureMessages: z.array(z.string()).default([]) }),
      ),
    }),
  ),
});

/**
 * Counts the tests of vitest's JSON report. A file that failed without a failed test (it could not be loaded, or a hook
 * threw) counts as one failure; so does a run without failures whose exit code is not 0, and a run without tests.
 */
export function tallyVitest(report: unknown, exitCode: number | null): Tally {
  const parsed = VitestReport.safeParse(report);
  if (!parsed.success) return nothingRan("vitest left no report");
  const tests = parsed.data.testResults.flatMap((file) => file.assertionResults);
  const passed = tests.filter(({ status }) => status === "passed").length;
  const remarks = tests
    .filter(({ status }) => status !== "passed" && status !== "failed")
    .map(({ fullName, status }) => `${status}, which counts as failed: ${fullName}`);
  for (const { fullName, status, failureMessages } of tests) {
    if (status === "failed") remarks.push(why(fullName, failureMessages[0]));
    // A test that is tried again keeps the error of its first try.
    else if (failureMessages.length > 0) remarks.push(why(`passed when tried again: ${fullName}`, failureMessages[0]));
  }
  const broken = parsed.data.testResults.filter(
    (file) => file.status === "failed" && !file.assertionResults.some(({ status }) => status === "failed"),
  );
  for (const { name } of broken) remarks.push(`failed as a whole: ${name}`);
  return conclude(passed, tests.length - passed + broken.length, remarks, exitCode);
}

interface Suite {
  readonly file: string;
  readonly suites: readonly Suite[];
  readonly specs: readonly {
    title: string;
    tests: { status: string; results: { error?: { message?: string } }[] }[];
  }[];
}
const Spec = z.object({
  title: z.string(),
  tests: z.array(
    z.object({
      status: z.string(),
      results: z.array(z.object({ error: z.object({ message: z.string().exactOptional() }).exactOptional() })),
    }),
  ),
});
const Suite: z.ZodType<Suite> = z.object({
  file: z.string(),
  specs: z.array(Spec).default([]),
  get suites() {
    return z.array(Suite).default([]);
  },
});

const PlaywrightReport = z.object({
  suites: z.array(Suite).default([]),
  stats: z.object({ expected: z.number(), unexpected: z.number(), flaky: z.number(), skipped: z.number() }),
  errors: z.array(z.object({ message: z.string().optional() })).default([]),
});

/**
 * Counts the tests of Playwright's JSON report by the same rules. A flaky test, which failed and then passed with new
 * fixtures, counts as passed and is listed with its first error.
 */
export function tallyPlaywright(report: unknown, exitCode: number | null): Tally {
  const parsed = PlaywrightReport.safeParse(report);
  if (!parsed.success) return nothingRan("playwright left no report");
  const { expected, unexpected, flaky, skipped } = parsed.data.stats;
  const remarks = parsed.data.errors.map(({ message }) => `outside of any test: ${message ?? "an error"}`);
  remarks.push(...parsed.data.suites.flatMap(unexpectedOf));
  if (skipped > 0) remarks.push(`${skipped} skipped, which counts as failed`);
  return conclude(expected + flaky, unexpected + skipped + parsed.data.errors.length, remarks, exitCode);
}

const unexpectedOf = ({ file, specs, suites }: Suite): readonly string[] => [
  ...specs.flatMap(({ title, tests }) =>
    tests
      .filter(({ status }) => status === "unexpected" || status === "flaky")
      .map(({ status, results }) => {
        const name = status === "flaky" ? `passed when tried again: ${title}` : title;
        return why(`${file}: ${name}`, results.find(({ error }) => error !== undefined)?.error?.message);
      }),
  ),
  ...suites.flatMap(unexpectedOf),
];

/** The name of a failed test and the first lines of its error: of a long log often only the end is saved. */
const why = (name: string, message: string | undefined): string =>
  [
    name,
    ...stripVTControlCharacters(message ?? "no message")
      .split("\n")
      .slice(0, WHY_LINES),
  ].join("\n           ");

const WHY_LINES = 16;

function conclude(passed: number, failed: number, remarks: readonly string[], exitCode: number | null): Tally {
  if (passed + failed === 0) return nothingRan("no test ran");
  if (exitCode !== 0 && failed === 0) {
    return { passed, failed: 1, remarks: [...remarks, `ended with code ${exitCode} though no test failed`] };
  }
  return { passed, failed, remarks };
}

/** One failure with a reason, for a step that could not run. */
export const nothingRan = (because: string): Tally => ({ passed: 0, failed: 1, remarks: [because] });

/** The result of a step that counts as one test. */
export const tallyExit = (exitCode: number | null): Tally =>
  exitCode === 0 ? { passed: 1, failed: 0, remarks: [] } : nothingRan(`ended with code ${exitCode}`);
