import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Rule } from "@/lib/alerts/model/rule";
import { done } from "@/lib/base/errors/failure";
import { HOUR, MINUTE, SECOND } from "@/lib/base/time/duration";
import { channel } from "@/lib/collector/broker/activity-timeline.testing";
import { FLOWS, type Timeline, timeline } from "@/lib/collector/broker/timeline.testing";
import type { ApplicationFacts } from "@/lib/collector/source/follow-application";
import { aJobQueue, type SourceTimeline, sourceTimeline } from "@/lib/collector/source/source-timeline.testing";
import { clockStepMs, shiftBrokerMemory } from "@/lib/collector/tick/clock-step";
import type { Connection } from "@/lib/rabbitmq/api/broker";
import { aConnection } from "@/lib/rabbitmq/api/connection.testing";
import { parseConnections } from "@/lib/rabbitmq/api/parse";
import { aQueue } from "@/lib/rabbitmq/queues/queues.testing";
import { fastStreamReading } from "@/lib/sources/faststream/mapping";
import type { SourceReading } from "@/lib/sources/jobs/job";
import { clockAhead, toOurClock } from "@/lib/sources/jobs/reading";
import { roadRunnerReading } from "@/lib/sources/roadrunner/mapping";

const connection = (connectedAtMs: number, of: Partial<Connection> = {}): Connection =>
  aConnection(40_001, { connectedAtMs, ...of });
const states = (line: Timeline): string => [...line.memory().clients.values()].map((one) => one.state).join(" ");

describe("our clock is set", () => {
  test.each([
    ["an hour forward", HOUR],
    ["an hour back", -HOUR],
  ])("%s: no client is late or lost, and no duration is negative", (_, byMs) => {
    const line = timeline();
    const one = connection(line.nowMs() - MINUTE);
    const closing = connection(line.nowMs() - MINUTE, { name: "10.0.0.1:40002 -> b:1", userProvidedName: "gone" });
    for (let poll = 0; poll < 10; poll++) {
      const octets = { recvOct: poll, sendOct: poll };
      line.poll({ connections: [{ ...one, ...octets }, ...(poll < 9 ? [{ ...closing, ...octets }] : [])] });
    }
    line.stepClock(byMs);
    // The broker's own beat went out and the client's is not due yet.
    const { facts } = line.poll({ connections: [{ ...one, recvOct: 9, sendOct: 50 }] });
    expect(states(line)).toBe("connected absent");
    for (const { value } of facts.readings) expect(value === null || value >= 0).toBe(true);
    const absent = facts.readings.find((one) => one.signal === "client.absent" && (one.value ?? 0) > 0);
    expect(absent?.value).toBe(5);
  });
});

test.each([
  ["it only ran", 5_000, 5_000, 0],
  ["it was slewed", 5_002, 5_000, 0],
  ["forward", HOUR + 5_000, 5_000, HOUR],
  ["back", 5_000 - HOUR, 5_000, -HOUR],
])("a step is the difference between the wall clock and the steady clock: %s", (_, wallMs, steadyMs, by) =>
  expect(clockStepMs({ wallMs: 0, steadyMs: 0 }, { wallMs, steadyMs })).toBe(by),
);

const rule = (id: string): Rule => ({
  ...{ id, signal: "jobs.queued", match: [], condition: { kind: "value" }, comparison: "above" },
  ...{ warning: null, critical: null, forMs: 0, keepFiringMs: 0, clearAt: null },
  ...{ enabled: true, inferred: false, origin: "page", path: null },
});

const STEPS: readonly (readonly [string, number])[] = [
  ["an hour forward", HOUR],
  ["an hour back", -HOUR],
  ["ten minutes forward", 10 * MINUTE],
  ["a minute back", -MINUTE],
  ["two seconds forward", 2 * SECOND],
  ["two seconds back", -2 * SECOND],
];

