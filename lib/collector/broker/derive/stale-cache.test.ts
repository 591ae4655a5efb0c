import { describe, expect, test } from "vitest";
import type { Failure } from "@/lib/base/errors/failure";
import { verbatim } from "@/lib/base/messages/reason";
import { MINUTE, SECOND } from "@/lib/base/time/duration";
import { type Timeline, timeline } from "@/lib/collector/broker/timeline.testing";
import type { Connection } from "@/lib/rabbitmq/api/broker";
import { aConnection } from "@/lib/rabbitmq/api/connection.testing";

const PORTS = [1, 2, 3];
const STALLED: Failure = { code: "timeout", retry: true, reason: verbatim("no answer within 15 s") };

/** Connections of T = 20 s as they are at one moment: either side is heard every ten seconds, five apart. */
const at = (ms: number, frozen: { port: number; sinceMs: number } | null = null): Connection[] =>
  PORTS.map((port) => {
    const grewMs = frozen?.port === port ? Math.min(ms, frozen.sinceMs) : ms;
    const octets = (untilMs: number) => 8 * Math.floor(untilMs / (10 * SECOND));
    return aConnection(port, {
      userProvidedName: `worker-${port}`,
      recvOct: octets(grewMs),
      sendOct: octets(ms + 5 * SECOND),
    });
  });

const states = (line: Timeline) => [...line.memory().clients.values()].map((client) => client.state);
const healthy = ["connected", "connected", "connected"];

function begun(): Timeline {
  const line = timeline();
  for (let poll = 0; poll < 13; poll++) line.poll({ connections: at(line.nowMs() + 5 * SECOND) });
  return line;
}

// Seen on a cluster of two nodes of 3.10.8: one hung for a minute, and the other's management API went on serving
// the list of that time for five times as long (management.db_cache_multiplier).
describe("after a node hung, its cache serves an old list", () => {
  test.each<[string, (line: Timeline) => void]>([
    [
      "no answer within our deadline, four times",
      (line) => repeat(4, () => line.poll({ failure: STALLED }, 15 * SECOND)),
    ],
    [
      "one answer that took long",
      (line) => line.poll({ connections: at(line.nowMs()), answerMs: 14 * SECOND }, 15 * SECOND),
    ],
  ])("%s: nobody is called late by it", (_, hang) => {
    const line = begun();
    const list = at(line.nowMs());
    hang(line);
    for (let passed = 0; passed < MINUTE; passed += 5 * SECOND) {
      line.poll({ connections: list });
      expect(states(line)).toEqual(healthy);
    }
    line.poll({ connections: at(line.nowMs() + 5 * SECOND) });
    expect(states(line)).toEqual(healthy);
  });

  test("a client that is silent while others' statistics move is late as usual", () => {
    const line = begun();
    const sinceMs = line.nowMs();
    repeat(4, () => line.poll({ failure: STALLED }, 15 * SECOND));
    repeat(10, () => line.poll({ connections: at(line.nowMs() + 5 * SECOND, { port: 2, sinceMs }) }));
    expect(states(line)).toEqual(["connected", "late", "connected"]);
  });

  test("staleness ends: a list that does not change for much longer does not come from a cache", () => {
    const line = begun();
    const list = at(line.nowMs());
    repeat(2, () => line.poll({ failure: STALLED }, 15 * SECOND));
    // Their own counter moved once more than the clients', so that it is not the statistics that stand.
    const still = list.map((one) => ({ ...one, sendOct: (one.sendOct ?? 0) + 8 }));
    repeat(60, () => line.poll({ connections: still }));
    expect(states(line)).toEqual(["late", "late", "late"]);
  });

  test("a refused connection is no hang: it makes no list stale", () => {
    const line = begun();
    const sinceMs = line.nowMs();
    repeat(4, () => line.poll({ failure: { code: "refused", retry: true, reason: verbatim("refused") } }, 15 * SECOND));
    expect(line.memory().staleness).toEqual({ sinceMs: null, untilMs: 0 });
    repeat(10, () => line.poll({ connections: at(line.nowMs() + 5 * SECOND, { port: 2, sinceMs }) }));
    expect(states(line)).toEqual(["connected", "late", "connected"]);
  });
});

function repeat(times: number, act: () => unknown): void {
  for (let time = 0; time < times; time++) act();
}
