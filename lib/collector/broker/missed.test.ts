import { describe, expect, test } from "vitest";
import { MINUTE, SECOND } from "@/lib/base/time/duration";
import { FLOWS, type Timeline, timeline } from "@/lib/collector/broker/timeline.testing";
import type { Connection } from "@/lib/rabbitmq/api/broker";
import { aConnection } from "@/lib/rabbitmq/api/connection.testing";

const AT = Date.UTC(2026, 10, 20, 23, 30);

const connection = (port: number, octets: number, connectedAtMs = AT): Connection =>
  aConnection(port, { connectedAtMs, recvOct: 100 + 8 * octets, sendOct: 100 + 8 * octets });

const worker = (line: Timeline) => {
  const [client] = line.memory().clients.values();
  if (!client) throw new Error("no client");
  return client;
};

describe("a list without a connection that is still open", () => {
  test.each([5 * SECOND, MINUTE, 5 * MINUTE])(
    "for %d ms: who is seen again never ended, and never reconnected",
    (ms) => {
      const line = timeline();
      for (let octets = 0; octets < 4; octets++) line.poll({ connections: [connection(1, octets)] });
      const closed = line.poll({ connections: [] });
      expect(closed.facts.sessions).toMatchObject([{ end: { reason: "unknown" } }]);
      for (let passed = 5 * SECOND; passed < ms; passed += 5 * SECOND) line.poll({ connections: [] });

      const back = line.poll({ connections: [connection(1, 9)] });
      expect(back.facts.sessions).toMatchObject([{ closedMs: null, end: null, reconnect: false }]);
      expect(worker(line)).toMatchObject({ state: "connected", lastEnd: null, unreplaced: 0, reconnectsMs: [] });
      expect(line.memory().recentlyEnded.size).toBe(0);
    },
  );

  test("its silence is counted from when it was listed again", () => {
    const line = timeline();
    for (let octets = 0; octets < 4; octets++) line.poll({ connections: [connection(1, octets)] });
    for (let poll = 0; poll < 12; poll++) line.poll({ connections: [] });
    for (let poll = 0; poll < 4; poll++) line.poll({ connections: [connection(1, 3)] });
    expect(worker(line).state).toBe("connected");
  });

  test("a connection that was taken for its successor was a second one all along", () => {
    const line = timeline();
    line.poll({ connections: [connection(1, 0)] });
    line.poll({ connections: [connection(1, 1)] });
    line.poll({ connections: [] });
    const openedMs = line.nowMs() + SECOND;
    line.poll({ connections: [connection(2, 0, openedMs)] });
    expect(worker(line)).toMatchObject({ reconnectsMs: [openedMs], unreplaced: 0 });
    line.poll({ connections: [connection(1, 3), connection(2, 1, openedMs)] });
    expect(worker(line)).toMatchObject({ reconnectsMs: [], unreplaced: 0, lastEnd: null });
    expect([...line.memory().open.values()].map((session) => session.reconnect)).toEqual([false, false]);
  });

  test("the same with a broker's clock behind ours", () => {
    const line = timeline();
    line.poll({});
    const behindMs = line.nowMs() - MINUTE;
    const one = (octets: number) => connection(1, octets, behindMs);
    const two = (octets: number) => connection(2, octets, behindMs + 1);
    const three = (octets: number) => connection(3, octets, behindMs + 2);
    line.poll({ connections: [one(0), two(0)] }, SECOND);
    line.poll({ connections: [one(1), three(0)] }, SECOND);
    expect(worker(line).reconnectsMs).toHaveLength(1);
    line.poll({ connections: [one(2), two(1), three(1)] });
    expect(worker(line)).toMatchObject({ reconnectsMs: [], unreplaced: 0, lastEnd: null });
  });

  test.each(["event", "log"] as const)("an end reported by %s is final, whatever an old list shows", (by) => {
    const line = timeline([], FLOWS);
    line.poll({ connections: [connection(1, 0)] });
    const atMs = line.nowMs();
    const { name } = connection(1, 0);
    line.pushEvents([
      by === "event"
        ? { kind: "closed", atMs, node: "rabbit@a", connection: name }
        : { kind: "close-reason", atMs, connection: name, reason: "connection-lost", detail: null, final: true },
    ]);
    const old = line.poll({ connections: [connection(1, 1)] });
    expect(old.facts.sessions).toEqual([]);
    expect(line.memory().open.size).toBe(0);
  });
});
