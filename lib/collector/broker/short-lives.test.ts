import { describe, expect, test } from "vitest";
import { HOUR, MINUTE, SECOND } from "@/lib/base/time/duration";
import { lifetimes, MODES, type Program, repeat } from "@/lib/collector/broker/lifetimes.testing";

describe.each(MODES)("programs that come and go, %s", (mode) => {
  test.each<[string, Program]>([
    ["one connection per request", { livesMs: 200, awayMs: 800 }],
    ["one connection per request, a few of them", { livesMs: 200, awayMs: 9 * SECOND }],
    ["requests that exit without a close", { livesMs: 150, awayMs: 23 * SECOND, reason: "connection-lost" }],
    ["a script that exits without a close", { livesMs: 1_500, awayMs: 90 * SECOND, reason: "connection-lost" }],
    ["a cron job every minute", { livesMs: 20 * SECOND, awayMs: 40 * SECOND }],
    ["a cron job that consumes", { livesMs: 25 * SECOND, awayMs: 155 * SECOND, consumes: ["reports"] }],
    ["a phone", { livesMs: 45 * SECOND, awayMs: 75 * SECOND }],
  ])("%s: none is lost, none flaps", (_, program) => {
    const world = lifetimes(mode);
    repeat(world, "shop-fpm", Math.min(5, Math.ceil((8 * MINUTE) / (program.livesMs + program.awayMs))), program);
    expect(world.log.filter((event) => !event.startsWith("client-churn"))).toEqual([]);
    world.wait(20 * MINUTE);
    expect(world.log.filter((event) => !event.startsWith("client-churn"))).toEqual([]);
    // A connection that opens and closes between two polls is not seen by them.
    expect(["", "shop-fpm departed"]).toContain(world.states().join());
  });

  test("a nightly job of two minutes is no loss, on its first night or later", () => {
    const world = lifetimes(mode);
    repeat(world, "nightly-billing", 2, { livesMs: 2 * MINUTE, awayMs: 8 * HOUR });
    expect(world.log).toEqual([]);
  });

  test("a function that is frozen and never closes, and then a new one", () => {
    const world = lifetimes(mode);
    for (let call = 0; call < 3; call++) {
      const one = world.start("thumbnail-fn");
      world.wait(8 * SECOND);
      one.isFrozen = true;
      world.wait(150 * SECOND);
      world.end(one, "heartbeat");
      world.wait(40 * SECOND);
    }
    world.wait(20 * MINUTE);
    expect(world.log).toEqual([]);
  });

  test("a rolling update of one replica", () => {
    const world = lifetimes(mode);
    for (const pod of ["7d9c5b6f8-x2k4z", "6c8f7d9b5-k2xzq", "5d4c8b9f7-q9w8e"]) {
      const old = world.start(`orders-${pod}`, {}, ["orders"]);
      world.wait(5 * MINUTE);
      world.end(old, "client-closed");
      world.wait(20 * SECOND);
    }
    expect(world.log).toEqual([]);
  });

  test("a give-up time of less than a minute makes no loss of a close in order", () => {
    const world = lifetimes(mode, 20 * SECOND);
    repeat(world, "worker", 1, { livesMs: 5 * MINUTE, awayMs: 10 * MINUTE });
    expect(world.log).toEqual([]);
  });
});
