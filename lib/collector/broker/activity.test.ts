import { describe, expect, test } from "vitest";
import {
  channel,
  connection,
  consumer,
  MINUTE_OF_POLLS,
  queue,
  watch,
} from "@/lib/collector/broker/activity-timeline.testing";
import { type Poll, timeline } from "@/lib/collector/broker/timeline.testing";

describe("connected and not consuming", () => {
  function zombie(ready: number, minutes: number) {
    const all = watch();
    const [one, healthy] = [connection("zombie"), connection("healthy")];
    const both = { connections: [one, healthy], queues: [queue("a", ready), queue("b", ready)] };
    all.run(11 * MINUTE_OF_POLLS, () => ({ ...both, consumers: [consumer(one, "a"), consumer(healthy, "b")] }));
    expect(all.alertLog).toEqual([]);
    all.mark();
    const cancelled = { ...both, consumers: [consumer(healthy, "b")] };
    all.run(minutes * MINUTE_OF_POLLS, () => cancelled);
    return { all, one, both, healthy };
  }

  test("work waits: critical after a minute, resolved when it consumes again", () => {
    const { all, one, both, healthy } = zombie(12, 6);
    all.run(1, () => ({ ...both, consumers: [consumer(one, "a"), consumer(healthy, "b")] }));
    expect(all.alertLog).toEqual([
      "client-not-consuming critical zombie@65",
      "client-not-consuming resolved zombie@365",
    ]);
    expect(all.summaries[0]).toBe(
      "zombie is connected and has consumed nothing for 60 s while 12 messages wait in a (inferred); restart it",
    );
    expect(all.summaries[1]).toMatch(/^zombie consumes again, after/);
  });

  test("nothing waits: a warning after five minutes", () => {
    expect(zombie(0, 6).all.alertLog).toEqual(["client-consumers-gone warning zombie@305"]);
  });

  test("work arrives during the warning: it becomes critical under the same alert", () => {
    const { all, both, healthy } = zombie(0, 6);
    const waiting = { ...both, queues: [queue("a", 3)], consumers: [consumer(healthy, "b")] };
    all.run(6, () => waiting);
    expect(all.alertLog.slice(1)).toEqual(["client-not-consuming critical zombie@365"]);
  });

  test("the connection ends: the alert lasts until it consumes again, whether it is away or back without consumers", () => {
    const { all, both, healthy } = zombie(12, 2);
    const alone = { ...both, connections: [healthy], consumers: [consumer(healthy, "b")] };
    all.run(3 * MINUTE_OF_POLLS, () => alone);
    const back = connection("zombie");
    const idle = { ...alone, connections: [healthy, back] };
    all.run(3, () => idle);
    expect(all.alertLog).toEqual(["client-not-consuming critical zombie@65"]);
    all.run(1, () => ({ ...idle, consumers: [consumer(healthy, "b"), consumer(back, "a")] }));
    expect(all.alertLog).toEqual([
      "client-not-consuming critical zombie@65",
      expect.stringMatching(/^client-not-consuming resolved/),
    ]);
    expect(all.summaries.at(-1)).toMatch(/^zombie consumes again/);
  });

  test("a client that came with the first poll and never consumed is a publisher", () => {
    const all = watch();
    const one = connection("publisher");
    all.run(30 * MINUTE_OF_POLLS, () => ({ connections: [one], consumers: [], queues: [queue("a", 9)] }));
    expect(all.alertLog).toEqual([]);
  });

  test("RoadRunner is recognised by its product and its two channels", () => {
    const all = watch();
    const one = connection("jobs", { product: "AMQP 0.9.1 Client", platform: "golang" });
    const channels = [channel(one, { name: "x (1)" }), channel(one, { name: "x (2)" })];
    const polled = { connections: [one], queues: [queue("a", 1)], channels };
    all.run(11 * MINUTE_OF_POLLS, () => ({ ...polled, consumers: [consumer(one, "a")] }));
    all.run(MINUTE_OF_POLLS + 1, () => ({ ...polled, consumers: [] }));
    expect(all.summaries).toEqual([
      "jobs is connected and has consumed nothing for 60 s while 1 message waits in a (inferred); restart it (2 channels, RoadRunner has 3 while it consumes); RoadRunner before 2025.1 needs an upgrade",
    ]);
  });
});

