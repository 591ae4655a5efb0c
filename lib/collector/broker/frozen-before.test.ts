import { expect, test } from "vitest";
import { MINUTE, SECOND } from "@/lib/base/time/duration";
import { lifetimes } from "@/lib/collector/broker/lifetimes.testing";

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
