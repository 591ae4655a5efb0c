import { describe, expect, test } from "vitest";
import { MINUTE, SECOND } from "@/lib/base/time/duration";
import { MODES, replicas } from "@/lib/collector/broker/lifetimes.testing";

describe.each(MODES)("what is usual survives a restart of Lastbeat, %s", (mode) => {
  test("consumers that went away a minute later", () => {
    const { world, all, setReady } = replicas(mode, 1);
    world.restart();
    world.wait(MINUTE);
    if (all[0]) all[0].consumes = [];
    setReady(50, 0);
    world.wait(80 * SECOND);
    expect(world.log).toEqual(["client-not-consuming critical"]);
  });

  test("connections that leaked a minute later", () => {
    const { world, start } = replicas(mode, 1);
    world.restart();
    world.wait(MINUTE);
    for (let n = 0; n < 25; n++) start();
    world.wait(20 * SECOND);
    expect(world.log).toEqual(["client-connections-leaked warning"]);
  });
});
