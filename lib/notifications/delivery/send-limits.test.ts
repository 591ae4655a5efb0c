import { describe, expect, test } from "vitest";
import { propertyRuns } from "@/lib/base/testing/property-runs.testing";
import { DAY, HOUR, MINUTE, SECOND } from "@/lib/base/time/duration";
import { type AttemptAnswer, afterAttempt, SCHEDULE } from "@/lib/notifications/delivery/schedule";
import {
  type EndpointHealth,
  HEALTHY,
  perMinute,
  perSecond,
  planSends,
  type SendLimits,
  type Waiting,
} from "@/lib/notifications/delivery/send-limits";
import { sendLimitsOf } from "@/lib/notifications/delivery/service-limits";
import { aWebhook } from "@/lib/notifications/delivery/webhooks.testing";

const T = Date.UTC(2026, 10, 21, 12);
const ONE_BY_ONE: SendLimits = { windows: [], batch: 1, oncePerAlert: true };
const DIGESTS: SendLimits = { windows: [perMinute(20)], batch: 200, oncePerAlert: false };
const LISTS: SendLimits = { windows: [], batch: 50, oncePerAlert: true };

/** "a1 b1 a2": deliveries in their order, named by alert and number; "a1+5" is due five seconds later. */
const waitingOf = (story: string, more: Partial<Waiting> = {}): Waiting[] =>
  story
    .split(" ")
    .filter((word) => word !== "")
    .map((word) => {
      const [id = "", later = "0"] = word.split("+");
      return { id, alertId: id[0] ?? null, tries: 0, sinceMs: T, dueMs: T + Number(later) * SECOND, ...more };
    });
const told = (messages: readonly (readonly Waiting[])[]) => messages.map((one) => one.map(({ id }) => id).join(","));

interface Given {
  readonly pace?: SendLimits;
  readonly lane?: Partial<EndpointHealth>;
  readonly underWay?: string;
  readonly sentMs?: readonly number[];
  readonly places?: number;
}
const planned = (story: string, { pace = ONE_BY_ONE, lane, underWay = "", sentMs = [], places = 3 }: Given = {}) =>
  planSends({
    waiting: waitingOf(story),
    underWay: underWay === "" ? [] : underWay.split("|").map((one) => waitingOf(one)),
    sentMs,
    lane: { ...HEALTHY, ...lane },
    pace,
    places,
    nowMs: T,
  });

