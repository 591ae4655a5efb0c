import { describe, expect, test } from "vitest";
import { closeExpected, lagOf, missedHeartbeats, STATS_LAG_MS } from "@/lib/rabbitmq/heartbeats/late";

const LAG = STATS_LAG_MS;
/** For a timeout and the seconds since recv_oct last changed: the missed intervals. By default send_oct has changed. */
const missed = (timeoutSeconds: number, unchangedSeconds: number, sendGrew = true) => {
  const recvGrewMs = 1_000_000;
  const observation = { timeoutSeconds, recvGrewMs, sendGrewMs: sendGrew ? recvGrewMs + 1_000 : recvGrewMs };
  return missedHeartbeats(observation, LAG, recvGrewMs + unchangedSeconds * 1_000);
};

describe("a healthy client is never late", () => {
  test.each([
    ["a heartbeat every T, with numbers 10 s old", 60, 70],
    ["the same at T = 20", 20, 30],
    ["the same at T = 10", 10, 20],
    ["with two seconds of slack for timers and answers", 20, 32],
    ["with heartbeats off, a silence of a day", 0, 86_400],
  ])("%s", (_, timeout, unchanged) => expect(missed(timeout, unchanged)).toBe(0));

  test("old statistics are not a silent client: the broker's own heartbeats do not show either", () =>
    expect(missed(20, 300, false)).toBe(0));
});

describe("a silent client is late as early as the numbers allow", () => {
  test.each([
    ["T = 60: 72 s after its number last changed, 108 s or more before 3 T", 60, 72.1, 1],
    ["T = 20", 20, 32.1, 1],
    ["a second interval later, two missed", 20, 52.1, 2],
  ])("%s", (_, timeout, unchanged, expected) => expect(missed(timeout, unchanged)).toBe(expected));
});

describe("the broker closes at the second check in a row without change, with checks every T from the opening", () => {
  // Measured on RabbitMQ 3.10.8 with real clients stopped by SIGSTOP at T = 10: seconds after the last byte.
  test.each([
    ["a heartbeat every T just after a check: 3 T", 10, 20.04, 50],
    ["a heartbeat every T/2: 2.5 T", 10, 25, 50],
    ["silent from the opening on: 3 T", 10, 0, 30],
    ["the last byte just before a check: hardly more than 2 T", 10, 29.99, 50],
  ])("%s", (_, timeout, lastByteSeconds, closeSeconds) => {
    const opened = 5_000_000;
    const observation = { timeoutSeconds: timeout, recvGrewMs: opened + lastByteSeconds * 1_000, sendGrewMs: 0 };
    expect(closeExpected(opened, observation, 0, 0)).toEqual({
      from: opened + closeSeconds * 1_000,
      to: opened + closeSeconds * 1_000,
    });
  });

  test("an old number widens it into a span that contains the true instant", () => {
    const opened = 0;
    for (let lastByte = 0; lastByte < 120_000; lastByte += 777) {
      const truth = closeExpected(opened, { timeoutSeconds: 20, recvGrewMs: lastByte, sendGrewMs: 0 }, 0, 0).from;
      for (const lag of [0, 3_000, LAG, LAG + 5_000]) {
        const observed = { timeoutSeconds: 20, recvGrewMs: lastByte + lag, sendGrewMs: 0 };
        const expected = closeExpected(opened, observed, LAG, 5_000);
        expect(expected.from).toBeLessThanOrEqual(truth);
        expect(expected.to).toBeGreaterThanOrEqual(truth);
      }
    }
  });
});

test("a slow API makes its numbers older: the answer itself and the node's cache of five times as long", () => {
  expect(lagOf(0, null)).toBe(STATS_LAG_MS);
  expect(lagOf(1_000, null)).toBe(STATS_LAG_MS + 6_000);
});
