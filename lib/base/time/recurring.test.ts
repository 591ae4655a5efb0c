import { describe, expect, test } from "vitest";
import { HOUR, MINUTE } from "@/lib/base/time/duration";
import { type Recurring, type RecurringSpan, recurringFault, spansFrom } from "@/lib/base/time/recurring";

const nightly = (zone: string, cron = "30 2 * * *", durationMs = HOUR): Recurring => ({ cron, zone, durationMs });
const at = (text: string): number => Date.parse(text);
const spanAt = (recurring: Recurring, nowMs: number): RecurringSpan | null => spansFrom(recurring, nowMs, 1)[0] ?? null;
const format = (span: RecurringSpan | null) =>
  span === null ? null : [span.fromMs, span.untilMs].map((ms) => new Date(ms).toISOString().slice(5, 16)).join(" to ");

describe("on the nights the clocks change, an hour from 02:30 (01:30 in New York's autumn)", () => {
  test.each([
    // 29 March: 02:00 CET becomes 03:00 CEST, there is no 02:30.
    [
      "Berlin, spring: nothing at what would have been 02:30 CET less a minute",
      "Europe/Berlin",
      "30 2 * * *",
      "2026-03-29T01:29:00Z",
      false,
    ],
    ["Berlin, spring: 02:30 is 03:30 CEST", "Europe/Berlin", "30 2 * * *", "2026-03-29T01:30:00Z", true],
    ["Berlin, spring: to 04:30 CEST", "Europe/Berlin", "30 2 * * *", "2026-03-29T02:29:59Z", true],
    ["Berlin, spring: and no longer", "Europe/Berlin", "30 2 * * *", "2026-03-29T02:30:00Z", false],
    // 25 October: 03:00 CEST becomes 02:00 CET, 02:30 comes twice.
    ["Berlin, autumn: the first 02:30", "Europe/Berlin", "30 2 * * *", "2026-10-25T00:30:00Z", true],
    [
      "Berlin, autumn: one hour of elapsed time, over the jump",
      "Europe/Berlin",
      "30 2 * * *",
      "2026-10-25T01:29:59Z",
      true,
    ],
    ["Berlin, autumn: not the second 02:30", "Europe/Berlin", "30 2 * * *", "2026-10-25T01:30:00Z", false],
    ["Berlin, autumn: nor after it", "Europe/Berlin", "30 2 * * *", "2026-10-25T01:45:00Z", false],
    // 8 March and 1 November, at 02:00 local time.
    ["New York, spring: 02:30 is 03:30 EDT", "America/New_York", "30 2 * * *", "2026-03-08T07:30:00Z", true],
    ["New York, spring: not before", "America/New_York", "30 2 * * *", "2026-03-08T07:29:00Z", false],
    ["New York, spring: to 04:30 EDT", "America/New_York", "30 2 * * *", "2026-03-08T08:30:00Z", false],
    ["New York, autumn: the first 01:30", "America/New_York", "30 1 * * *", "2026-11-01T05:30:00Z", true],
    ["New York, autumn: not the second 01:30", "America/New_York", "30 1 * * *", "2026-11-01T06:30:00Z", false],
    ["the next night all is as ever", "Europe/Berlin", "30 2 * * *", "2026-03-30T00:30:00Z", true],
  ])("%s", (_, zone, cron, now, isActive) => {
    const span = spanAt(nightly(zone, cron), at(now));
    expect(span !== null && span.fromMs <= at(now)).toBe(isActive);
  });

  test("at any time around the change the spans are the same", () => {
    for (const [zone, cron, day, spans] of [
      [
        "Europe/Berlin",
        "30 2 * * *",
        "2026-03-28T12:00:00Z",
        ["03-29T01:30 to 03-29T02:30", "03-30T00:30 to 03-30T01:30"],
      ],
      [
        "Europe/Berlin",
        "30 2 * * *",
        "2026-10-24T12:00:00Z",
        ["10-25T00:30 to 10-25T01:30", "10-26T01:30 to 10-26T02:30"],
      ],
      [
        "America/New_York",
        "30 2 * * *",
        "2026-03-07T12:00:00Z",
        ["03-08T07:30 to 03-08T08:30", "03-09T06:30 to 03-09T07:30"],
      ],
      [
        "America/New_York",
        "30 1 * * *",
        "2026-10-31T12:00:00Z",
        ["11-01T05:30 to 11-01T06:30", "11-02T06:30 to 11-02T07:30"],
      ],
    ] as const) {
      const spansSeen = new Set<string | null>();
      for (let now = at(day); now < at(day) + 36 * HOUR; now += 50 * MINUTE)
        spansSeen.add(format(spanAt(nightly(zone, cron), now)));
      expect([...spansSeen]).toEqual([...spans, ...[...spansSeen].slice(2)]);
      expect(spansSeen.size).toBeLessThanOrEqual(3);
    }
  });
});

test("spans that overlap or touch are one, from the first that is not over", () => {
  const spans = spansFrom(nightly("UTC", "0 22,23 * * 5", 2 * HOUR), at("2026-11-20T22:30:00Z"), 2);
  expect(spans.map(format)).toEqual(["11-20T22:00 to 11-21T01:00", "11-27T22:00 to 11-28T01:00"]);
});

test("a window longer than a day is still found at its end", () => {
  expect(format(spanAt(nightly("UTC", "0 20 * * 5", 60 * HOUR), at("2026-11-23T07:59:00Z")))).toBe(
    "11-20T20:00 to 11-23T08:00",
  );
});

test.each([
  ["a night", "30 2 * * *", "Europe/Berlin", HOUR, null],
  ["names of days", "30 2 * * MON-FRI", "Europe/Berlin", HOUR, null],
  ["the last day of a month", "0 3 L * *", "UTC", HOUR, null],
  ["four fields", "30 2 * *", "UTC", HOUR, "cron: five fields: minute, hour, day of month, month, day of week"],
  ["seconds", "0 30 2 * * *", "UTC", HOUR, "cron: five fields: minute, hour, day of month, month, day of week"],
  [
    "a minute of its own choice",
    "H 2 * * *",
    "UTC",
    HOUR,
    "cron: five fields: minute, hour, day of month, month, day of week",
  ],
  ["nothing", "", "UTC", HOUR, "cron: five fields: minute, hour, day of month, month, day of week"],
  ["minute 61", "61 2 * * *", "UTC", HOUR, "cron: Constraint error, got value 61 expected range 0-59"],
  ["31 February", "0 2 31 2 *", "UTC", HOUR, "cron: Invalid explicit day of month definition"],
  ["no such zone", "30 2 * * *", "Mars/Olympus", HOUR, "zone: an IANA time zone such as Europe/Berlin"],
  ["an offset", "30 2 * * *", "+01:00", HOUR, "zone: an IANA time zone such as Europe/Berlin"],
  ["too short", "30 2 * * *", "UTC", 1_000, "duration: from one minute to seven days"],
])("%s is rejected before it is saved", (_, cron, zone, durationMs, fault) =>
  expect(recurringFault({ cron, zone, durationMs })).toBe(fault),
);
