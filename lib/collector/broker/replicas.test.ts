import { describe, expect, test } from "vitest";
import { MINUTE, SECOND } from "@/lib/base/time/duration";
import { MODES, replicas } from "@/lib/collector/broker/lifetimes.testing";

describe.each(MODES)("several sessions under one name, %s", (mode) => {
  test("two of three die for good: one alert, until the usual number is back", () => {
    const { world, all, start } = replicas(mode, 3);
    for (const one of all.slice(1)) world.end(one, "connection-lost");
    world.wait(4 * MINUTE);
    expect(world.log).toEqual([]);
    world.wait(2 * MINUTE);
    expect(world.log).toEqual(["client-replicas-missing warning"]);
    expect(world.summaries[0]).toMatch(
      /^orders has had 1 of its usual 3 sessions and 1 of 3 consumers for 5 min, last disconnect: (connection lost|unknown) \(inferred\); start those/,
    );
    world.wait(20 * MINUTE);
    start();
    start();
    world.wait(10 * SECOND);
    expect(world.log).toEqual(["client-replicas-missing warning", "client-replicas-missing recovered"]);
    expect(world.summaries.at(-1)).toMatch(/^orders has 3 sessions and 3 consumers again, as many as usual/);
  });

  test("work piles up behind those that are left: the same alert becomes critical and says how much", () => {
    const { world, all, setReady } = replicas(mode, 3);
    for (const one of all.slice(1)) world.end(one, "connection-lost");
    world.wait(6 * MINUTE);
    setReady(1_200, 1);
    world.wait(2 * MINUTE);
    expect(world.log).toEqual(["client-replicas-missing warning", "client-replicas-missing critical"]);
    expect(world.open().map(({ facts }) => facts?.context.phase)).toEqual(["work-piling-up"]);
    expect(world.summaries[1]).toContain("1,200 messages wait (0 when it began)");
  });

  test("two of three come back without their consumers", () => {
    const { world, all, start } = replicas(mode, 3);
    for (const one of all.slice(1)) {
      world.end(one, "connection-lost");
      start([]);
    }
    world.wait(6 * MINUTE);
    expect(world.log).toEqual(["client-replicas-missing warning"]);
    expect(world.summaries[0]).toMatch(/3 of its usual 3 sessions and 1 of 3 consumers .* restart those that are/);
    expect(world.open().map(({ facts }) => facts?.context.phase)).toEqual(["fewer-consumers"]);
  });

  test("it goes on while the whole client is away, and through a restart of Lastbeat", () => {
    const { world, all } = replicas(mode, 3);
    for (const one of all.slice(1)) world.end(one, "connection-lost");
    world.wait(6 * MINUTE);
    world.restart();
    world.wait(MINUTE);
    if (all[0]) world.end(all[0], "connection-lost");
    world.wait(20 * MINUTE);
    expect(world.log).toEqual(["client-replicas-missing warning", "client-lost critical"]);
  });
});
