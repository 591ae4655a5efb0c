import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BUILT_IN_RULES } from "@/lib/alerts/catalogue/built-in";
import { pendingStateOf } from "@/lib/alerts/engine/alert-state";
import { type AlertMemory, evaluateAlerts, fromStored } from "@/lib/alerts/engine/evaluate-alerts";
import { propertyRuns } from "@/lib/base/testing/property-runs.testing";
import { MINUTE, SECOND } from "@/lib/base/time/duration";
import { channel, connection, consumer, queue } from "@/lib/collector/broker/activity-timeline.testing";
import { type Poll, timeline } from "@/lib/collector/broker/timeline.testing";

const POLL_MS = 20 * SECOND;
const POLLS_A_MINUTE = MINUTE / POLL_MS;
/** A history is up to 300 polls, twice. */
const RUNS = Math.ceil(propertyRuns(400) / 25);

/** What a consumer that also publishes does for some polls. */
const MODES = [
  "well",
  "no-consumer",
  "no-consumer-and-work",
  "pinned",
  "blocked",
  "publishes-nothing",
  "gone",
] as const;
type Mode = (typeof MODES)[number];
type Period = readonly [mode: Mode, polls: number];

const one = connection("worker", { connectedAtMs: Date.UTC(2026, 10, 20), timeoutSeconds: 60 });

function pollOf(mode: Mode, at: number): Poll {
  const moving = { ...one, recvOct: 100 + at, sendOct: 100 + at };
  const numbers = { unacked: 1, published: at, delivered: at, acked: at };
  const well: Poll = {
    connections: [moving],
    consumers: [consumer(one, "a")],
    queues: [queue("a", 0)],
    channels: [channel(one, numbers)],
  };
  switch (mode) {
    case "well":
      return well;
    case "no-consumer":
      return { ...well, consumers: [] };
    case "no-consumer-and-work":
      return { ...well, consumers: [], queues: [{ ...queue("a", 9), consumers: 0 }] };
    case "pinned":
      return { ...well, channels: [channel(one, { unacked: 5, published: 1, delivered: 1, acked: 1 })] };
    case "blocked":
      return { ...well, connections: [{ ...moving, state: "blocked" }], alarm: true };
    case "publishes-nothing":
      return { ...well, channels: [channel(one, { ...numbers, published: 1 })] };
    case "gone":
      return { ...well, connections: [], consumers: [], channels: [] };
    default:
      return mode satisfies never;
  }
}

/** The events of a history, with restarts before some of its polls. */
function events(periods: readonly Period[], cuts: readonly number[]): string[] {
  const line = timeline();
  let alerts: AlertMemory = new Map();
  const log: string[] = [];
  const modes = periods.flatMap(([mode, polls]) => Array.from({ length: polls }, () => mode));
  modes.forEach((mode, at) => {
    if (cuts.includes(at)) {
      line.restart(undefined, true);
      const pending = [...alerts.values()];
      const holds = new Map(pending.map((each) => [each.alert.id, pendingStateOf(each)]));
      alerts = fromStored(
        pending.map(({ alert }) => alert),
        line.nowMs(),
        holds,
      );
    }
    const { facts } = line.poll(pollOf(mode, at), POLL_MS);
    const { readings, ended } = facts;
    const evaluated = evaluateAlerts(alerts, { rules: BUILT_IN_RULES, readings, ended, nowMs: line.nowMs() });
    alerts = evaluated.after;
    for (const { type, alert } of evaluated.events) log.push(`${alert.rule} ${type} ${alert.severity} @${at}`);
  });
  return log;
}

const period = fc.tuple(fc.constantFrom(...MODES), fc.integer({ min: 1, max: 16 * POLLS_A_MINUTE }));
const history = fc.array(period, { minLength: 1, maxLength: 5 });
const cuts = fc.array(fc.integer({ min: 1, max: 60 * POLLS_A_MINUTE }), { minLength: 1, maxLength: 3 });
/** Long enough to learn what it usually does. */
const USUAL: Period = ["well", 16 * POLLS_A_MINUTE];

describe("a restart of ours says nothing about clients", () => {
  test("what is sent is sent at the same poll", () => {
    fc.assert(
      fc.property(history, cuts, (periods, at) => {
        expect(events([USUAL, ...periods], at)).toEqual(events([USUAL, ...periods], []));
      }),
      { numRuns: RUNS },
    );
  });

  test("the histories fire what they are made for", () => {
    const fired = (mode: Mode) =>
      events([USUAL, [mode, 40 * POLLS_A_MINUTE]], []).map((event) => event.split(" ").slice(0, 3).join(" "));
    expect(MODES.map((mode) => [mode, ...fired(mode)].join("; "))).toMatchInlineSnapshot(`
      [
        "well",
        "no-consumer; client-consumers-gone alert.firing warning",
        "no-consumer-and-work; client-not-consuming alert.firing critical; queue-without-consumer alert.firing critical",
        "pinned; client-publish-silent alert.firing warning; client-unacked-pinned alert.firing warning; client-publish-silent alert.firing critical; client-unacked-pinned alert.firing critical",
        "blocked; broker-alarm alert.firing critical; client-blocked alert.firing critical",
        "publishes-nothing; client-publish-silent alert.firing warning; client-publish-silent alert.firing critical",
        "gone; clients-not-back alert.firing critical",
      ]
    `);
  });
});
