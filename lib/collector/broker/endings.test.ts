import { describe, expect, test } from "vitest";
import { BUILT_IN_RULES } from "@/lib/alerts/catalogue/built-in";
import { type AlertMemory, evaluateAlerts } from "@/lib/alerts/engine/evaluate-alerts";
import { resolutionOf } from "@/lib/alerts/model/resolution";
import { channel, connection, MINUTE_OF_POLLS } from "@/lib/collector/broker/activity-timeline.testing";
import { FLOWS, type Poll, timeline } from "@/lib/collector/broker/timeline.testing";
import type { BrokerNode, Connection } from "@/lib/rabbitmq/api/broker";
import { aQueue } from "@/lib/rabbitmq/queues/queues.testing";

/** The rules as shipped on a broker; the log has what fired and how it ended. */
function world() {
  const line = timeline([], FLOWS);
  let alerts: AlertMemory = new Map();
  const log: string[] = [];
  const summaries: string[] = [];
  const poll = (seen: Poll) => {
    const { readings, ended } = line.poll(seen).facts;
    const evaluated = evaluateAlerts(alerts, { rules: BUILT_IN_RULES, readings, ended, nowMs: line.nowMs() });
    alerts = evaluated.after;
    for (const { type, alert } of evaluated.events) {
      log.push(`${alert.rule} ${type === "alert.firing" ? "firing" : resolutionOf(alert)}`);
      summaries.push(alert.summary);
    }
  };
  return {
    line,
    log,
    summaries,
    run: (polls: number, seen: (poll: number) => Poll) => {
      for (let at = 0; at < polls; at++) poll(seen(at));
    },
    of: (rule: string) => log.filter((entry) => entry.startsWith(`${rule} `)),
    restart: () =>
      line.restart(
        undefined,
        false,
        [...alerts.values()].flatMap(({ alert: { labels } }) => (labels.queue === undefined ? [] : [labels])),
      ),
    closes: (one: Connection): Poll => ({
      connections: [],
      events: [
        {
          kind: "close-reason",
          atMs: line.nowMs(),
          connection: one.name,
          reason: "client-closed",
          detail: null,
          final: true,
        },
        { kind: "closed", atMs: line.nowMs(), node: "rabbit@a", connection: one.name },
      ],
    }),
  };
}

/** A worker in trouble for each rule about its work: what it is like when it is well, and in trouble. */
const CLIENTS: readonly (readonly [rule: string, trouble: (one: Connection) => Poll, minutes: number])[] = [
  ["client-unacked-pinned", (one) => ({ channels: [channel(one, { unacked: 5, delivered: 12, acked: 7 })] }), 12],
  [
    "client-blocked",
    (one) => ({ connections: [{ ...one, state: "blocked" }], channels: [channel(one, {})], alarm: true }),
    2,
  ],
];

describe.each(CLIENTS)("%s", (rule, trouble, minutes) => {
  const inTrouble = () => {
    const all = world();
    const one = connection("worker");
    all.run(10, (at) => ({ connections: [one], channels: [channel(one, { published: at, delivered: 12, acked: 7 })] }));
    all.run(minutes * MINUTE_OF_POLLS, () => ({ connections: [one], ...trouble(one) }));
    expect(all.of(rule)).toEqual([`${rule} firing`]);
    return { all, one };
  };

  test("its connection ends: nothing", () => {
    const { all } = inTrouble();
    all.run(6 * MINUTE_OF_POLLS, () => ({ connections: [], channels: [] }));
    expect(all.of(rule)).toEqual([`${rule} firing`]);
  });

  test("it closes its connection in order: departed", () => {
    const { all, one } = inTrouble();
    all.run(1, () => all.closes(one));
    all.run(2 * MINUTE_OF_POLLS, () => ({ connections: [], channels: [] }));
    expect(all.of(rule)).toEqual([`${rule} firing`, `${rule} departed`]);
  });

  test("it works again: recovered", () => {
    const { all, one } = inTrouble();
    all.run(4, (at) => ({ connections: [one], channels: [channel(one, { delivered: 20 + at, acked: 20 + at })] }));
    expect(all.of(rule)).toEqual([`${rule} firing`, `${rule} recovered`]);
  });
});

