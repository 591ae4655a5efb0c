import { describe, expect, test } from "vitest";
import { MINUTE, SECOND } from "@/lib/base/time/duration";
import { MODES, replicas } from "@/lib/collector/broker/lifetimes.testing";

describe.each(MODES)("several sessions under one name that change as usual, %s", (mode) => {
  test("what is usual survives a restart of Lastbeat, which raises nothing itself", () => {
    const { world, all } = replicas(mode, 3);
    world.restart();
    world.wait(20 * MINUTE);
    expect(world.log).toEqual([]);
    for (const one of all.slice(1)) world.end(one, "connection-lost");
    world.wait(6 * MINUTE);
    expect(world.log).toEqual(["client-replicas-missing warning"]);
  });

  test("a rolling update, with one more or one fewer meanwhile, raises nothing", () => {
    const { world, all, start } = replicas(mode, 3);
    for (const one of all) {
      start();
      world.wait(30 * SECOND);
      world.end(one, "client-closed");
      world.wait(MINUTE);
    }
    const { world: other, all: others, start: startOther } = replicas(mode, 3);
    for (const one of others) {
      other.end(one, "client-closed");
      other.wait(2 * MINUTE);
      startOther();
      other.wait(MINUTE);
    }
    world.wait(20 * MINUTE);
    other.wait(20 * MINUTE);
    expect([world.log, other.log]).toEqual([[], []]);
  });

  test("a broker restart after which all come back raises nothing", () => {
    const { world, all, start } = replicas(mode, 3);
    for (const one of all) world.end(one, "broker-stopped");
    world.wait(20 * SECOND);
    for (const after of [5 * SECOND, 20 * SECOND, 30 * SECOND]) {
      start();
      world.wait(after);
    }
    world.wait(20 * MINUTE);
    expect(world.log).toEqual([]);
  });
});
