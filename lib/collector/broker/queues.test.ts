import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Reading } from "@/lib/alerts/model/reading";
import { MINUTE, SECOND } from "@/lib/base/time/duration";
import { type Poll, timeline } from "@/lib/collector/broker/timeline.testing";
import type { BrokerNode, Queue } from "@/lib/rabbitmq/api/broker";
import { parseNodes, parseQueues } from "@/lib/rabbitmq/api/parse";
import { DEFAULT_FOLDING_RULE_IDS } from "@/lib/rabbitmq/clients/folding-rules";
import { aQueue } from "@/lib/rabbitmq/queues/queues.testing";

const recorded = (file: string): unknown => JSON.parse(readFileSync(`lib/rabbitmq/api/recorded/${file}.json`, "utf8"));

function queuesIn(file: string): readonly Queue[] {
  const parsed = parseQueues(recorded(file), "main");
  if (!parsed.ok || parsed.value.unreadable > 0) throw new Error(`${file} was not read`);
  return parsed.value.rows;
}

function nodesIn(file: string): readonly BrokerNode[] {
  const parsed = parseNodes(recorded(file));
  if (!parsed.ok) throw new Error(`${file} was not read`);
  return parsed.value.rows;
}

const valuesOf = (readings: readonly Reading[], signal: string): Record<string, number | null> =>
  Object.fromEntries(
    readings.filter((one) => one.signal === signal).map(({ labels, value }) => [labels.queue ?? "", value]),
  );

const POLLS_A_MINUTE = MINUTE / (5 * SECOND);

/** The values of one signal of a queue, one for each poll of a story. */
function follow(signal: string, polls: number, queueAt: (at: number) => Partial<Queue>, name = "orders") {
  const { poll, restart } = timeline();
  const run = (count: number, from = 0): (number | null | undefined)[] =>
    Array.from({ length: count }, (_, at) => {
      const { facts } = poll({ queues: [aQueue(name, queueAt(from + at))] });
      return valuesOf(facts.readings, signal)[name];
    });
  return { values: run(polls), run, restart: () => restart(DEFAULT_FOLDING_RULE_IDS) };
}

const delivered = (count: number): Queue["counters"] => ({
  published: 0,
  delivered: count,
  acked: count,
  unacknowledging: 0,
});

test("a queue that had consumers is known to have had them after a restart of Lastbeat, until it is deleted", () => {
  const { poll, restart } = timeline();
  const missing = (consumers: number, ready: number) =>
    valuesOf(poll({ queues: [aQueue("orders", { consumers, ready })] }).facts.readings, "queue.consumers.missing")
      .orders;
  expect(missing(1, 0)).toBe(0);
  restart(DEFAULT_FOLDING_RULE_IDS);
  expect(missing(0, 3)).toBe(2);
  poll({ queues: [] });
  restart(DEFAULT_FOLDING_RULE_IDS);
  expect(missing(0, 3)).toBe(1);
});

describe("a cluster of two nodes, recorded on 3.10.8", () => {
  const unavailable = (poll: Poll) => valuesOf(timeline().poll(poll).facts.readings, "queue.unavailable");
  const healthy = { queues: queuesIn("3.10.8/queues_cluster"), nodes: nodesIn("3.10.8/nodes_cluster") };
  const killed = {
    queues: queuesIn("3.10.8/queues_cluster_member_killed"),
    nodes: nodesIn("3.10.8/nodes_cluster_member_killed"),
  };

  test("every queue is available while both run", () =>
    expect(unavailable(healthy)).toEqual({ "q-classic": 0, "q-on-2": 0, "q-quorum": 0, "q-stream": 0 }));

  test("a killed node takes its queue along, and the majority of what had two replicas", () =>
    expect(unavailable(killed)).toEqual({ "q-classic": 0, "q-on-2": 2, "q-quorum": 2, "q-stream": 2 }));

  test("the alert names the replicas and the node", () => {
    const { readings } = timeline().poll(killed).facts;
    const quorum = readings.find(({ signal, labels }) => signal === "queue.unavailable" && labels.queue === "q-quorum");
    expect(quorum?.context).toMatchObject({ members: 2, membersDown: 1, nodes: "rabbit@b" });
  });

  test("one of three replicas is no majority lost", () => {
    const members = ["rabbit@a", "rabbit@b", "rabbit@c"];
    const queue = aQueue("orders", { type: "quorum", members, online: ["rabbit@a", "rabbit@b"] });
    expect(unavailable({ queues: [queue], nodes: nodesIn("3.10.8/nodes_cluster") })).toEqual({ orders: 1 });
  });
});

