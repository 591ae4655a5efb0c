import { expect, test } from "vitest";
import { MINUTE, SECOND } from "@/lib/base/time/duration";
import { lifetimes, MODES } from "@/lib/collector/broker/lifetimes.testing";

/** Requests that each open a connection and close it: five every five seconds. */
function requests(world: ReturnType<typeof lifetimes>, minutes: number): void {
  for (let at = 0; at < minutes * 12; at++) {
    for (let request = 0; request < 5; request++) {
      const one = world.start("shop-fpm");
      world.wait(40);
      world.end(one, "client-closed");
    }
    world.wait(5 * SECOND - 200);
  }
}

test("a connection for each request is one finding, and no flapping", () => {
  const world = lifetimes("events");
  requests(world, 11);
  expect(world.log).toEqual(["client-churn warning"]);
  expect(world.summaries).toEqual(["shop-fpm opens 60 connections a minute; each costs the broker a handshake"]);
});

test("it is over when the rate has fallen, although the client has gone away", () => {
  const world = lifetimes("events");
  requests(world, 11);
  world.wait(11 * MINUTE);
  expect(world.log.at(-1)).toMatch(/^client-churn (recovered|departed)$/);
  expect(world.summaries.at(-1)).toMatch(/^shop-fpm opens 1\d connections a minute now/);
});

test("after a restart of Lastbeat the rate is not known, and the finding goes on", () => {
  const world = lifetimes("events");
  requests(world, 11);
  world.restart();
  world.wait(9 * MINUTE);
  expect(world.log).toEqual(["client-churn warning"]);
});

test.each(MODES)("a deployment of a hundred processes is none, %s", (mode) => {
  const world = lifetimes(mode);
  world.wait(20 * MINUTE);
  for (let process = 0; process < 100; process++) world.start("worker", {}, ["orders"]);
  world.wait(2 * MINUTE);
  expect(world.log).toEqual([]);
});

test("what a first poll lists has not opened within a minute", () => {
  const world = lifetimes("polled");
  for (let process = 0; process < 500; process++) world.start("worker", {}, ["orders"]);
  world.restart();
  world.wait(20 * MINUTE);
  expect(world.log).toEqual([]);
});
