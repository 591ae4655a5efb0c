import { describe, expect, test } from "vitest";
import { propertyRuns } from "@/lib/base/testing/property-runs.testing";
import { DAY, HOUR, MINUTE, SECOND } from "@/lib/base/time/duration";
import { type EndpointHealth, HEALTHY } from "@/lib/notifications/delivery/endpoint-health";
import { type AttemptAnswer, afterAttempt, SCHEDULE } from "@/lib/notifications/delivery/retry-schedule";
import {
  type PendingDelivery,
  perMinute,
  perSecond,
  planSends,
  type SendLimits,
} from "@/lib/notifications/delivery/send-limits";
import { sendLimitsOf } from "@/lib/notifications/delivery/service-limits";
import { aWebhook } from "@/lib/notifications/delivery/webhooks.testing";

const T = Date.UTC(2026, 10, 21, 12);
const ONE_BY_ONE: SendLimits = { windows: [], batch: 1, oncePerAlert: true };
const DIGESTS: SendLimits = { windows: [perMinute(20)], batch: 200, oncePerAlert: false };
const LISTS: SendLimits = { windows: [], batch: 50, oncePerAlert: true };

/** "a1 b1 a2": deliveries in their order, named by alert and number; "a1+5" is due five seconds later. */
const pendingOf = (story: string, more: Partial<PendingDelivery> = {}): PendingDelivery[] =>
  story
    .split(" ")
    .filter((word) => word !== "")
    .map((word) => {
      const [id = "", later = "0"] = word.split("+");
      return { id, alertId: id[0] ?? null, tries: 0, sinceMs: T, dueMs: T + Number(later) * SECOND, ...more };
    });
const idsOf = (messages: readonly (readonly PendingDelivery[])[]) =>
  messages.map((message) => message.map(({ id }) => id).join(","));

interface Situation {
  readonly limits?: SendLimits;
  readonly health?: Partial<EndpointHealth>;
  readonly inFlight?: string;
  readonly sentMs?: readonly number[];
  readonly concurrency?: number;
}
const planned = (
  story: string,
  { limits = ONE_BY_ONE, health, inFlight = "", sentMs = [], concurrency = 3 }: Situation = {},
) =>
  planSends({
    pending: pendingOf(story),
    inFlight: inFlight === "" ? [] : inFlight.split("|").map((ids) => pendingOf(ids)),
    sentMs,
    health: { ...HEALTHY, ...health },
    limits,
    concurrency,
    nowMs: T,
  });