describe("what is sent now", () => {
  const busy = Array.from({ length: 20 }, (_, at) => T - at * SECOND);
  test.each<[string, string, Given, string[]]>([
    ["nothing waits", "", {}, []],
    ["everything alone while there is room", "a1 b1", {}, ["a1", "b1"]],
    ["no more than there are places", "a1 b1 c1 d1", {}, ["a1", "b1", "c1"]],
    ["places under way are taken", "a1 b1 c1", { underWay: "c1|d1" }, ["a1"]],
    ["one alert's deliveries one after the other", "a1 a2 b1 a3", {}, ["a1", "b1"]],
    ["and not while its first is under way", "a1 a2 b1", { underWay: "a1" }, ["b1"]],
    ["what is not due waits, and what stands behind it too", "a1+5 a2 b1", {}, ["b1"]],
    ["alone while the service takes as many", "a1 b1", { pace: DIGESTS }, ["a1", "b1"]],
    ["as a digest when more waits than may be sent", "a1 b1 c1 d1 a2", { pace: DIGESTS }, ["a1,b1,c1,d1,a2"]],
    ["nothing when the minute is full", "a1 b1", { pace: DIGESTS, sentMs: busy }, []],
    [
      "one digest when one message is left",
      "a1 b1 a2",
      { pace: DIGESTS, sentMs: busy.slice(1), places: 8 },
      ["a1,b1,a2"],
    ],
    ["a list has one place for an alert", "a1 b1 a2 c1 d1", { pace: LISTS }, ["a1,b1,c1,d1"]],
    [
      "batches are full one after the other, and an alert stays in its own",
      "a1 b1 c1 a2 d1 c2",
      { pace: { ...DIGESTS, batch: 2 }, places: 2 },
      ["a1,b1", "c1,d1"],
    ],
  ])("%s", (_, story, given, messages) => expect(told(planned(story, given).messages)).toEqual(messages));

  test("what is left over waits for the window, not for nothing", () => {
    const { againMs } = planned("a1 b1", { pace: DIGESTS, sentMs: busy });
    expect((againMs ?? 0) - T).toBeGreaterThan(40 * SECOND);
    expect((againMs ?? 0) - T).toBeLessThan(45 * SECOND);
  });

  test("a webhook that rests is left alone until its time", () => {
    const lane = { failures: 2, restUntilMs: T + MINUTE };
    expect(planned("a1 b1", { lane })).toEqual({ messages: [], againMs: T + MINUTE });
  });

  test("a webhook that fails is tried with one delivery, the least tried, due or not", () => {
    const lane = { failures: 2 };
    expect(told(planned("a1+900 b1+900", { lane }).messages)).toEqual(["a1"]);
    const [first, second] = [waitingOf("a1", { tries: 3 }), waitingOf("a2 b1")];
    const tried = { waiting: [...first, ...second], underWay: [], sentMs: [], pace: DIGESTS, places: 8, nowMs: T };
    expect(told(planSends({ ...tried, lane: { ...HEALTHY, ...lane } }).messages)).toEqual(["b1"]);
    expect(planned("a1 b1", { lane, underWay: "c1" }).messages).toEqual([]);
  });

  test("what was refused in a batch goes alone", () => {
    const waiting = [...waitingOf("a1 b1"), ...waitingOf("c1", { tries: 2 }), ...waitingOf("d1 e1")];
    const given = { waiting, underWay: [], sentMs: [], lane: HEALTHY, pace: LISTS, places: 3, nowMs: T };
    expect(told(planSends(given).messages)).toEqual(["a1,b1,d1,e1", "c1"]);
  });
});

test.each([
  ["dingtalk", 20, MINUTE],
  ["wecom", 20, MINUTE],
  ["telegram", 1, SECOND],
  ["discord", 5, 2 * SECOND],
  ["slack", 1, SECOND],
  ["feishu", 5, SECOND],
  ["teams", 4, SECOND],
] as const)("%s takes %i in %i ms by default", (format, count, ms) => {
  const rest = { ...aWebhook("https://x.example"), secret: null, token: "", chat: "", thread: null };
  const at = { mobiles: [], userIds: [], all: false };
  const [window] = sendLimitsOf({ ...rest, at, format }).windows;
  expect(window?.count).toBe(count);
  expect(window?.perMs).toBeGreaterThanOrEqual(ms);
});

test("a webhook may set a pace of its own", () => {
  const own = sendLimitsOf({ ...aWebhook("https://x.example"), format: "slack", ratePerMinute: 6, batch: 10 });
  expect(own).toEqual({ windows: [perMinute(6)], batch: 10, oncePerAlert: false });
  // A format that has no such message does not get it by a setting.
  expect(sendLimitsOf({ ...aWebhook("https://x.example"), batch: 10 }).batch).toBe(1);
});

/** A receiver on virtual time: its answer to a message at an instant. */
type Receiver = (message: readonly Waiting[], atMs: number) => AttemptAnswer;
interface Arrival {
  readonly atMs: number;
  readonly id: string;
  readonly alertId: string;
}
interface Told {
  readonly atMs: number;
  readonly ids: readonly string[];
  readonly accepted: boolean;
}

