import { describe, expect, test } from "vitest";
import { MINUTE, SECOND } from "@/lib/base/time/duration";
import { MODES, replicas } from "@/lib/collector/broker/lifetimes.testing";

describe.each(MODES)("replicas that are replaced, %s", (mode) => {
  test("three rolling updates in ten minutes, each new one beside its predecessor for a while, are no flapping", () => {
    const { world, all, start } = replicas(mode, 3);
    let running = all;
    for (let update = 0; update < 3; update++) {
      for (const one of running) {
        running = [...running.filter((other) => other !== one), start()];
        world.wait(12 * SECOND);
        world.end(one, "client-closed");
        world.wait(5 * SECOND);
      }
      world.wait(2 * MINUTE);
    }
    expect(world.log).toEqual([]);
    expect(world.clients().map(({ reconnectsMs, unreplaced }) => [reconnectsMs.length, unreplaced])).toEqual([[0, 0]]);
  });

  test("a replica that dies and is started again, time after time, flaps", () => {
    const { world, all, start } = replicas(mode, 3);
    let one = all[0];
    for (let life = 0; life < 6; life++) {
      if (one) world.end(one, "connection-lost");
      world.wait(10 * SECOND);
      one = start();
      world.wait(40 * SECOND);
    }
    expect(world.log).toEqual(["client-flapping warning"]);
  });

  test("what is replaced and then dies is missing", () => {
    const { world, all, start } = replicas(mode, 3);
    const [first, ...others] = all;
    start();
    world.wait(12 * SECOND);
    if (first) world.end(first, "client-closed");
    world.wait(MINUTE);
    for (const one of others) world.end(one, "connection-lost");
    world.wait(6 * MINUTE);
    expect(world.log).toEqual(["client-replicas-missing warning"]);
  });
});
