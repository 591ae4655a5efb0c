import { describe, expect, test } from "vitest";
import { MINUTE, SECOND } from "@/lib/base/time/duration";
import { lifetimes, repeat } from "@/lib/collector/broker/lifetimes.testing";

describe("a lifetime of less than half a minute without a consumer", () => {
  const ends = ["connection-lost", "client-closed", "protocol", "authentication", "forced", "heartbeat"] as const;
  test.each(ends)("departs without an alert when its end was %s", (reason) => {
    const world = lifetimes("events");
    repeat(world, "report-export", 1, { livesMs: 20 * SECOND, awayMs: 10 * MINUTE, reason });
    expect(world.states()).toEqual(["report-export departed"]);
    expect(world.log).toEqual([]);
  });

  test.each(["broker-stopped", "node-down"] as const)("is lost where it is the first and its end was %s", (reason) => {
    const world = lifetimes("events");
    repeat(world, "worker", 1, { livesMs: 20 * SECOND, awayMs: 10 * MINUTE, reason });
    expect(world.states()).toEqual(["worker lost"]);
    const known = lifetimes("events");
    repeat(known, "report-export", 1, { livesMs: 20 * SECOND, awayMs: 10 * MINUTE });
    repeat(known, "report-export", 1, { livesMs: 20 * SECOND, awayMs: 10 * MINUTE, reason });
    expect([known.states(), known.log]).toEqual([["report-export departed"], []]);
  });

  test("a consumer that was disconnected for missed heartbeats is lost all the same", () => {
    const world = lifetimes("events");
    repeat(world, "worker", 1, { livesMs: 20 * SECOND, awayMs: 10 * MINUTE, reason: "heartbeat", consumes: ["q"] });
    expect(world.states()).toEqual(["worker lost"]);
  });
});

test("a close whose reason arrives only after its successor is no reconnect", () => {
  const world = lifetimes("events");
  for (let run = 0; run < 4; run++) {
    const one = world.start("worker");
    world.wait(MINUTE);
    world.endUnexplained(one);
    world.start("worker");
    world.wait(2 * SECOND);
    world.explain(one, "client-closed");
    world.wait(5 * SECOND);
  }
  expect(world.log).toEqual([]);
  expect(world.clients().map(({ reconnectsMs, unreplaced }) => [reconnectsMs.length, unreplaced])).toEqual([[0, 0]]);
});
