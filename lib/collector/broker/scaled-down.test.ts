import { describe, expect, test } from "vitest";
import { HOUR, MINUTE, SECOND } from "@/lib/base/time/duration";
import { type Application, lifetimes, replicas } from "@/lib/collector/broker/lifetimes.testing";

describe("scaled down on purpose", () => {
  test("closes in order are reported by the broker: no alert, and the smaller number is learned", () => {
    const { world, all } = replicas("events", 3);
    for (const one of all.slice(1)) world.end(one, "client-closed");
    world.wait(7 * HOUR);
    expect(world.log).toEqual([]);
    expect(world.clients()[0]?.replicas.sessions.usual).toBe(1);
  });

  test("work that piles up behind it is a warning", () => {
    const { world, all, setReady } = replicas("events", 3);
    for (const one of all.slice(1)) world.end(one, "client-closed");
    setReady(5_000, 1);
    world.wait(10 * SECOND);
    setReady(50_000, 1);
    world.wait(7 * MINUTE);
    expect(world.log).toEqual(["client-replicas-missing warning"]);
  });

  test("polled only it is an alert, until the smaller number is learned after six hours", () => {
    const { world, all } = replicas("polled", 3);
    for (const one of all.slice(1)) world.end(one, "client-closed");
    world.wait(5 * HOUR);
    expect(world.log).toEqual(["client-replicas-missing warning"]);
    world.wait(2 * HOUR);
    expect(world.log).toEqual(["client-replicas-missing warning", "client-replicas-missing recovered"]);
    expect(world.summaries.at(-1)).toMatch(/^orders has had 1 session for so long that this is its usual number now/);
  });
});

test("a pool whose size varies with the load raises nothing", () => {
  const world = lifetimes("polled");
  const pool: Application[] = [];
  for (let quarter = 0; quarter < 60; quarter++) {
    const size = 20 + ((quarter * 7) % 23);
    while (pool.length < size) pool.push(world.start("shop", {}, ["orders"]));
    for (const one of pool.splice(size)) world.end(one, "client-closed");
    world.wait(20 * MINUTE);
  }
  expect(world.log).toEqual([]);
});

test("a larger number is usual after the learning time, and not before", () => {
  const { world, start } = replicas("polled", 3, { sessionsMs: 8 * HOUR });
  for (let more = 0; more < 3; more++) start();
  const usual = () => world.clients()[0]?.replicas.sessions.usual;
  world.wait(2 * HOUR);
  expect(usual()).toBe(3);
  world.wait(14 * HOUR);
  expect([usual(), world.log]).toEqual([6, []]);
});
