import fc from "fast-check";
import { expect, test } from "vitest";
import type { PendingState } from "@/lib/alerts/engine/alert-state";
import { type AlertMemory, evaluateAlerts, fromStored } from "@/lib/alerts/engine/evaluate-alerts";
import { NO_WINDOW_STATE, type WindowState } from "@/lib/alerts/engine/window-state";
import type { Alert, AlertEvent } from "@/lib/alerts/model/alert";
import type { Condition } from "@/lib/alerts/model/condition";
import type { Reading } from "@/lib/alerts/model/reading";
import type { Rule } from "@/lib/alerts/model/rule";
import { aRule } from "@/lib/alerts/model/rules.testing";
import { propertyRuns } from "@/lib/base/testing/property-runs.testing";
import { MINUTE, SECOND } from "@/lib/base/time/duration";

const T = 1_763_700_000_000;
const RUNS = { numRuns: propertyRuns(150) };

/** One poll: so many seconds after the one before, with a value of each of three queues (null: not measured). */
interface Poll {
  readonly afterS: number;
  readonly is: "seen" | "blind" | "unasked" | "heard" | "gone";
  readonly values: readonly (number | null)[];
}

const value = fc.constantFrom(10, 10, 10, 10, 70, 150, 150, 600, 5_000, null);
const pollsWithin = (seconds: readonly number[]): fc.Arbitrary<Poll[]> =>
  // Long ones: what has to hold for a while needs one.
  fc.array(fc.record({ afterS: fc.constantFrom(...seconds), ...seen }), { minLength: 1, maxLength: 60, size: "max" });
const seen = {
  is: fc.constantFrom<Poll["is"]>("seen", "seen", "seen", "seen", "blind", "unasked", "heard", "gone"),
  values: fc.tuple(value, value, value),
};
const polls = pollsWithin([5, 5, 15, 60, 400]);
const holding = fc.constantFrom(0, 15 * SECOND, MINUTE, 3 * MINUTE);
const rule: fc.Arbitrary<Rule> = fc
  .record({ forMs: holding, keepFiringMs: holding, clearAt: fc.constantFrom(50, null) })
  .map((change) => ({ ...aRule, critical: 1_000, ...change }));

const labelsOf = (queue: number) => ({ broker: "main", vhost: "/", queue: `q${queue}` });

function readingsOf({ is, values }: Poll): readonly Reading[] {
  const up = (seen: number): Reading => ({ signal: "broker.up", labels: { broker: "main" }, value: seen });
  const ready = values.map((one, at): Reading => ({ signal: "queue.ready", labels: labelsOf(at), value: one }));
  if (is === "seen") return [up(1), ...ready];
  if (is === "gone") return [up(1), ...ready.slice(1)];
  if (is === "heard") return ready.slice(0, 1);
  return [up(is === "blind" ? 0 : 1)];
}

interface Options {
  readonly restartsAt?: ReadonlySet<number>;
  readonly arrange?: (readings: readonly Reading[]) => readonly Reading[];
}

/** Runs the fold, keeping what a database would hold. A restart knows nothing else. */
function run(rules: readonly Rule[], given: readonly Poll[], { restartsAt, arrange = (all) => all }: Options = {}) {
  let memory: AlertMemory = new Map();
  let windows: WindowState = NO_WINDOW_STATE;
  const rows = new Map<string, Alert>();
  const holds = new Map<string, PendingState>();
  const events: AlertEvent[] = [];
  let nowMs = T;
  given.forEach((one, at) => {
    if (restartsAt?.has(at)) memory = fromStored([...rows.values()], nowMs, holds);
    nowMs += one.afterS * SECOND;
    const ended = one.is === "gone" ? [labelsOf(0)] : [];
    const judged = evaluateAlerts(memory, { rules, readings: arrange(readingsOf(one)), ended, nowMs, windows });
    memory = judged.after;
    windows = judged.windows;
    for (const alert of judged.changed) rows.set(alert.id, alert);
    for (const hold of judged.holds) holds.set(hold.alert, hold);
    events.push(...judged.events);
  });
  return events.toSorted((a, b) => a.atMs - b.atMs || (a.alert.id < b.alert.id ? -1 : 1));
}

