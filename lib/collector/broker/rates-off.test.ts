import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { type Poll, timeline } from "@/lib/collector/broker/timeline.testing";
import { aConnection } from "@/lib/rabbitmq/api/connection.testing";
import { parseOverview } from "@/lib/rabbitmq/api/parse";
import { parseChannels } from "@/lib/rabbitmq/api/parse-channels";

const recorded = (version: string, file: string): unknown =>
  JSON.parse(readFileSync(`lib/rabbitmq/api/recorded/${version}/${file}-rates-none.json`, "utf8"));

test.each(["3.10.8", "4.3.6"])("%s with rates_mode = none: a rate of zero is not measured", (version) => {
  // Recorded while its client published five messages a second: the row has no counter of messages.
  const overview = parseOverview(recorded(version, "overview"));
  expect(overview).toMatchObject({
    ok: true,
    value: { ratesDisabled: true, statsDisabled: false, openedPerSecond: null, closedPerSecond: null },
  });
  const channels = parseChannels(recorded(version, "channels"));
  expect(channels.ok && channels.value.rows.map(({ unacked }) => unacked)).toEqual([0]);
});

const CHANNEL = {
  name: "10.0.0.1:1 -> 10.0.0.9:5672 (1)",
  connection: "10.0.0.1:1 -> 10.0.0.9:5672",
  consumers: 1,
  prefetch: 10,
  globalPrefetch: 0,
  unacked: 10,
  published: 0,
  delivered: 0,
  acked: 0,
};
const full = (t: ReturnType<typeof timeline>, ratesDisabled: boolean): Poll => ({
  connections: [aConnection(1, { recvOct: t.nowMs(), sendOct: t.nowMs(), connectedAtMs: 1 })],
  channels: [CHANNEL],
  ratesDisabled,
});

const after = (ratesDisabled: boolean) => {
  const t = timeline();
  for (let poll = 0; poll < 150; poll++) t.poll(full(t, ratesDisabled));
  const [activity] = t.memory().activity.clients.values();
  return { pinned: activity?.channels?.pinned ?? null, rates: activity?.rates };
};

test("a client at its prefetch limit is not stuck where acknowledgements are not counted", () => {
  expect(after(false)).toMatchObject({ pinned: { ms: expect.any(Number) }, rates: { ack: 0 } });
  expect(after(true)).toEqual({ pinned: null, rates: { publish: null, deliver: null, ack: null } });
});

test("between two emissions of a long statistics interval no rate is zero", () => {
  const t = timeline();
  const startMs = t.nowMs();
  const rates: (number | null)[] = [];
  for (let poll = 0; poll < 72; poll++) {
    const emitted = Math.floor((t.nowMs() + 5_000 - startMs) / 30_000);
    const acked = 300 * emitted;
    t.poll({
      connections: [aConnection(1, { recvOct: emitted, sendOct: emitted, connectedAtMs: 1 })],
      channels: [{ ...CHANNEL, unacked: 1, delivered: acked, acked }],
      uptimeMs: 60_000 + 30_000 * emitted,
    });
    rates.push([...t.memory().activity.clients.values()][0]?.rates.ack ?? null);
  }
  // Until the interval is known, each snapshot counts.
  expect(rates.slice(24)).not.toContain(0);
  expect(Math.max(...rates.slice(24).map(Number))).toBeLessThan(20);
});
