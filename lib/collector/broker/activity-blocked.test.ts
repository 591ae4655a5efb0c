import { expect, test } from "vitest";
import { channel, connection, MINUTE_OF_POLLS, watch } from "@/lib/collector/broker/activity-timeline.testing";

test("unacked pinned: warning after ten minutes, critical after 24, not for a busy neighbour as full", () => {
  const all = watch();
  const [one, healthy] = [connection("hung"), connection("healthy")];
  const seen = (poll: number) => ({
    connections: [one, healthy],
    channels: [channel(one, { unacked: 5, acked: 7 }), channel(healthy, { unacked: 5, acked: poll })],
  });
  all.run(1, () => ({ connections: [one, healthy], channels: [channel(one, { acked: 7 }), channel(healthy, {})] }));
  all.mark();
  all.run(25 * MINUTE_OF_POLLS, seen);
  all.run(1, () => ({ connections: [one, healthy], channels: [channel(one, { acked: 12 }), channel(healthy, {})] }));
  expect(all.alertLog).toEqual([
    "client-unacked-pinned warning hung@605",
    "client-unacked-pinned critical hung@1445",
    "client-unacked-pinned resolved hung@1505",
  ]);
  expect(all.summaries[0]).toBe(
    "hung holds 5 messages, all it may, and has acknowledged none for 10 min; look for a hung handler",
  );
});

test("blocked: publishers after half a minute, the alarm named; consumers that only show blocking never", () => {
  const all = watch();
  const [publisher, about, reader] = [connection("publisher"), connection("about-to"), connection("reader")];
  const channels = (poll: number) => [
    channel(publisher, { published: poll }),
    channel(about, { published: poll }),
    channel(reader, { delivered: poll, acked: poll }),
  ];
  all.run(10, (poll) => ({ connections: [publisher, about, reader], channels: channels(poll) }));
  all.mark();
  const under = [
    { ...publisher, state: "blocked" },
    { ...about, state: "blocking" },
    { ...reader, state: "blocking" },
  ];
  all.run(8, () => ({ connections: under, channels: channels(9), alarm: true }));
  all.run(1, () => ({ connections: [publisher, about, reader], channels: channels(9) }));
  expect(all.alertLog).toEqual([
    "broker-alarm critical -@5",
    "client-blocked critical publisher@35",
    "client-blocked critical about-to@35",
    "broker-alarm resolved -@45",
    "client-blocked resolved publisher@45",
    "client-blocked resolved about-to@45",
  ]);
  expect(all.summaries[0]).toBe("Broker main blocks publishers: memory alarm on rabbit@a");
  expect(all.summaries[1]).toBe("publisher has been blocked from publishing for 30 s: memory alarm on rabbit@a");
});

test("an alarm that lasts an hour calls no blocked client silent or pinned", () => {
  const all = watch();
  const one = connection("publisher");
  const at = (poll: number, unacked: number) => [
    channel(one, { published: poll, delivered: poll, acked: poll, unacked }),
  ];
  all.run(40, (poll) => ({ connections: [one], channels: at(poll, 0) }));
  const blocked = { ...one, state: "blocked" };
  all.run(60 * MINUTE_OF_POLLS, () => ({ connections: [blocked], channels: at(40, 5) }));
  all.run(2, (poll) => ({ connections: [one], channels: at(40 + poll, 5) }));
  expect(all.alertLog.map((one) => one.split("@")[0])).toEqual([
    "client-blocked critical publisher",
    "client-blocked resolved publisher",
  ]);
});