/** What was measured of one queue, and when. */
function seriesOf(given: readonly Poll[], queue: string): readonly { readonly atMs: number; readonly value: number }[] {
  let nowMs = T;
  return given.flatMap((one) => {
    nowMs += one.afterS * SECOND;
    const read = readingsOf(one).find(({ signal, labels }) => signal === "queue.ready" && labels.queue === queue);
    return read === undefined || read.value === null ? [] : [{ atMs: nowMs, value: read.value }];
  });
}

test("nothing fires before its condition has held for `for`, without a better value in between", () => {
  fc.assert(
    fc.property(rule, polls, (one, given) => {
      for (const { type, alert, atMs } of run([one], given)) {
        if (type !== "alert.firing") continue;
        const threshold = alert.severity === "critical" ? 1_000 : 100;
        const sinceMs = alert.firedMs === atMs ? alert.startedMs : atMs - one.forMs;
        expect(atMs - sinceMs).toBeGreaterThanOrEqual(one.forMs);
        const held = seriesOf(given, alert.labels.queue ?? "").filter((row) => row.atMs >= sinceMs && row.atMs <= atMs);
        const limit = alert.firedMs === atMs ? 100 : threshold;
        expect(held.every((row) => row.value >= limit)).toBe(true);
      }
    }),
    RUNS,
  );
});

test("nothing resolves before it has been clear for `keepFiringFor`, but what is gone", () => {
  fc.assert(
    fc.property(rule, polls, (one, given) => {
      for (const { type, alert, atMs } of run([one], given)) {
        if (type !== "alert.resolved" || alert.facts?.outcome === "gone") continue;
        const clear = one.clearAt ?? 100;
        const before = seriesOf(given, alert.labels.queue ?? "").filter((row) => row.atMs <= atMs);
        const lastBadMs = before.findLast((row) => row.value >= clear)?.atMs ?? T;
        const firstClear = before.find((row) => row.atMs > lastBadMs);
        expect(atMs - (firstClear?.atMs ?? atMs)).toBeGreaterThanOrEqual(one.keepFiringMs);
      }
    }),
    RUNS,
  );
});

// Of a step longer than five minutes only five count, and where it began is not stored.
test("restarts in between change nothing that is told, while polls are minutes apart at most", () => {
  fc.assert(
    fc.property(
      rule,
      pollsWithin([5, 5, 15, 40]),
      fc.array(fc.nat({ max: 50 }), { maxLength: 6 }),
      (one, given, restarts) => {
        expect(run([one], given, { restartsAt: new Set(restarts) })).toEqual(run([one], given));
      },
    ),
    RUNS,
  );
});

test("what held while its object was not polled has held for as long with a restart in between", () => {
  const one = { ...aRule, critical: 1_000, forMs: 15 * SECOND };
  const unmeasured = [10, null, 10];
  const given: readonly Poll[] = [
    { afterS: 5, is: "seen", values: [10, 150, 10] },
    { afterS: 5, is: "unasked", values: [10, 10, 10] },
    { afterS: 15, is: "unasked", values: [10, 10, 10] },
    { afterS: 5, is: "seen", values: unmeasured },
    { afterS: 5, is: "seen", values: [10, 5_000, 10] },
  ];
  const types = (restartsAt: readonly number[]) =>
    run([one], given, { restartsAt: new Set(restartsAt) }).map(({ type, atMs }) => [type, (atMs - T) / SECOND]);
  expect(types([])).toEqual([["alert.firing", 35]]);
  expect(types([3])).toEqual([["alert.firing", 35]]);
});

const condition: fc.Arbitrary<Condition> = fc.constantFrom<Condition>(
  { kind: "value" },
  { kind: "rate", overMs: MINUTE },
  { kind: "forecast", withinMs: 10 * MINUTE, overMs: 2 * MINUTE },
  { kind: "absent" },
);

test("the order in which readings come does not matter, whatever the condition", () => {
  fc.assert(
    fc.property(rule, condition, polls, (one, its, given) => {
      const rules = [one, { ...one, id: "other", condition: its, warning: 30, critical: 300 }];
      const backwards = (readings: readonly Reading[]) => readings.toReversed();
      expect(run(rules, given, { arrange: backwards })).toEqual(run(rules, given));
    }),
    RUNS,
  );
});
