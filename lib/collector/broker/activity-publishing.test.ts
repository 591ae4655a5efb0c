import { describe, expect, test } from "vitest";
import { channel, connection, MINUTE_OF_POLLS, watch } from "@/lib/collector/broker/activity-timeline.testing";
import type { Channel } from "@/lib/rabbitmq/api/broker";

describe("a publisher falls silent while its deliveries go on", () => {
  function stopping(minutes: number, more: (poll: number) => Partial<Channel>) {
    const all = watch();
    const [one, healthy] = [connection("silent"), connection("healthy")];
    const work = (at: number) => ({ published: at, delivered: at, acked: at });
    const seen = (at: number, own: Partial<Channel>) => ({
      connections: [one, healthy],
      channels: [channel(one, { ...work(at), ...own }), channel(healthy, work(at))],
    });
    all.run(10 * MINUTE_OF_POLLS, (poll) => seen(poll, {}));
    all.mark();
    const stopped = 10 * MINUTE_OF_POLLS;
    all.run(minutes * MINUTE_OF_POLLS, (poll) =>
      seen(stopped + poll, { published: stopped - 1, ...more(stopped + poll) }),
    );
    return { all, seen };
  }

  test("warning after five minutes, critical after fifteen, resolved when it publishes", () => {
    const { all, seen } = stopping(16, () => ({}));
    all.run(1, () => seen(9_999, {}));
    expect(all.alertLog).toEqual([
      "client-publish-silent warning silent@300",
      "client-publish-silent critical silent@900",
      "client-publish-silent resolved silent@965",
    ]);
    expect(all.summaries[0]).toBe(
      "silent has published nothing for 5 min, usually every 5 s, and is still given work (inferred); look at its publisher and set publish timeouts",
    );
  });

  test("the summary says why it ended: it publishes again, or there is nothing to do", () => {
    const again = stopping(6, () => ({}));
    again.all.run(1, () => again.seen(9_999, {}));
    expect(again.all.summaries.at(-1)).toMatch(/^silent publishes again, after/);
    const idle = stopping(6, () => ({}));
    idle.all.run(3 * MINUTE_OF_POLLS, () => idle.seen(192, { published: 119 }));
    expect(idle.all.summaries.at(-1)).toMatch(/^silent is no longer given work, after/);
  });

  test("its connection ends: that is no recovery", () => {
    const { all } = stopping(6, () => ({}));
    all.run(24, () => ({ connections: [], channels: [] }));
    expect(all.alertLog).toEqual([expect.stringMatching(/^client-publish-silent warning/)]);
  });

  test("without deliveries its silence is no trouble", () => {
    expect(stopping(16, () => ({ delivered: 1, acked: 1 })).all.alertLog).toEqual([]);
  });

  test("without channels nothing is measured", () => {
    const all = watch();
    const one = connection("one");
    all.run(240, (poll) => ({ connections: [one], channels: [channel(one, { published: poll, delivered: poll })] }));
    all.run(400, () => ({ connections: [one], channels: null }));
    expect(all.alertLog).toEqual([]);
  });
});