/** The very decisions of a lane, on virtual time, until nothing waits or `untilMs`. */
function live(pace: SendLimits, arrivals: readonly Arrival[], receiver: Receiver, untilMs: number) {
  const log: Told[] = [];
  const dead: string[] = [];
  let waiting: Waiting[] = [];
  let lane = HEALTHY;
  const coming = arrivals.toSorted((a, b) => a.atMs - b.atMs);
  let nowMs = T;
  while (nowMs <= untilMs && (waiting.length > 0 || coming.length > 0)) {
    const later = coming.findIndex(({ atMs }) => atMs > nowMs);
    const here = coming.splice(0, later === -1 ? coming.length : later);
    waiting = [...waiting, ...here.map((one) => ({ ...one, tries: 0, sinceMs: one.atMs, dueMs: one.atMs }))];
    const sentMs = log.slice(-200).map(({ atMs }) => atMs);
    const { messages, againMs } = planSends({ waiting, underWay: [], sentMs, lane, pace, places: 8, nowMs });
    for (const message of messages) {
      const answer = receiver(message, nowMs);
      const next = afterAttempt({ message, answer, lane, nowMs, chance: 0.5 }, SCHEDULE);
      lane = next.lane;
      log.push({ atMs: nowMs, ids: message.map(({ id }) => id), accepted: answer.accepted });
      const outcomes = new Map(next.outcomes.map((outcome) => [outcome.id, outcome]));
      dead.push(...next.outcomes.flatMap(({ id, state }) => (state === "dead" ? [id] : [])));
      waiting = waiting.flatMap((one) => {
        const outcome = outcomes.get(one.id);
        if (outcome === undefined) return [one];
        return outcome.nextMs === null ? [] : [{ ...one, tries: outcome.tries, dueMs: outcome.nextMs }];
      });
    }
    const instants = [againMs ?? untilMs, ...waiting.map(({ dueMs }) => dueMs), coming[0]?.atMs ?? untilMs];
    const next = instants.reduce((least, ms) => (ms > nowMs && ms < least ? ms : least), untilMs + 1);
    nowMs = messages.length > 0 ? nowMs + 1 : next;
  }
  return { log, dead, waiting };
}

const ok: AttemptAnswer = { accepted: true, status: 200, retryAfterMs: null, blocked: false, forGood: null };
const down: AttemptAnswer = { ...ok, accepted: false, status: null };
const downFor =
  (ms: number): Receiver =>
  (_, atMs) =>
    atMs < T + ms ? down : ok;
/** Every alert fires and resolves; alerts come `everyMs` apart. */
const incidents = (count: number, everyMs: number): Arrival[] =>
  Array.from({ length: count }, (_, at) => [
    { atMs: T + at * everyMs, id: `${at}-fired`, alertId: `${at}` },
    { atMs: T + at * everyMs + everyMs / 2, id: `${at}-resolved`, alertId: `${at}` },
  ])
    .flat()
    .toSorted((a, b) => a.atMs - b.atMs);
const acceptedIn = (log: readonly Told[]) => log.filter(({ accepted }) => accepted).flatMap(({ ids }) => ids);
/** The most messages within `perMs`; they are in the order of time. */
function most(log: readonly Told[], perMs: number): number {
  let from = 0;
  return log.reduce((greatest, { atMs }, at) => {
    while ((log[from]?.atMs ?? atMs) <= atMs - perMs) from++;
    return Math.max(greatest, at - from + 1);
  }, 0);
}