test("nothing fires at the first poll, whatever it shows", () => {
  const all = watch();
  const one = connection("one", { state: "blocked" });
  const channels = [channel(one, { unacked: 5, published: 900, delivered: 900 })];
  all.run(1, () => ({ connections: [one], consumers: [], queues: [queue("a", 9)], channels }));
  expect(all.alertLog).toEqual([]);
});

test("after a restart alerts that still hold go on and fire once; those that no longer hold end", () => {
  const all = watch();
  const [hung, held, well] = ["hung", "held", "well"].map((name) => connection(name));
  if (!hung || !held || !well) throw new Error("three");
  const seen = (poll: number, unacked: number) => ({
    connections: [hung, { ...held, state: poll < 20 ? "running" : "blocked" }, well],
    channels: [channel(hung, { unacked: poll < 20 ? 0 : 5 }), channel(well, { unacked: poll < 20 ? 0 : unacked })],
  });
  all.run(11 * MINUTE_OF_POLLS + 20, (poll) => seen(poll, 5));
  const fired = [
    "client-blocked critical held",
    "client-unacked-pinned warning hung",
    "client-unacked-pinned warning well",
  ];
  expect(all.alertLog.map((one) => one.split("@")[0]).sort()).toEqual(fired);
  all.restart();
  all.run(12 * MINUTE_OF_POLLS, () => seen(99, 0));
  expect(all.alertLog.slice(3).map((one) => one.split("@")[0])).toEqual(["client-unacked-pinned resolved well"]);
});

test("rates are per second between two snapshots of the channels; null before, after a restart and while refused", () => {
  const line = timeline();
  const one = connection("one");
  const ratesAt = (poll: Poll) => {
    const { after } = line.poll({ connections: [one], ...poll });
    const { publish, deliver, ack } = [...after.activity.clients.values()][0]?.rates ?? {};
    return [publish, deliver, ack];
  };
  expect(ratesAt({ channels: [channel(one, { published: 50, delivered: 20, acked: 10 })] })).toEqual([
    null,
    null,
    null,
  ]);
  expect(ratesAt({ channels: [channel(one, { published: 60, delivered: 25, acked: 10 })] })).toEqual([2, 1, 0]);
  expect(ratesAt({}), "no new look: the last one stands").toEqual([2, 1, 0]);
  expect(ratesAt({ channels: [channel(one, { published: 5, delivered: 30, acked: 10 })] })).toEqual([null, 0.5, 0]);
  expect(ratesAt({ channels: null })).toEqual([null, null, null]);
  expect(ratesAt({ channels: [channel(one, {})] })).toEqual([null, null, null]);
});

test("while channels are refused, nothing is measured from them", () => {
  const line = timeline();
  const one = connection("one");
  const valuesAt = (poll: Poll) =>
    line
      .poll({ connections: [one], ...poll })
      .facts.readings.filter(({ signal }) => signal === "client.unacked.pinned" || signal === "client.publish.silent")
      .map(({ value }) => value);
  for (let poll = 0; poll < 8; poll++) line.poll({ connections: [one], channels: [channel(one, { published: poll })] });
  expect(valuesAt({ channels: [channel(one, { published: 9 })] })).toEqual([0, 0]);
  expect(valuesAt({ channels: null })).toEqual([]);
});

test("a snapshot of channels is used for three minutes", () => {
  const line = timeline();
  const one = connection("one");
  for (const published of [1, 2]) line.poll({ connections: [one], channels: [channel(one, { published })] });
  for (let poll = 0; poll < 37; poll++) line.poll({ connections: [one] });
  expect([...line.memory().activity.clients.values()][0]).toMatchObject({ channels: null, rates: { publish: null } });
});