/** Every number that is an instant of this day, by its path: also one in a field whose name does not say so. */
function instantsIn(value: unknown, path = ""): readonly (readonly [path: string, atMs: number])[] {
  if (typeof value === "number") return Math.abs(value - Date.UTC(2026, 10, 21)) < 6 * HOUR ? [[path, value]] : [];
  if (typeof value !== "object" || value === null) return [];
  const entries = value instanceof Map || Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return entries.flatMap(([name, part]) => instantsIn(part, Array.isArray(value) ? `${path}[]` : `${path}.${name}`));
}

test("every instant in a broker's memory moves with our clock, but those of other clocks and of stored minutes", () => {
  const line = timeline([], FLOWS);
  const one = connection(line.nowMs() - MINUTE, { timeoutSeconds: 10 });
  const blocked = connection(line.nowMs() - MINUTE, { name: "10.0.0.1:40003 -> b:1", state: "blocked" });
  const closing = connection(line.nowMs() - MINUTE, { name: "10.0.0.1:40004 -> b:1", userProvidedName: "gone" });
  for (let poll = 0; poll < 20; poll++) {
    const octets = { recvOct: poll, sendOct: poll };
    line.poll({
      connections: [one, { ...blocked, ...octets }, ...(poll < 5 ? [{ ...closing, ...octets }] : [])],
      consumers: [{ connection: blocked.name, queue: "q", tag: "t" }],
      queues: [aQueue("q", { ready: 3 })],
      channels: [channel(blocked, { unacked: 5, published: poll, delivered: poll })],
      answerMs: poll === 3 ? 3_000 : 5,
      events: poll === 4 ? [{ kind: "stopping", atMs: line.nowMs(), node: "rabbit@b" }] : [],
    });
  }
  // The picture of the last hour's silence begins anew.
  const before = { ...line.memory(), silence: new Map() };
  const after = instantsIn(shiftBrokerMemory(before, MINUTE, line.nowMs() + HOUR));
  const unmoved = instantsIn(before)
    .filter(([, atMs], at) => after[at]?.[1] !== atMs + MINUTE)
    .map(([path]) => path.replace(/^.*[.\]]/, "").replace(/^\d+$/, "[]"));
  expect(instantsIn(before).length).toBeGreaterThan(30);
  expect([...new Set(unmoved)].sort()).toEqual(["minuteMs", "openedMs"]);
});

describe("our clock is set between two polls of a source", () => {
  /** Work waits, retries stand still, updates are rolled back, nobody leads, and a runner is at work. */
  const table = (line: SourceTimeline, previous: SourceReading | null): SourceReading<ApplicationFacts> => {
    const sourceNowMs = line.sourceNowMs() + 42 * MINUTE;
    const clockAheadMs = clockAhead(previous, sourceNowMs, line.nowMs());
    const agoMs = (ms: number) => toOurClock(sourceNowMs - ms, clockAheadMs);
    const startedMs = agoMs((line.polls() + 6) * 5 * SECOND);
    const job = { id: "1", type: "mail", startedMs, updatedMs: agoMs(SECOND), progress: 7, failures: 0 };
    return {
      queues: [aJobQueue],
      runners: [
        {
          ...{ name: "a", lastContactMs: agoMs(30 * SECOND), overduePendingMs: agoMs(MINUTE), deadAfterSeconds: 120 },
          holding: [{ ...job, phase: "processing" }],
        },
      ],
      ...{ finishedTotal: 9, generation: "1", atMs: line.nowMs(), exactAgainMs: null, standby: null, clockAheadMs },
      leader: { present: false, waitingSinceMs: null },
      writes: { updates: 9 * line.polls(), rollbacks: 9 * line.polls() },
    };
  };
  const answer = (status: number, durationMs: number) => done({ status, text: "", durationMs });
  const roadRunner = (line: SourceTimeline, previous: SourceReading | null): SourceReading<ApplicationFacts> =>
    roadRunnerReading(
      { jobs: answer(503, 5), ready: answer(200, 1), health: answer(200, 1), metrics: null, config: null },
      { source: "mine", nowMs: line.nowMs(), previous },
    );
  const fastStream = (line: SourceTimeline, previous: SourceReading | null): SourceReading<ApplicationFacts> => {
    const polls = line.polls();
    const handlers = `faststream_received_messages_total{handler="h"} ${polls}
faststream_received_messages_in_process{handler="h"} ${Math.max(0, polls - 2)}
faststream_published_messages_total ${Math.min(polls + 1, 2)}`;
    const reading = fastStreamReading(handlers, "faststream", { source: "mine", nowMs: line.nowMs(), previous });
    if (reading === null) throw new Error("this is FastStream's exporter");
    return reading;
  };
  const KINDS = { table, roadRunner, fastStream };
  const kinds = ["table", "roadRunner", "fastStream"] as const;
  const forAMinute = { ...rule("many"), warning: 1, forMs: MINUTE };
  const rising = { ...rule("rising"), condition: { kind: "rate", overMs: 20 * SECOND }, warning: 1 } as const;

  test.each(kinds.flatMap((kind) => STEPS.map(([what, byMs]) => [kind, what, byMs] as const)))(
    "%s, %s: nothing fires, and every signal is measured as without the step",
    (kind, _, byMs) => {
      const line = sourceTimeline([forAMinute, rising]);
      const twin = sourceTimeline([forAMinute, rising]);
      for (let poll = 0; poll < 6; poll++) {
        if (poll === 4) line.stepClock(byMs);
        const set = line.poll((before) => KINDS[kind](line, before));
        const untouched = twin.poll((before) => KINDS[kind](twin, before));
        expect(set.events).toEqual([]);
        expect(set.readings).toEqual(untouched.readings);
        expect(set.compared).toEqual(untouched.compared);
      }
    },
  );
});

