import { describe, expect, test } from "vitest";
import { BUILT_IN_RULES } from "@/lib/alerts/catalogue/built-in";
import {
  type AlertMemory,
  type EvaluationInput,
  evaluateAlerts,
  fromStored,
} from "@/lib/alerts/engine/evaluate-alerts";
import { VISIBILITY_SIGNALS } from "@/lib/alerts/engine/target-visibility";
import type { Reading } from "@/lib/alerts/model/reading";
import { resolutionOf } from "@/lib/alerts/model/resolution";
import type { Rule } from "@/lib/alerts/model/rule";
import { signalNamed } from "@/lib/base/signals/catalogue";
import type { Labels } from "@/lib/base/signals/labels";
import { DAY, HOUR, MINUTE } from "@/lib/base/time/duration";

/**
 * What ends an alert of each built-in rule, and with which resolution, and what does not. How the value of a rule comes
 * about is tested where it is measured.
 */
const T0 = Date.UTC(2026, 10, 21);

const labelsOf = (rule: Rule): Labels =>
  Object.fromEntries((signalNamed(rule.signal)?.labels ?? []).map((label) => [label, `a ${label}`]));

/** A value as bad as the rule asks for, and one that is well. */
const bad = ({ comparison, critical, warning }: Rule): number =>
  comparison === "above" ? (critical ?? warning ?? 0) : (critical ?? warning ?? 0) - 1;
const well = ({ comparison, clearAt, warning, critical }: Rule): number =>
  comparison === "above" ? Math.min(clearAt ?? warning ?? critical ?? 0, 1) - 1 : (clearAt ?? warning ?? critical ?? 0);

function alertOf(rule: Rule) {
  const labels = labelsOf(rule);
  const isVisibility = Object.values<string>(VISIBILITY_SIGNALS).includes(rule.signal);
  const reachable = (value: number): readonly Reading[] => {
    if (isVisibility) return [];
    const of = labels.source === undefined ? ("broker" as const) : ("source" as const);
    const id = labels[of];
    return id === undefined ? [] : [{ signal: VISIBILITY_SIGNALS[of], labels: { [of]: id }, value }];
  };
  const reading = (value: number | null): Reading => ({ signal: rule.signal, labels, value });
  let memory: AlertMemory = new Map();
  let nowMs = T0;
  const log: string[] = [];
  const tick = (input: Partial<EvaluationInput> = {}) => {
    nowMs += MINUTE;
    const evaluated = evaluateAlerts(memory, { rules: [rule], readings: [], ended: [], ...input, nowMs });
    memory = evaluated.after;
    for (const { type, alert } of evaluated.events) {
      if (type === "alert.resolved") log.push(`${resolutionOf(alert)}: ${alert.summary}`);
    }
  };
  const isFiring = () => [...memory.values()].some(({ alert }) => alert.state === "firing");
  for (let minute = 0; minute < 2_000 && !isFiring(); minute++)
    tick({ readings: [...reachable(1), reading(bad(rule))] });
  expect(isFiring()).toBe(true);
  return {
    log,
    labels,
    tick,
    isFiring,
    well: () => tick({ readings: [...reachable(1), reading(well(rule))] }),
    notMeasured: () => tick({ readings: [...reachable(1), reading(null)] }),
    notListed: () => tick({ readings: reachable(1) }),
    unreachable: () => tick({ readings: isVisibility ? [reading(bad(rule))] : reachable(0) }),
    restart: (awayMs: number) => {
      memory = fromStored(
        [...memory.values()].map(({ alert }) => alert),
        nowMs,
      );
      nowMs += awayMs;
    },
  };
}

const ROWS = BUILT_IN_RULES.map((rule) => [rule.id, rule] as const);

test("every built-in rule compares a value, so that the table covers all of them", () => {
  expect(BUILT_IN_RULES.filter(({ condition }) => condition.kind !== "value").map(({ id }) => id)).toEqual([]);
});

describe.each(ROWS)("%s", (_, rule) => {
  test("its value clears: recovered", () => {
    const all = alertOf(rule);
    for (let minute = 0; minute < 60 && all.isFiring(); minute++) all.well();
    expect(all.log).toEqual([expect.stringMatching(/^recovered: /)]);
  });

  test("its object has ended for good: departed", () => {
    const all = alertOf(rule);
    all.tick({ ended: [all.labels] });
    expect(all.log).toEqual([expect.stringMatching(/^departed: /)]);
  });

  test.each([
    ["the rule is off", (all, one) => all.tick({ rules: [{ ...one, enabled: false }] })],
    ["the rule is not in the configuration any more", (all) => all.tick({ rules: [] })],
    [
      "its broker, source or webhook is not in the configuration any more",
      (all) => all.tick({ unwatched: [all.labels] }),
    ],
  ] satisfies [string, (all: ReturnType<typeof alertOf>, one: Rule) => void][])("%s: unwatched", (__, happens) => {
    const all = alertOf(rule);
    happens(all, rule);
    expect(all.log).toEqual([
      expect.stringMatching(/^unwatched: .* is no longer watched for .* not in the configuration/),
    ]);
  });

  test("nothing else ends it: not measured, not listed, not reachable, a restart of ours, a day of each", () => {
    const all = alertOf(rule);
    for (const happens of [all.notMeasured, all.notListed, all.unreachable]) {
      for (let minute = 0; minute < 30; minute++) happens();
      all.restart(HOUR);
      happens();
    }
    all.restart(DAY);
    all.notMeasured();
    expect(all.log).toEqual([]);
    expect(all.isFiring()).toBe(true);
  });
});