describe("the plan", () => {
  const busy = Array.from({ length: 20 }, (_, at) => T - at * SECOND);
  test.each<[string, string, Situation, string[]]>([
    ["is empty when nothing is pending", "", {}, []],
    ["sends each delivery alone while there is room", "a1 b1", {}, ["a1", "b1"]],
    ["sends no more messages than may be in flight", "a1 b1 c1 d1", {}, ["a1", "b1", "c1"]],
    ["counts the messages in flight", "a1 b1 c1", { inFlight: "c1|d1" }, ["a1"]],
    ["sends the deliveries of one alert one after the other", "a1 a2 b1 a3", {}, ["a1", "b1"]],
    ["sends no delivery of an alert that has one in flight", "a1 a2 b1", { inFlight: "a1" }, ["b1"]],
    ["leaves what is not due, and later deliveries of its alert", "a1+5 a2 b1", {}, ["b1"]],
    ["sends each delivery alone while the rate limit allows it", "a1 b1", { limits: DIGESTS }, ["a1", "b1"]],
    [
      "sends a digest when more is pending than messages are allowed",
      "a1 b1 c1 d1 a2",
      { limits: DIGESTS },
      ["a1,b1,c1,d1,a2"],
    ],
    ["is empty when the minute is used up", "a1 b1", { limits: DIGESTS, sentMs: busy }, []],
    [
      "sends one digest when one message is left",
      "a1 b1 a2",
      { limits: DIGESTS, sentMs: busy.slice(1), concurrency: 8 },
      ["a1,b1,a2"],
    ],
    ["puts one delivery per alert into a list", "a1 b1 a2 c1 d1", { limits: LISTS }, ["a1,b1,c1,d1"]],
    [
      "fills one batch after the other, and all of an alert goes into one",
      "a1 b1 c1 a2 d1 c2",
      { limits: { ...DIGESTS, batch: 2 }, concurrency: 2 },
      ["a1,b1", "c1,d1"],
    ],
  ])("%s", (_, story, given, messages) => expect(idsOf(planned(story, given).messages)).toEqual(messages));

  test("says when the window allows the rest", () => {
    const { nextMs } = planned("a1 b1", { limits: DIGESTS, sentMs: busy });
    expect((nextMs ?? 0) - T).toBeGreaterThan(40 * SECOND);
    expect((nextMs ?? 0) - T).toBeLessThan(45 * SECOND);
  });

  test("sends nothing to a resting webhook until its rest ends", () => {
    const health = { failures: 2, restUntilMs: T + MINUTE };
    expect(planned("a1 b1", { health })).toEqual({ messages: [], nextMs: T + MINUTE });
  });

  test("probes a failing webhook with one delivery, the least tried, due or not", () => {
    const health = { failures: 2 };
    expect(idsOf(planned("a1+900 b1+900", { health }).messages)).toEqual(["a1"]);
    const [first, second] = [pendingOf("a1", { tries: 3 }), pendingOf("a2 b1")];
    const tried = {
      pending: [...first, ...second],
      inFlight: [],
      sentMs: [],
      limits: DIGESTS,
      concurrency: 8,
      nowMs: T,
    };
    expect(idsOf(planSends({ ...tried, health: { ...HEALTHY, ...health } }).messages)).toEqual(["b1"]);
    expect(planned("a1 b1", { health, inFlight: "c1" }).messages).toEqual([]);
  });

  test("sends a delivery alone that was refused in a batch", () => {
    const pending = [...pendingOf("a1 b1"), ...pendingOf("c1", { tries: 2 }), ...pendingOf("d1 e1")];
    const given = { pending, inFlight: [], sentMs: [], health: HEALTHY, limits: LISTS, concurrency: 3, nowMs: T };
    expect(idsOf(planSends(given).messages)).toEqual(["a1,b1,d1,e1", "c1"]);
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

test("a webhook may set its own limits", () => {
  const own = sendLimitsOf({ ...aWebhook("https://x.example"), format: "slack", ratePerMinute: 6, batch: 10 });
  expect(own).toEqual({ windows: [perMinute(6)], batch: 10, oncePerAlert: false });
  // A setting does not give batches to a format that has none.
  expect(sendLimitsOf({ ...aWebhook("https://x.example"), batch: 10 }).batch).toBe(1);
});

/** A receiver on virtual time: its answer to a message at an instant. */
type Receiver = (message: readonly PendingDelivery[], atMs: number) => AttemptAnswer;
interface Arrival {
  readonly atMs: number;
  readonly id: string;
  readonly alertId: string;
}
interface SentMessage {
  readonly atMs: number;
  readonly ids: readonly string[];
  readonly accepted: boolean;
}

/** Runs the decisions of a worker on virtual time, until nothing is pending or `untilMs`. */
function simulate(limits: SendLimits, arrivals: readonly Arrival[], receiver: Receiver, untilMs: number) {
  const log: SentMessage[] = [];
  const dead: string[] = [];
  let pending: PendingDelivery[] = [];
  let health = HEALTHY;
  const coming = arrivals.toSorted((a, b) => a.atMs - b.atMs);
  let nowMs = T;
  while (nowMs <= untilMs && (pending.length > 0 || coming.length > 0)) {
    const later = coming.findIndex(({ atMs }) => atMs > nowMs);
    const arrived = coming.splice(0, later === -1 ? coming.length : later);
    pending = [
      ...pending,
      ...arrived.map((arrival) => ({ ...arrival, tries: 0, sinceMs: arrival.atMs, dueMs: arrival.atMs })),
    ];
    const sentMs = log.slice(-200).map(({ atMs }) => atMs);
    const { messages, nextMs } = planSends({ pending, inFlight: [], sentMs, health, limits, concurrency: 8, nowMs });
    for (const message of messages) {
      const answer = receiver(message, nowMs);
      const next = afterAttempt({ deliveries: message, answer, health, nowMs, chance: 0.5 }, SCHEDULE);
      health = next.health;
      log.push({ atMs: nowMs, ids: message.map(({ id }) => id), accepted: answer.accepted });
      const outcomes = new Map(next.outcomes.map((outcome) => [outcome.id, outcome]));
      dead.push(...next.outcomes.flatMap(({ id, state }) => (state === "dead" ? [id] : [])));
      pending = pending.flatMap((delivery) => {
        const outcome = outcomes.get(delivery.id);
        if (outcome === undefined) return [delivery];
        return outcome.nextMs === null ? [] : [{ ...delivery, tries: outcome.tries, dueMs: outcome.nextMs }];
      });
    }
    const instants = [nextMs ?? untilMs, ...pending.map(({ dueMs }) => dueMs), coming[0]?.atMs ?? untilMs];
    const next = instants.reduce((least, ms) => (ms > nowMs && ms < least ? ms : least), untilMs + 1);
    nowMs = messages.length > 0 ? nowMs + 1 : next;
  }
  return { log, dead, pending };
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
const acceptedIn = (log: readonly SentMessage[]) => log.filter(({ accepted }) => accepted).flatMap(({ ids }) => ids);
/** The most messages within `perMs`; they are in the order of time. */
function most(log: readonly SentMessage[], perMs: number): number {
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
  ])("a receiver that was down for an hour gets everything in order soon after its return: %s", (_, limits) => {
    const arrivals = incidents(200, 15 * SECOND);
    const { log, dead, pending } = simulate(limits, arrivals, downFor(HOUR), T + 3 * HOUR);
    expect([dead, pending]).toEqual([[], []]);
    const order = acceptedIn(log);
    expect(order.toSorted()).toEqual(arrivals.map(({ id }) => id).toSorted());
    for (let at = 0; at < 200; at++) {
      expect(order.indexOf(`${at}-fired`)).toBeLessThan(order.indexOf(`${at}-resolved`));
    }
    expect((log.at(-1)?.atMs ?? 0) - T).toBeLessThan(HOUR + (limits.batch > 1 ? 2 : 8) * MINUTE);
    // A receiver that is down is not pressed: one message a minute after the first few.
    expect(log.filter(({ accepted }) => !accepted).length).toBeLessThan(70);
  });

  test("a delivery is retried for two days without an answer, and given up after three", () => {
    const one = [{ atMs: T, id: "a", alertId: "a" }];
    expect(acceptedIn(simulate(ONE_BY_ONE, one, downFor(2 * DAY), T + 9 * DAY).log)).toEqual(["a"]);
    expect(simulate(ONE_BY_ONE, one, downFor(9 * DAY), T + 9 * DAY).dead).toEqual(["a"]);
  });

  test("a delivery that its receiver always refuses holds up no other, and is dead after ten tries or three days", () => {
    const arrivals = [{ atMs: T, id: "poison", alertId: "p" }, ...incidents(400, 15 * MINUTE)];
    const poisoned: Receiver = (message) => (message.some(({ id }) => id === "poison") ? { ...down, status: 500 } : ok);
    for (const limits of [ONE_BY_ONE, LISTS, DIGESTS]) {
      const { log, dead } = simulate(limits, arrivals, poisoned, T + 5 * DAY);
      expect(dead).toEqual(["poison"]);
      expect(acceptedIn(log)).toHaveLength(800);
      const at = new Map(log.flatMap(({ ids, accepted, atMs }) => (accepted ? ids.map((id) => [id, atMs]) : [])));
      const waits = arrivals.slice(1).map(({ id, atMs }) => (at.get(id) ?? Number.POSITIVE_INFINITY) - atMs);
      // With nothing else pending for hours, this looks like a receiver that is down, so the webhook rests as long.
      expect(Math.max(...waits)).toBeLessThan(6 * MINUTE);
      expect(waits.filter((ms) => ms > MINUTE).length).toBeLessThan(800 / 4);
    }
  });

  test("a body refused for good in a batch costs only itself", () => {
    const arrivals = incidents(30, 0);
    const picky: Receiver = (message) => (message.some(({ id }) => id === "7-fired") ? { ...down, status: 400 } : ok);
    const { log, dead, pending } = simulate(LISTS, arrivals, picky, T + HOUR);
    expect([dead, pending]).toEqual([["7-fired"], []]);
    expect(new Set(acceptedIn(log)).size).toBe(59);
  });

  test.each([
    ["20 a minute", DIGESTS, 20, MINUTE],
    ["5 in two seconds", { ...DIGESTS, windows: [perSecond(5, 2)] }, 5, 2 * SECOND],
    ["100 a minute and 5 a second", { ...DIGESTS, windows: [perMinute(100), perSecond(5)] }, 5, SECOND],
    ["20 a minute without batches", { ...DIGESTS, batch: 1 }, 20, MINUTE],
  ])("a storm of alerts never sends more than %s, and all of it arrives", (_, limits, count, perMs) => {
    const alerts = propertyRuns(1_000);
    const arrivals = incidents(alerts, 0).map((one, at) => ({ ...one, atMs: T + at * 20 }));
    const { log, pending } = simulate(limits, arrivals, () => ok, T + DAY);
    expect(pending).toEqual([]);
    expect(acceptedIn(log)).toHaveLength(2 * alerts);
    expect(most(log, perMs)).toBeLessThanOrEqual(count);
  });

  test("a service that asks for time gets it, and no delivery is lost", () => {
    let refused = 0;
    const busy: Receiver = (_, atMs) =>
      atMs < T + 10 * MINUTE && refused++ < 3 ? { ...down, status: 429, retryAfterMs: 4 * MINUTE } : ok;
    const { log, dead } = simulate(DIGESTS, incidents(50, SECOND), busy, T + HOUR);
    expect(dead).toEqual([]);
    expect(acceptedIn(log)).toHaveLength(100);
    expect(log.filter(({ accepted }) => !accepted).length).toBeLessThanOrEqual(3);
  });
});
