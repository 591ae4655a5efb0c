import { expect, test } from "vitest";
import { connection, DAY_OF_POLLS, MINUTE_OF_POLLS, watch } from "@/lib/collector/broker/activity-timeline.testing";

test("connections leak: against the client's own day, warning at 20 more, critical at 100, its larger neighbour never", () => {
  const all = watch();
  const leaking = Array.from({ length: 130 }, () => connection("leaking"));
  const large = Array.from({ length: 40 }, () => connection("large"));
  const usual = () => ({ connections: [...leaking.slice(0, 2), ...large] });
  // A day at one poll each three minutes: what is learned from is a count each quarter of an hour.
  all.run(DAY_OF_POLLS / MINUTE_OF_POLLS / 3 + 10, usual, 180_000);
  expect(all.alertLog).toEqual([]);
  all.mark();
  all.run(128, (poll) => ({ connections: [...leaking.slice(0, 3 + poll), ...large] }));
  all.run(1, usual);
  expect(all.alertLog).toEqual([
    "client-connections-leaked warning leaking@100",
    "client-connections-leaked critical leaking@500",
    "client-connections-leaked resolved leaking@645",
  ]);
  expect(all.summaries[0]).toBe(
    "leaking has 22 connections, usually 2 (inferred); it should use one again instead of opening more",
  );
  expect(all.summaries[2]).toMatch(/^leaking is down to 2 connections, after/);
});