describe("on virtual time", () => {
  test.each([
    ["one by one", ONE_BY_ONE],
    ["as lists", LISTS],
    ["as digests, 20 a minute", DIGESTS],
    ["one a second", { windows: [perSecond(1)], batch: 1, oncePerAlert: true }],
  ])("a receiver that is down for an hour gets all that happened meanwhile, in order, soon after: %s", (_, pace) => {
    const arrivals = incidents(200, 15 * SECOND);
    const { log, dead, waiting } = live(pace, arrivals, downFor(HOUR), T + 3 * HOUR);
    expect([dead, waiting]).toEqual([[], []]);
    const order = acceptedIn(log);
    expect(order.toSorted()).toEqual(arrivals.map(({ id }) => id).toSorted());
    for (let at = 0; at < 200; at++) {
      expect(order.indexOf(`${at}-fired`)).toBeLessThan(order.indexOf(`${at}-resolved`));
    }
    expect((log.at(-1)?.atMs ?? 0) - T).toBeLessThan(HOUR + (pace.batch > 1 ? 2 : 8) * MINUTE);
    // A receiver that is down is not pressed: one message a minute after the first few.
    expect(log.filter(({ accepted }) => !accepted).length).toBeLessThan(70);
  });

  test("one delivery outlives two days of silence, and is given up after three", () => {
    const one = [{ atMs: T, id: "a", alertId: "a" }];
    expect(acceptedIn(live(ONE_BY_ONE, one, downFor(2 * DAY), T + 9 * DAY).log)).toEqual(["a"]);
    expect(live(ONE_BY_ONE, one, downFor(9 * DAY), T + 9 * DAY).dead).toEqual(["a"]);
  });

  test("a delivery that its receiver cannot take holds up no other, and is dead after ten tries or three days", () => {
    const arrivals = [{ atMs: T, id: "poison", alertId: "p" }, ...incidents(400, 15 * MINUTE)];
    const poisoned: Receiver = (message) => (message.some(({ id }) => id === "poison") ? { ...down, status: 500 } : ok);
    for (const pace of [ONE_BY_ONE, LISTS, DIGESTS]) {
      const { log, dead } = live(pace, arrivals, poisoned, T + 5 * DAY);
      expect(dead).toEqual(["poison"]);
      expect(acceptedIn(log)).toHaveLength(800);
      const at = new Map(log.flatMap(({ ids, accepted, atMs }) => (accepted ? ids.map((id) => [id, atMs]) : [])));
      const waits = arrivals.slice(1).map(({ id, atMs }) => (at.get(id) ?? Number.POSITIVE_INFINITY) - atMs);
      // Nobody else waits for hours, so it cannot be told from a receiver that is down, and rests like one.
      expect(Math.max(...waits)).toBeLessThan(6 * MINUTE);
      expect(waits.filter((ms) => ms > MINUTE).length).toBeLessThan(800 / 4);
    }
  });

  test("a body refused for good in a batch costs only itself", () => {
    const arrivals = incidents(30, 0);
    const picky: Receiver = (message) => (message.some(({ id }) => id === "7-fired") ? { ...down, status: 400 } : ok);
    const { log, dead, waiting } = live(LISTS, arrivals, picky, T + HOUR);
    expect([dead, waiting]).toEqual([["7-fired"], []]);
    expect(new Set(acceptedIn(log)).size).toBe(59);
  });

  test.each([
    ["20 a minute", DIGESTS, 20, MINUTE],
    ["5 in two seconds", { ...DIGESTS, windows: [perSecond(5, 2)] }, 5, 2 * SECOND],
    ["100 a minute and 5 a second", { ...DIGESTS, windows: [perMinute(100), perSecond(5)] }, 5, SECOND],
    ["20 a minute without batches", { ...DIGESTS, batch: 1 }, 20, MINUTE],
  ])("a storm of alerts never sends more than %s, and all of it arrives", (_, pace, count, perMs) => {
    const alerts = propertyRuns(1_000);
    const arrivals = incidents(alerts, 0).map((one, at) => ({ ...one, atMs: T + at * 20 }));
    const { log, waiting } = live(pace, arrivals, () => ok, T + DAY);
    expect(waiting).toEqual([]);
    expect(acceptedIn(log)).toHaveLength(2 * alerts);
    expect(most(log, perMs)).toBeLessThanOrEqual(count);
  });

  test("a service that asks for time gets it, and loses nothing", () => {
    let refused = 0;
    const busy: Receiver = (_, atMs) =>
      atMs < T + 10 * MINUTE && refused++ < 3 ? { ...down, status: 429, retryAfterMs: 4 * MINUTE } : ok;
    const { log, dead } = live(DIGESTS, incidents(50, SECOND), busy, T + HOUR);
    expect(dead).toEqual([]);
    expect(acceptedIn(log)).toHaveLength(100);
    expect(log.filter(({ accepted }) => !accepted).length).toBeLessThanOrEqual(3);
  });
});
