import type { Labels, Reading } from "@/lib/alerts/measure";
import { type Period, replay, type Tick } from "@/lib/alerts/replay";
import type { Rule } from "@/lib/alerts/rule";
import type { Said } from "@/lib/commands/rule-tests/notation";
import type { Expectation, ExpectedAlert, RuleTest, Timeline } from "@/lib/commands/rule-tests/parse";
import { MINUTE, SECOND } from "@/lib/time/duration";

/** One expectation that was not met: its line, and what stood there instead. */
export interface Difference {
  readonly line: number;
  readonly message: string;
}

/** Runs rules over a test's timelines by the fold that judges the present; no difference means that it passed. */
export function runTest(test: RuleTest, rules: readonly Rule[]): readonly Difference[] {
  const signal = rules[0]?.signal ?? "";
  const ticks = ticksOf(test, signal);
  const { periods } = replay({ rules, ticks });
  return test.expect.flatMap((expectation) => differences(expectation, periods));
}

/** One tick more than there are values: what holds at the last of them is told apart from what ended with it. */
function ticksOf({ readings, everyMs }: RuleTest, signal: string): readonly Tick[] {
  const count = Math.max(...readings.map(({ values }) => values.length)) + 1;
  return Array.from({ length: count }, (_, at): Tick => {
    const said = readings.map((timeline) => ({ timeline, value: valueAt(timeline, at) }));
    return {
      atMs: at * everyMs,
      readings: said.flatMap(({ timeline, value }) => readingOf(timeline, signal, value)),
      gone: said.flatMap(({ timeline, value }) => (value === "stale" ? [timeline.labels] : [])),
    };
  });
}

/** A timeline that is shorter than another stays as it ended. */
const valueAt = ({ values }: Timeline, at: number): Said => values[Math.min(at, values.length - 1)] ?? null;

const readingOf = ({ labels, signal }: Timeline, ofRule: string, value: Said): readonly Reading[] =>
  value === "stale" ? [] : [{ signal: signal ?? ofRule, labels, value }];

function differences({ line, atMs, firing, pending }: Expectation, periods: readonly Period[]): Difference[] {
  const open = periods.filter(({ fromMs, toMs }) => fromMs <= atMs && atMs < toMs);
  const wanted = { firing, pending } as const;
  return (["firing", "pending"] as const).flatMap((state) => {
    const expected = wanted[state];
    const found = open.filter((period) => period.state === state);
    if (expected === null || meets(expected, found)) return [];
    const message = `at ${said(atMs)} expected ${state}: ${list(expected)}; found ${state}: ${list(found)}`;
    return [{ line, message }];
  });
}

/** Each expected alert is one that was found, and no other was. */
function meets(expected: readonly ExpectedAlert[], found: readonly ExpectedAlert[]): boolean {
  const left = [...found];
  for (const { severity, labels } of expected) {
    const at = left.findIndex((one) => one.severity === severity && carries(one.labels, labels));
    if (at < 0) return false;
    left.splice(at, 1);
  }
  return left.length === 0;
}

const carries = (labels: Labels, wanted: Labels): boolean =>
  Object.entries(wanted).every(([name, value]) => labels[name] === value);

const list = (alerts: readonly ExpectedAlert[]): string =>
  alerts.length === 0 ? "nothing" : alerts.map(({ severity, labels }) => `${severity} ${labelText(labels)}`).join(", ");

const labelText = (labels: Labels): string =>
  `{${Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .join(" ")}}`;

/** As a test writes it: whole minutes, else seconds. */
const said = (ms: number): string => (ms % MINUTE === 0 ? `${ms / MINUTE}m` : `${ms / SECOND}s`);
