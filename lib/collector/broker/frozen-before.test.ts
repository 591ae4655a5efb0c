import { describe, expect, test } from "vitest";
import { verbatim } from "@/lib/base/messages/reason";
import { MINUTE, SECOND } from "@/lib/base/time/duration";
import { lifetimes, MODES } from "@/lib/collector/broker/lifetimes.testing";
import { timeline } from "@/lib/collector/broker/timeline.testing";
import { aConnection } from "@/lib/rabbitmq/api/connection.testing";
import { isShortLived } from "@/lib/rabbitmq/clients/lifetimes";

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
  test.each([12, 20, 32])("%s s after a function was called that is then frozen and killed", (seconds) => {
    const world = lifetimes(mode);
    const call = (restarts: boolean): void => {
      const one = world.start("thumbnail-fn");
      world.wait(11 * SECOND);
      one.isFrozen = true;
      world.wait((seconds - 11) * SECOND);
      if (restarts) {
        world.restart();
        // With amqpUrl, its events arrive before the first list.
        world.end(world.start("cron"), "client-closed");
      }
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

test("bytes that arrived while the broker was unreachable may be as old as the connection", () => {
  const line = timeline();
  const one = aConnection(1, { connectedAtMs: line.nowMs(), timeoutSeconds: 60, recvOct: 100 });
  const isShort = () => [...line.memory().clients.values()].map(isShortLived);
  line.poll({ connections: [one] });
  for (let at = 0; at < 12; at++)
    line.poll({ failure: { code: "unavailable", retry: true, reason: verbatim("refused") } });
  line.poll({ connections: [{ ...one, recvOct: 400 }] });
  expect(isShort()).toEqual([true]);
  line.poll({ connections: [{ ...one, recvOct: 408 }] });
  expect(isShort()).toEqual([false]);
});
