import { describe, expect, test } from "vitest";
import { MINUTE, SECOND } from "@/lib/base/time/duration";
import { lifetimes, MODES } from "@/lib/collector/broker/lifetimes.testing";

test("a function that was frozen before Lastbeat first saw its connection, as after a restart, is not late", () => {
  const world = lifetimes("polled");
  const call = (openedAgoMs: number): void => {
    const one = world.start("thumbnail-fn", { connectedAtMs: world.nowMs() - openedAgoMs });
    one.isFrozen = true;
    world.wait(150 * SECOND);
    world.end(one, "heartbeat");
    world.wait(40 * SECOND);
  };
  for (let run = 0; run < 3; run++) call(0);
  call(MINUTE);
  expect(world.log).toEqual([]);
});

describe.each(MODES)("Lastbeat starts again, %s", (mode) => {
  test.each([12, 20, 30, 38])("%s s after a function was called that is then frozen and killed", (seconds) => {
    const world = lifetimes(mode);
    const call = (restarts: boolean): void => {
      const one = world.start("thumbnail-fn");
      world.wait(11 * SECOND);
      one.isFrozen = true;
      world.wait((seconds - 11) * SECOND);
      if (restarts) world.restart();
      world.wait((42 - seconds) * SECOND);
      world.end(one, "connection-lost");
    };
    // Rows are stored once a minute, each at another second: some restarts come before the last bytes are stored.
    for (let run = 0; run < 8; run++) call(true);
    const longest = world.clients().map(({ lifetimes: { longestSessionMs } }) => longestSessionMs);
    expect(Math.max(...longest)).toBeLessThanOrEqual(11 * SECOND);
    expect(world.log).toEqual([]);
  });
});