describe("the broker's clock differs from ours", () => {
  const MINUTES_BEHIND = [0, 5, 60, -60];
  test.each(MINUTES_BEHIND)(
    "%i minutes behind: a connection with an event before it is listed is one session",
    (behind) => {
      const line = timeline([], FLOWS);
      line.poll({});
      const atMs = line.nowMs() - behind * MINUTE;
      const one = connection(atMs);
      line.pushEvents([{ kind: "opened", atMs, connection: one, pid: null }]);
      line.poll({ connections: [] }, SECOND);
      expect(states(line)).toBe("connected");
      const known = [...line.memory().open.keys()];
      line.poll({ connections: [{ ...one, recvOct: 108 }] });
      expect([states(line), [...line.memory().open.keys()]]).toEqual(["connected", known]);
    },
  );

  test.each(MINUTES_BEHIND)("%i minutes behind: a client that disconnects did not go down with the node", (behind) => {
    const line = timeline();
    const one = connection(line.nowMs() - behind * MINUTE);
    const uptimes = { uptimeMs: 20 * MINUTE, aheadMs: behind * MINUTE };
    line.poll({ connections: [one], ...uptimes });
    const { facts } = line.poll({ connections: [], ...uptimes });
    expect(facts.sessions.map((session) => session.end?.reason)).toEqual(["unknown"]);
  });

  test("ahead: a stop announced an hour from now explains no end after the start", () => {
    const line = timeline([], FLOWS);
    line.poll({ events: [{ kind: "stopping", atMs: line.nowMs() + HOUR, node: null }] });
    line.poll({ connections: [connection(line.nowMs() + HOUR)] });
    const { facts } = line.poll({ connections: [] });
    expect(facts.sessions[0]?.end?.reason).not.toBe("broker-stopped");
  });
});

test("connections of other protocols (recorded on 3.10.8) are followed, and never late", () => {
  const file = join(import.meta.dirname, "../../rabbitmq/api/recorded/3.10.8/connections_other_protocols.json");
  const parsed = parseConnections(JSON.parse(readFileSync(file, "utf8")));
  if (!parsed.ok) throw new Error("refused");
  const line = timeline();
  for (let poll = 0; poll < 40; poll++)
    line.poll({ connections: parsed.value.rows.map((row) => ({ ...row, sendOct: poll })) });
  const { facts } = line.poll({ connections: parsed.value.rows });
  expect(states(line)).toBe("connected connected connected connected");
  expect(facts.readings.filter((one) => one.signal === "client.heartbeat.silence")).toEqual([]);
});
