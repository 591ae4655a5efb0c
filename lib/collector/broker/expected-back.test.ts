import { describe, expect, test } from "vitest";
import { HOUR, MINUTE, SECOND } from "@/lib/base/time/duration";
import { lifetimes, MODES, repeat, replicas } from "@/lib/collector/broker/lifetimes.testing";
import type { EndReason } from "@/lib/rabbitmq/events/end-reason";

describe.each(MODES)("what is lost stays lost, %s", (mode) => {
  test.each<[string, EndReason, readonly string[]]>([
    ["a consumer that was killed", "connection-lost", ["orders"]],
    ["a publisher that was killed", "connection-lost", []],
  ])("%s after half an hour", (_, reason, consumes) => {
    const world = lifetimes(mode);
    repeat(world, "worker", 1, { livesMs: 30 * MINUTE, awayMs: 10 * MINUTE, reason, consumes });
    expect(world.log).toEqual(["client-lost critical"]);
    expect(world.states()).toEqual(["worker lost"]);
    world.start("worker", {}, consumes);
    world.wait(10 * SECOND);
    expect(world.log).toEqual(["client-lost critical", "client-lost recovered"]);
    expect(world.summaries.at(-1)).toMatch(/^worker is back, after 4 min/);
  });

  test("its sentence says how certain it is", () => {
    const world = lifetimes(mode);
    repeat(world, "worker", 1, { livesMs: 30 * MINUTE, awayMs: 6 * MINUTE, reason: "connection-lost" });
    const how = { events: ", last disconnect: connection lost", polled: ", last disconnect: unknown; without amqpUrl" };
    expect(world.summaries[0]).toContain(`worker has not come back, gone for 5 min`);
    expect(world.summaries[0]).toContain(how[mode]);
  });

  test("a connection that is cut every minute flaps", () => {
    const world = lifetimes(mode);
    repeat(world, "gateway", 6, { livesMs: MINUTE, awayMs: 2 * SECOND, reason: "connection-lost" });
    expect(world.log).toEqual(["client-flapping warning"]);
  });

  test("a worker that dies at its start flaps", () => {
    const world = lifetimes(mode);
    repeat(world, "worker", 6, { livesMs: 6 * SECOND, awayMs: 5 * SECOND, reason: "connection-lost", consumes: ["q"] });
    expect(world.log[0]).toBe("client-flapping warning");
  });

  test("a worker that ran for days and then begins to die flaps", () => {
    const world = lifetimes(mode);
    repeat(world, "worker", 1, { livesMs: 2 * HOUR, awayMs: 5 * SECOND, reason: "connection-lost" });
    repeat(world, "worker", 4, { livesMs: 6 * SECOND, awayMs: 5 * SECOND, reason: "connection-lost" });
    expect(world.log).toEqual(["client-flapping warning"]);
  });
});

test("a job of an hour, polled only, is learned after its first absence", () => {
  const world = lifetimes("polled");
  repeat(world, "nightly-report", 3, { livesMs: HOUR, awayMs: 5 * HOUR });
  expect(world.log).toEqual(["client-lost critical", "client-lost recovered"]);
});

test("what is learned of a client's lifetimes is stored", () => {
  const world = lifetimes("polled");
  repeat(world, "nightly-report", 1, { livesMs: HOUR, awayMs: 5 * HOUR });
  const one = world.start("nightly-report");
  world.wait(20 * MINUTE);
  world.restart();
  world.wait(40 * MINUTE);
  world.end(one, "client-closed");
  world.wait(5 * HOUR);
  expect(world.log).toEqual(["client-lost critical", "client-lost recovered"]);
});

test("a rolling update and then a broker restart are no flapping", () => {
  const { world, all, start } = replicas("events", 3);
  const next = all.map((one) => {
    world.end(one, "connection-lost");
    world.wait(5 * SECOND);
    return start();
  });
  world.wait(MINUTE);
  for (const one of next) world.end(one, "broker-stopped");
  world.wait(10 * SECOND);
  for (const _ of next) start();
  world.wait(MINUTE);
  expect(world.log).toEqual([]);
});
