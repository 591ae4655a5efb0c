import { describe, expect, test } from "vitest";
import { SECOND } from "@/lib/base/time/duration";
import type { Channel } from "@/lib/rabbitmq/api/broker";
import { type ChannelState, combine, compareChannels } from "@/lib/rabbitmq/clients/channels";

const channel = (of: Partial<Channel> = {}): Channel => ({
  ...{ name: "a -> b (1)", connection: "a -> b", consumers: 1, prefetch: 5, globalPrefetch: 0 },
  ...{ unacked: 0, published: 0, delivered: 0, acked: 0 },
  ...of,
});

const look = (channels: readonly Channel[], seconds: number, blocked: readonly string[] = []) => ({
  channels,
  blocked: new Set(blocked),
  nowMs: seconds * SECOND,
});

const since = (first: Partial<Channel> | null, second: Partial<Channel>) => {
  const known = first === null ? null : compareChannels(null, look([channel(first)], 0)).known;
  return compareChannels(known, look([channel(second)], 5)).byConnection.get("a -> b");
};

describe("what was done between two looks", () => {
  test.each<[string, Partial<Channel> | null, Partial<Channel>, number | null]>([
    ["the difference of the counter", { published: 3 }, { published: 10 }, 7],
    ["nothing", { published: 3 }, { published: 3 }, 0],
    ["a counter that fell belongs to another life", { published: 10 }, { published: 3 }, null],
    ["not measured before", { published: null }, { published: 3 }, null],
    ["not measured now", { published: 3 }, { published: null }, null],
    ["the first look of all compares with nothing", null, { published: 900 }, null],
    ["a channel opened since did all it did since", { name: "a -> b (2)" }, { published: 4 }, 4],
  ])("%s", (_, first, second, told) => expect(since(first, second)?.published).toBe(told));
});

describe("pinned: it holds all it may and acknowledges none", () => {
  const full = { unacked: 5, acked: 40 };
  test.each<[string, Partial<Channel>, Partial<Channel>, number | null]>([
    ["for as long as two looks lie apart", full, full, 5],
    ["one acknowledged in between: not", full, { ...full, acked: 41 }, null],
    ["one short of all: not", { ...full, unacked: 4 }, { ...full, unacked: 4 }, null],
    ["only now: it has held for nothing yet", { unacked: 4 }, { unacked: 5 }, 0],
    ["each of two consumers has a prefetch of its own", { ...full, consumers: 2 }, { ...full, consumers: 2 }, null],
    [
      "a prefetch for the whole channel",
      { ...full, consumers: 2, globalPrefetch: 5 },
      { ...full, consumers: 2, globalPrefetch: 5 },
      5,
    ],
    ["without a limit it cannot hold all", { ...full, prefetch: 0 }, { ...full, prefetch: 0, unacked: 900 }, null],
    ["without a consumer it is given nothing", { ...full, consumers: 0 }, { ...full, consumers: 0 }, null],
    ["not measured", { ...full, unacked: null }, { ...full, unacked: null }, null],
  ])("%s", (_, first, second, seconds) => {
    const pinned = since(first, second)?.pinned ?? null;
    expect(pinned === null ? null : pinned.ms / SECOND).toBe(seconds);
  });

  test("not while the broker reads nothing of it", () => {
    const { known } = compareChannels(null, look([channel(full)], 0));
    const held = compareChannels(known, look([channel(full)], 60, ["a -> b"]));
    expect(held.byConnection.get("a -> b")?.pinned).toBeNull();
    expect(compareChannels(held.known, look([channel(full)], 65)).byConnection.get("a -> b")?.pinned?.ms).toBe(0);
  });

  test("one pinned channel of two is told, though the other works", () => {
    const two = (acked: number) => [channel({ ...full }), channel({ name: "a -> b (2)", acked })];
    let known: ReadonlyMap<string, ChannelState> | null = null;
    for (const at of [0, 1, 2]) known = compareChannels(known, look(two(at), at * 60)).known;
    const doing = compareChannels(known, look(two(9), 180)).byConnection.get("a -> b");
    expect(doing).toMatchObject({ channels: 2, unacked: 5, capacity: 10, acked: 7, pinned: { ms: 180 * SECOND } });
  });
});

test("of two, what one does not tell is not told of both", () => {
  const { byConnection } = compareChannels(
    null,
    look([channel(), channel({ name: "c -> d (1)", connection: "c -> d", unacked: null })], 0),
  );
  const [a, b] = [...byConnection.values()];
  expect(a && b && combine(a, b)).toMatchObject({ channels: 2, unacked: null, capacity: 10 });
});
