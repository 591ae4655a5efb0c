import { describe, expect, test } from "vitest";
import { DAY, HOUR, MINUTE, SECOND } from "@/lib/base/time/duration";
import { type EndpointHealth, HEALTHY } from "@/lib/notifications/delivery/endpoint-health";
import {
  type AttemptAnswer,
  afterAttempt,
  failedPassDelayMs,
  GIVE_UP_AFTER_MS,
  RETRY_DELAYS_MS,
  SCHEDULE,
} from "@/lib/notifications/delivery/retry-schedule";
import { ALONE_FROM_TRIES, type PendingDelivery } from "@/lib/notifications/delivery/send-limits";

const NOW = Date.UTC(2026, 10, 21, 12);
const one = (more: Partial<PendingDelivery> = {}): PendingDelivery => ({
  id: "d",
  alertId: "a",
  tries: 0,
  sinceMs: NOW,
  dueMs: NOW,
  ...more,
});
const answered = (status: number | null, more: Partial<AttemptAnswer> = {}): AttemptAnswer => ({
  accepted: status !== null && status < 300,
  status,
  retryAfterMs: null,
  blocked: false,
  forGood: null,
  ...more,
});
const failing = (failures: number): EndpointHealth => ({ failures, failingSinceMs: NOW - HOUR, restUntilMs: NOW });
const following = (
  answer: AttemptAnswer,
  message: readonly PendingDelivery[] = [one()],
  health: EndpointHealth = HEALTHY,
  chance = 0,
) => afterAttempt({ deliveries: message, answer, health, nowMs: NOW, chance }, SCHEDULE);
const stateAfter = (answer: AttemptAnswer) => following(answer).outcomes[0]?.state;

test.each<[number | null, string]>([
  [200, "delivered"],
  [204, "delivered"],
  [299, "delivered"],
  [301, "dead"],
  [302, "dead"],
  [307, "dead"],
  [400, "dead"],
  [401, "failed"],
  [403, "failed"],
  [404, "failed"],
  [408, "failed"],
  [409, "failed"],
  [410, "dead"],
  [413, "dead"],
  [422, "dead"],
  [425, "failed"],
  [429, "failed"],
  [500, "failed"],
  [501, "failed"],
  [502, "failed"],
  [503, "failed"],
  [504, "failed"],
  [599, "failed"],
  [null, "failed"],
])("HTTP %s is %s", (status, state) => expect(stateAfter(answered(status))).toBe(state));

test.each<[string, AttemptAnswer, string]>([
  ["an error that came with 200", answered(200, { accepted: false }), "failed"],
  ["a forbidden address", answered(null, { blocked: true }), "dead"],
  ["a mail refused for good", answered(550, { forGood: true }), "dead"],
  ["a mail that is greylisted", answered(450, { forGood: false }), "failed"],
  ["a reply of SMTP whose number means something else in HTTP", answered(422, { forGood: false }), "failed"],
])("%s is %s", (_, answer, state) => expect(stateAfter(answer)).toBe(state));

describe("a delivery that fails while others are accepted", () => {
  test("waits longer each time, and is dead after ten tries", () => {
    const waits = RETRY_DELAYS_MS.map((_, tries) => following(answered(500), [one({ tries })]).outcomes[0]);
    expect(waits.map((outcome) => (outcome?.nextMs ?? 0) - NOW)).toEqual([...RETRY_DELAYS_MS]);
    expect(waits.map((outcome) => outcome?.tries)).toEqual(RETRY_DELAYS_MS.map((_, at) => at + 1));
    expect(following(answered(500), [one({ tries: 9 })]).outcomes).toEqual([
      { id: "d", state: "dead", tries: 10, nextMs: null },
    ]);
  });

  test("does not count failures of a failing webhook", () => {
    expect(following(answered(500), [one({ tries: 9 })], failing(5)).outcomes).toMatchObject([
      { state: "failed", tries: 9 },
    ]);
  });

  test("is dead once it is three days old, also with a failing webhook", () => {
    const old = one({ sinceMs: NOW - GIVE_UP_AFTER_MS - 1 });
    expect(following(answered(500), [old], failing(5)).outcomes).toMatchObject([{ state: "dead" }]);
    expect(GIVE_UP_AFTER_MS).toBe(3 * DAY);
  });
});

test.each([
  [1, 1_000],
  [2, 2_000],
  [5, 30_000],
  [500, 30_000],
])("after %d passes in a row that our own database failed, a webhook is left alone for %d ms", (failures, ms) =>
  expect(failedPassDelayMs(failures)).toBe(ms),
);

describe("a webhook that fails", () => {
  test.each([
    [0, SECOND],
    [1, 5 * SECOND],
    [4, MINUTE],
    [63, MINUTE],
    [64, 5 * MINUTE],
    [600, 5 * MINUTE],
  ])("rests longer each time, a minute in the first hour and five later: after %i failures", (failures, rest) => {
    const { health } = following(answered(503), [one()], { ...failing(failures), restUntilMs: NOW });
    expect([health.failures, health.restUntilMs - NOW]).toEqual([failures + 1, rest]);
  });

  test("is healthy again with the first message it accepts", () => {
    expect(following(answered(204), [one()], failing(9)).health).toEqual(HEALTHY);
  });

  test("counts failed answers of messages in flight together as one failure", () => {
    const { health } = following(answered(503));
    expect(following(answered(503), [one({ id: "e" })], health).health).toEqual(health);
  });

  test("that refuses one message for good gets the next at once", () => {
    expect(following(answered(400), [one()], failing(3)).health.restUntilMs).toBe(NOW);
  });

  test.each([
    ["lengthens the rest", 600 * SECOND, 600 * SECOND],
    ["does not shorten it", 1, SECOND],
    ["counts for a day at most", 1_000 * HOUR, DAY],
  ])("Retry-After %s", (_, retryAfterMs, rest) =>
    expect(following(answered(429, { retryAfterMs })).health.restUntilMs).toBe(NOW + rest),
  );

  test("has its rest prolonged by chance, by up to a fifth", () => {
    const rest = (chance: number) => following(answered(500), [one()], failing(4), chance).health.restUntilMs - NOW;
    expect([rest(0), rest(0.5), rest(1)]).toEqual([60_000, 66_000, 72_000]);
  });
});

describe("a batch", () => {
  const batch = [one({ id: "a" }), one({ id: "b", tries: 1 })];
  test("that is accepted delivers all of it", () => {
    expect(following(answered(200), batch).outcomes.map(({ id, state }) => `${id} ${state}`)).toEqual([
      "a delivered",
      "b delivered",
    ]);
  });
  test("that is refused for good is split: each delivery goes alone, at once", () => {
    expect(following(answered(400), batch).outcomes).toEqual(
      ["a", "b"].map((id) => ({ id, state: "failed", tries: ALONE_FROM_TRIES, nextMs: NOW })),
    );
  });
  test.each([
    ["to a forbidden address", answered(null, { blocked: true })],
    ["to a receiver that is gone", answered(410)],
  ])("%s is dead as a whole", (_, answer) => {
    expect(following(answer, batch).outcomes.map(({ state }) => state)).toEqual(["dead", "dead"]);
  });
});
