import { expect, test } from "vitest";
import { closesAtMs, createSimulatedBroker, type SimulatedClient } from "./simulated-broker.ts";

const idle: SimulatedClient = { name: "idle", timeoutSeconds: 20, messagesPerSecond: 0, queue: null };

test.each([
  // opened, last byte, timeout (s) → close; measured on silenced connections, rounded to the second
  ["silent from the start", 0, 0, 20, 60_000],
  ["silent just before a heartbeat check", 0, 19_999, 20, 60_000],
  ["silent just after a heartbeat check", 0, 20_000, 20, 80_000],
  ["a heartbeat at each full period, timeout 10", 0, 10_000, 10, 40_000],
])("%s", (_, opened, last, timeout, close) => expect(closesAtMs(opened, last, timeout)).toBe(close));

function live(until: number, act: (seconds: number, broker: ReturnType<typeof createSimulatedBroker>) => void) {
  const broker = createSimulatedBroker(0);
  broker.connect(idle, 0);
  for (let seconds = 1; seconds <= until; seconds++) {
    act(seconds, broker);
    broker.step(seconds * 1_000);
  }
  return broker;
}

test("an idle client sends two heartbeats per timeout, visible in steps of five seconds", () => {
  const shown: (number | undefined)[] = [];
  live(21, (_, broker) => void shown.push(broker.connections.get("idle")?.shown?.recvOct));
  expect(new Set(shown)).toEqual(new Set([undefined, 430, 438, 446]));
});

test("a frozen client is closed by the heartbeat formula while the broker keeps sending", () => {
  const sent: number[] = [];
  const seen: number[] = [];
  const broker = live(80, (seconds, world) => {
    if (seconds === 22) world.freeze("idle");
    const connection = world.connections.get("idle");
    if (connection === undefined) return;
    seen.push(seconds);
    sent.push(connection.sendOct);
  });
  expect(broker.closed).toBe(1);
  expect(seen.at(-1)).toBe(80);
  expect(sent.at(-1)).toBeGreaterThan(sent[22] ?? Infinity);
});

test("a thaw in time keeps the connection; a late thaw opens a new one", () => {
  const early = live(100, (seconds, broker) => {
    if (seconds === 22) broker.freeze("idle");
    if (seconds === 50) broker.thaw("idle", 50_000);
  });
  const late = live(100, (seconds, broker) => {
    if (seconds === 22) broker.freeze("idle");
    if (seconds === 90) broker.thaw("idle", 90_000);
  });
  expect([early.opened, early.closed]).toEqual([1, 0]);
  expect([late.opened, late.closed]).toEqual([2, 1]);
});

test("a client that vanishes disappears at once", () => {
  const broker = live(10, (seconds, world) => seconds === 5 && world.vanish("idle"));
  expect([broker.connections.size, broker.closed]).toEqual([0, 1]);
});
