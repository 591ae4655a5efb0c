import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { HOUR, MINUTE, SECOND } from "@/lib/base/time/duration";
import { clockStepMs } from "@/lib/collector/clock-step";
import { FLOWS, type Timeline, timeline } from "@/lib/collector/timeline.testing";
import type { Connection } from "@/lib/rabbitmq/api/broker";
import { aConnection } from "@/lib/rabbitmq/api/connection.testing";
import { parseConnections } from "@/lib/rabbitmq/api/parse";

const connection = (connectedAtMs: number, of: Partial<Connection> = {}): Connection =>
  aConnection(40_001, { connectedAtMs, ...of });
const states = (line: Timeline): string => [...line.memory().clients.values()].map((one) => one.state).join(" ");

describe("our clock is set", () => {
  test.each([
    ["an hour forward", HOUR],
    ["an hour back", -HOUR],
  ])("%s: nobody is late, nobody is lost, and no span is negative", (_, byMs) => {
    const line = timeline();
    const one = connection(line.nowMs() - MINUTE);
    const gone = connection(line.nowMs() - MINUTE, { name: "10.0.0.1:40002 -> b:1", userProvidedName: "gone" });
    for (let poll = 0; poll < 10; poll++) {
      const beat = { recvOct: poll, sendOct: poll };
      line.poll({ connections: [{ ...one, ...beat }, ...(poll < 9 ? [{ ...gone, ...beat }] : [])] });
    }
    line.step(byMs);
    // The broker's own beat went out and the client's is not due yet.
    const { facts } = line.poll({ connections: [{ ...one, recvOct: 9, sendOct: 50 }] });
    expect(states(line)).toBe("connected absent");
    for (const { value } of facts.readings) expect(value === null || value >= 0).toBe(true);
    const absent = facts.readings.find((one) => one.signal === "client.absent" && (one.value ?? 0) > 0);
    expect(absent?.value).toBe(5);
  });

  test.each([
    ["it only ran", 5_000, 5_000, 0],
    ["it was slewed", 5_002, 5_000, 0],
    ["forward", HOUR + 5_000, 5_000, HOUR],
    ["back", 5_000 - HOUR, 5_000, -HOUR],
  ])("told by the steady one: %s", (_, wallMs, steadyMs, by) =>
    expect(clockStepMs({ wallMs: 0, steadyMs: 0 }, { wallMs, steadyMs })).toBe(by),
  );
});

describe("the broker's clock is another", () => {
  const MINUTES_BEHIND = [0, 5, 60, -60];
  test.each(MINUTES_BEHIND)("%i minutes behind: a connection told of before it is listed is one session", (behind) => {
    const line = timeline([], FLOWS);
    line.poll({});
    const atMs = line.nowMs() - behind * MINUTE;
    const one = connection(atMs);
    line.hear([{ kind: "opened", atMs, connection: one, pid: null }]);
    line.poll({ connections: [] }, SECOND);
    expect(states(line)).toBe("connected");
    const known = [...line.memory().open.keys()];
    line.poll({ connections: [{ ...one, recvOct: 108 }] });
    expect([states(line), [...line.memory().open.keys()]]).toEqual(["connected", known]);
  });

  test.each(MINUTES_BEHIND)("%i minutes behind: who leaves by himself did not go with the node", (behind) => {
    const line = timeline();
    const one = connection(line.nowMs() - behind * MINUTE);
    const uptimes = { uptimeMs: 20 * MINUTE, aheadMs: behind * MINUTE };
    line.poll({ connections: [one], ...uptimes });
    const { facts } = line.poll({ connections: [], ...uptimes });
    expect(facts.sessions.map((session) => session.end?.reason)).toEqual(["unknown"]);
  });

  test("ahead: a stop announced an hour from now explains no end after the start", () => {
    const line = timeline([], FLOWS);
    line.poll({ heard: [{ kind: "stopping", atMs: line.nowMs() + HOUR, node: null }] });
    line.poll({ connections: [connection(line.nowMs() + HOUR)] });
    const { facts } = line.poll({ connections: [] });
    expect(facts.sessions[0]?.end?.reason).not.toBe("broker-stopped");
  });
});

test("connections of other protocols (recorded on 3.10.8) are followed, and never late", () => {
  const file = join(import.meta.dirname, "../rabbitmq/api/recorded/3.10.8/connections_other_protocols.json");
  const parsed = parseConnections(JSON.parse(readFileSync(file, "utf8")));
  if (!parsed.ok) throw new Error("refused");
  const line = timeline();
  for (let poll = 0; poll < 40; poll++)
    line.poll({ connections: parsed.value.rows.map((row) => ({ ...row, sendOct: poll })) });
  const { facts } = line.poll({ connections: parsed.value.rows });
  expect(states(line)).toBe("connected connected connected connected");
  expect(facts.readings.filter((one) => one.signal === "client.heartbeat.silence")).toEqual([]);
});