describe("consumers that take nothing", () => {
  const SIGNAL = "queue.consumers.idle";
  const waiting = { ready: 5, consumers: 1 };
  const idle = (queueAt: (at: number) => Partial<Queue>) => follow(SIGNAL, 4, queueAt).values;

  test("is known from the second poll on", () =>
    expect(idle(() => ({ ...waiting, counters: delivered(7) }))).toEqual([null, 1, 1, 1]));
  test("at the prefetch limit they hold messages", () =>
    expect(idle(() => ({ ...waiting, unacked: 10, counters: delivered(7) }))).toEqual([null, 2, 2, 2]));
  test("one delivery or one acknowledgement is progress", () =>
    expect(idle((at) => ({ ...waiting, counters: delivered(at) }))).toEqual([null, 0, 0, 0]));
  test("without statistics it is not measured", () => expect(idle(() => waiting)).toEqual([null, null, null, null]));
  test("an empty queue is idle by right", () =>
    expect(idle(() => ({ ready: 0, consumers: 1, counters: delivered(7) }))).toEqual([0, 0, 0, 0]));
  test("consumers that leave neither begin it nor end it", () =>
    expect(idle((at) => ({ ready: 5, consumers: at < 2 ? 1 : 0, counters: delivered(7) }))).toEqual([
      null,
      1,
      null,
      null,
    ]));
  test("a restart of Lastbeat asks again", () => {
    const { run, restart } = follow(SIGNAL, 4, () => ({ ...waiting, counters: delivered(7) }));
    restart();
    expect(run(2, 4)).toEqual([null, 1]);
  });
});

describe("a backlog that grows", () => {
  const backlog = (queueAt: (at: number) => Partial<Queue>, minutes = 15) =>
    follow("queue.backlog.growing", minutes * POLLS_A_MINUTE, queueAt).values;
  const last = (values: readonly (number | null | undefined)[]) => values.at(-1);

  test("by so much that messages will wait for long", () => {
    const values = backlog((at) => ({ ready: at * 10, consumers: 1, counters: delivered(at * 20) }));
    expect(values.slice(1, POLLS_A_MINUTE)).toEqual(values.slice(1, POLLS_A_MINUTE).map(() => null));
    expect(last(values)).toBe(2);
  });
  test("faster than consumers could ever catch up", () =>
    expect(last(backlog((at) => ({ ready: at * 100, consumers: 1, counters: delivered(at) })))).toBe(3));
  test("but is consumed within seconds anyway", () =>
    expect(last(backlog((at) => ({ ready: at, consumers: 1, counters: delivered(at * 1_000) })))).toBe(1));
  test("a batch at once that drains", () =>
    expect(
      backlog((at) => ({
        ready: at < 60 ? 0 : 100_000 - at * 100,
        consumers: 1,
        counters: delivered(at * 100),
      })).filter((value) => (value ?? 0) >= 2),
    ).toEqual([]));
  test("a retry queue, a stream and our own queue may grow", () => {
    const growing = (name: string, more: Partial<Queue>) =>
      last(
        follow(
          "queue.backlog.growing",
          15 * POLLS_A_MINUTE,
          (at) => ({ ready: at * 100, consumers: 1, counters: delivered(at), ...more }),
          name,
        ).values,
      );
    expect(growing("orders.dlq", {})).toBe(0);
    expect(growing("events", { type: "stream" })).toBe(0);
    // Our own queues are in no list.
    expect(growing("lastbeat.0123456789ab.log", {})).toBeUndefined();
  });
  test("without a consumer it is another alert's, and ends none", () =>
    expect(last(backlog((at) => ({ ready: at * 100, consumers: 0, counters: delivered(0) })))).toBe(1));
});

describe("dead letters", () => {
  const arrived = (queueAt: (at: number) => Partial<Queue>, minutes = 12) =>
    follow("queue.deadletter.arrived", minutes * POLLS_A_MINUTE, queueAt, "orders.dlq").values;

  test("are counted over ten minutes; before that, those that were seen", () => {
    const values = arrived((at) => ({ ready: at, counters: delivered(0) }));
    expect(values[POLLS_A_MINUTE]).toBe(POLLS_A_MINUTE);
    expect(values.at(-1)).toBeGreaterThan(100);
  });
  test("that none arrived is known after ten minutes", () => {
    const values = arrived(() => ({ ready: 5, counters: delivered(0) }));
    expect(values.slice(0, 8 * POLLS_A_MINUTE).filter((value) => value !== null)).toEqual([]);
    expect(values.at(-1)).toBe(0);
  });
  test("that are read and acknowledged at once are counted, too", () =>
    expect(arrived((at) => ({ ready: 0, consumers: 1, counters: delivered(at) })).at(-1)).toBeGreaterThan(100));
  test("a purge and a shovel that moves them away are no arrivals", () =>
    expect(arrived((at) => ({ ready: at < 70 ? 500 : 0, counters: delivered(0) })).at(-1)).toBe(0));
});