test("a pinned channel that the broker closes: nothing; the client acknowledges again: recovered", () => {
  const rule = "client-unacked-pinned";
  const all = world();
  const one = connection("worker");
  const pinned = (): Poll => ({
    connections: [one],
    channels: [channel(one, { unacked: 5, delivered: 12, acked: 7 })],
  });
  all.run(12 * MINUTE_OF_POLLS, pinned);
  all.run(5 * MINUTE_OF_POLLS, () => ({ connections: [one], channels: [] }));
  expect(all.of(rule)).toEqual([`${rule} firing`]);
  const again = (at: number) => ({ ...channel(one, { delivered: at, acked: at }), name: `${one.name} (2)` });
  all.run(4, (at) => ({ connections: [one], channels: [again(at)] }));
  expect(all.of(rule)).toEqual([`${rule} firing`, `${rule} recovered`]);
});

describe("a queue without a consumer", () => {
  const rule = "queue-without-consumer";
  const full = aQueue("orders", { ready: 500 });
  const other = aQueue("mails", { consumers: 1 });
  const waiting = () => {
    const all = world();
    all.run(MINUTE_OF_POLLS, () => ({ queues: [{ ...full, ready: 0, consumers: 1 }, other], queuesTotal: 2 }));
    all.run(20 * MINUTE_OF_POLLS, () => ({ queues: [full, other], queuesTotal: 2 }));
    expect(all.of(rule)).toEqual([`${rule} firing`]);
    return all;
  };

  test("that is deleted has departed, and says with how many messages", () => {
    const all = waiting();
    all.run(1, () => ({ queues: [other], queuesTotal: 1 }));
    expect(all.of(rule)).toEqual([`${rule} firing`, `${rule} departed`]);
    expect(all.summaries.at(-1)).toContain("was deleted with 500 messages");
  });

  test("that is deleted while no process runs has departed, too", () => {
    const all = waiting();
    all.restart();
    all.run(1, () => ({ queues: [other], queuesTotal: 1 }));
    expect(all.of(rule)).toEqual([`${rule} firing`, `${rule} departed`]);
  });

  test("that we may not see any more has not", () => {
    const all = waiting();
    all.run(MINUTE_OF_POLLS, () => ({ queues: [], queuesTotal: 2 }));
    all.restart();
    all.run(MINUTE_OF_POLLS, () => ({ queues: [], queuesTotal: 2 }));
    expect(all.of(rule)).toEqual([`${rule} firing`]);
  });
});

describe("a cluster", () => {
  const node = (name: string, facts: Partial<BrokerNode> = {}): BrokerNode => ({
    ...{ name, running: true, memoryUsedBytes: null, memoryLimitBytes: null, memoryAlarm: false, diskAlarm: false },
    uptimeMs: 9_000_000,
    ...facts,
  });
  const a = node("rabbit@a");
  const down = node("rabbit@b", { running: false, memoryAlarm: null, diskAlarm: null, uptimeMs: null });
  const run = (polls: number, all: ReturnType<typeof world>, ...nodes: readonly BrokerNode[]) =>
    all.run(polls, () => ({ nodes }));

  test.each([
    ["runs again: recovered", [a, node("rabbit@b", { uptimeMs: 5_000 })], "recovered"],
    ["is removed from it: departed", [a], "departed"],
  ] as const)("a node that was down %s", (_, nodes, resolution) => {
    const all = world();
    run(5, all, a, node("rabbit@b"));
    run(10, all, a, down);
    expect(all.of("node-down")).toEqual(["node-down firing"]);
    run(2, all, ...nodes);
    expect(all.of("node-down")).toEqual(["node-down firing", `node-down ${resolution}`]);
  });

  test("a node that goes down with its alarm on has not cleared it", () => {
    const all = world();
    run(5, all, a, node("rabbit@b", { memoryAlarm: true }));
    run(20, all, a, down);
    expect(all.of("broker-alarm")).toEqual(["broker-alarm firing"]);
    run(2, all, a, node("rabbit@b", { uptimeMs: 5_000 }));
    expect(all.of("broker-alarm")).toEqual(["broker-alarm firing", "broker-alarm recovered"]);
  });
});
