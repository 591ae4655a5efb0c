import { describe, expect, test } from "vitest";
import { SECOND } from "@/lib/base/time/duration";
import type { Channel } from "@/lib/rabbitmq/api/broker";
import { type ChannelState, combine, compareChannels } from "@/lib/rabbitmq/clients/channels";

const channel = (facts: Partial<Channel> = {}): Channel => ({
  name: "a -> b (1)",
  connection: "a -> b",
  consumers: 1,
  prefetch: 5,
  globalPrefetch: 0,
  unacked: 0,
  published: 0,
  delivered: 0,
  acked: 0,
  ...facts,
});

const snapshot = (channels: readonly Channel[], seconds: number, blocked: readonly string[] = []) => ({
  channels,
  blocked: new Set(blocked),
  nowMs: seconds * SECOND,
});

const activityBetween = (first: Partial<Channel> | null, second: Partial<Channel>) => {
  const known = first === null ? null : compareChannels(null, snapshot([channel(first)], 0)).known;
  return compareChannels(known, snapshot([channel(second)], 5)).byConnection.get("a -> b");
};

describe("activity between two snapshots", () => {
  test.each<[string, Partial<Channel> | null, Partial<Channel>, number | null]>([
    ["the difference of the counter", { published: 3 }, { published: 10 }, 7],
    ["nothing", { published: 3 }, { published: 3 }, 0],
    ["a counter that fell is that of a new channel", { published: 10 }, { published: 3 }, null],
    ["not measured before", { published: null }, { published: 3 }, null],
    ["not measured now", { published: 3 }, { published: null }, null],
    ["the first snapshot has no comparison", null, { published: 900 }, null],
    ["the whole count of a channel that opened in between", { name: "a -> b (2)" }, { published: 4 }, 4],
  ])("%s", (_, first, second, expected) => expect(activityBetween(first, second)?.published).toBe(expected));
});

describe("pinned: a full prefetch without acknowledgements", () => {
  const full = { unacked: 5, acked: 40 };
  test.each<[string, Partial<Channel>, Partial<Channel>, number | null]>([
    ["for the time between two snapshots", full, full, 5],
    ["one acknowledged in between: not", full, { ...full, acked: 41 }, null],
    ["one message below the limit: not", { ...full, unacked: 4 }, { ...full, unacked: 4 }, null],
    ["since the second snapshot only", { unacked: 4 }, { unacked: 5 }, 0],
    ["each of two consumers has a prefetch of its own", { ...full, consumers: 2 }, { ...full, consumers: 2 }, null],
    [
      "a prefetch for the whole channel",
      { ...full, consumers: 2, globalPrefetch: 5 },
      { ...full, consumers: 2, globalPrefetch: 5 },
      5,
    ],
    ["without a limit", { ...full, prefetch: 0 }, { ...full, prefetch: 0, unacked: 900 }, null],
    ["without a consumer", { ...full, consumers: 0 }, { ...full, consumers: 0 }, null],
    ["not measured", { ...full, unacked: null }, { ...full, unacked: null }, null],
  ])("%s", (_, first, second, seconds) => {
    const pinned = activityBetween(first, second)?.pinned ?? null;
    expect(pinned === null ? null : pinned.ms / SECOND).toBe(seconds);
  });

  test("not while the connection is blocked", () => {
    const { known } = compareChannels(null, snapshot([channel(full)], 0));
    const blocked = compareChannels(known, snapshot([channel(full)], 60, ["a -> b"]));
    expect(blocked.byConnection.get("a -> b")?.pinned).toBeNull();
    expect(compareChannels(blocked.known, snapshot([channel(full)], 65)).byConnection.get("a -> b")?.pinned?.ms).toBe(
      0,
    );
  });

  test("one pinned channel of two counts, though the other works", () => {
    const two = (acked: number) => [channel({ ...full }), channel({ name: "a -> b (2)", acked })];
    let known: ReadonlyMap<string, ChannelState> | null = null;
    for (const at of [0, 1, 2]) known = compareChannels(known, snapshot(two(at), at * 60)).known;
    const activity = compareChannels(known, snapshot(two(9), 180)).byConnection.get("a -> b");
    expect(activity).toMatchObject({ channels: 2, unacked: 5, capacity: 10, acked: 7, pinned: { ms: 180 * SECOND } });
  });
});

test("a number that is not measured for one of two is not measured for both", () => {
  const { byConnection } = compareChannels(
    null,
    snapshot([channel(), channel({ name: "c -> d (1)", connection: "c -> d", unacked: null })], 0),
  );
  const [a, b] = [...byConnection.values()];
  expect(a && b && combine(a, b)).toMatchObject({ channels: 2, unacked: null, capacity: 10 });
});
