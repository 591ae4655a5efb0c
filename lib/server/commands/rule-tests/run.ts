import { type Period, type ReplayTick, replay } from "@/lib/alerts/backtest/replay";
import type { Reading } from "@/lib/alerts/model/reading";
import type { Rule } from "@/lib/alerts/model/rule";
import type { Labels } from "@/lib/base/signals/labels";
import { MINUTE, SECOND } from "@/lib/base/time/duration";
import type { NotationValues } from "@/lib/server/commands/rule-tests/notation";
import type { Expectation, ExpectedAlert, RuleTest, RuleTestTimeline } from "@/lib/server/commands/rule-tests/parse";

/** One expectation that was not met: its line, and the alerts that were there instead. */
export interface ExpectationMismatch {
  readonly line: number;
  readonly message: string;
}

/** Runs rules over a test's timelines with the fold that evaluates the present; no difference: it passed. */
export function runTest(test: RuleTest, rules: readonly Rule[]): readonly ExpectationMismatch[] {
  const signal = rules[0]?.signal ?? "";
  const ticks = ticksOf(test, signal);
  const { periods } = replay({ rules, ticks });
  return test.expect.flatMap((expectation) => differences(expectation, periods));
}

/**
 * One tick more than there are values: an alert that holds at the last value is then distinct from one that ends there.
 */
function ticksOf({ readings, everyMs }: RuleTest, signal: string): readonly ReplayTick[] {
  const count = Math.max(...readings.map(({ values }) => values.length)) + 1;
  return Array.from({ length: count }, (_, at): ReplayTick => {
    const current = readings.map((timeline) => ({ timeline, value: valueAt(timeline, at) }));
    return {
      atMs: at * everyMs,
      readings: current.flatMap(({ timeline, value }) => readingOf(timeline, signal, value)),
      ended: current.flatMap(({ timeline, value }) => (value === "stale" ? [timeline.labels] : [])),
    };
  });
}

/** A timeline that is shorter than another continues with its last value. */
const valueAt = ({ values }: RuleTestTimeline, at: number): NotationValues =>
  values[Math.min(at, values.length - 1)] ?? null;

const readingOf = ({ labels, signal }: RuleTestTimeline, ofRule: string, value: NotationValues): readonly Reading[] =>
  value === "stale" ? [] : [{ signal: signal ?? ofRule, labels, value }];

function differences({ line, atMs, firing, pending }: Expectation, periods: readonly Period[]): ExpectationMismatch[] {
  const open = periods.filter(({ fromMs, toMs }) => fromMs <= atMs && atMs < toMs);
  const wanted = { firing, pending } as const;
  return (["firing", "pending"] as const).flatMap((state) => {
    const expected = wanted[state];
    const found = open.filter((period) => period.state === state);
    if (expected === null || meets(expected, found)) return [];
    const message = `at ${instant(atMs)} expected ${state}: ${list(expected)}; found ${state}: ${list(found)}`;
    return [{ line, message }];
  });
}

/** Whether exactly the expected alerts were found. */
function meets(expected: readonly ExpectedAlert[], found: readonly ExpectedAlert[]): boolean {
  const left = [...found];
  for (const { severity, labels } of expected) {
    const at = left.findIndex((alert) => alert.severity === severity && carries(alert.labels, labels));
    if (at < 0) return false;
    left.splice(at, 1);
  }
  return left.length === 0;
}

const carries = (labels: Labels, others: Labels): boolean =>
  Object.entries(others).every(([name, value]) => labels[name] === value);

const list = (alerts: readonly ExpectedAlert[]): string =>
  alerts.length === 0 ? "nothing" : alerts.map(({ severity, labels }) => `${severity} ${labelText(labels)}`).join(", ");

const labelText = (labels: Labels): string =>
  `{${Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .join(" ")}}`;

/** As a test writes it: whole minutes, else seconds. */
const instant = (ms: number): string => (ms % MINUTE === 0 ? `${ms / MINUTE}m` : `${ms / SECOND}s`);
