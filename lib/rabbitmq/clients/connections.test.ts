import { describe, expect, test } from "vitest";
import { DAY, HOUR, MINUTE } from "@/lib/base/time/duration";
import { recordCount, sessionsLeaked, type UsualCount } from "@/lib/rabbitmq/clients/connections";

/**
 * "3x25h" is 25 hours with three sessions, counted each minute. Returns the sessions beyond the usual number, "?"
 * unknown.
 */
function leakedAfter(story: string): string {
  let usual: UsualCount | null = null;
  let nowMs = 0;
  let open = 0;
  for (const part of story.split(" ")) {
    const [count = "0", hours = "1h"] = part.split("x");
    open = Number(count);
    const untilMs = nowMs + Number.parseFloat(hours) * HOUR;
    for (; nowMs < untilMs; nowMs += MINUTE) usual = recordCount(usual, open, DAY, nowMs);
  }
  return String(sessionsLeaked(open, usual) ?? "?");
}

describe("sessions beyond the usual number", () => {
  test.each([
    ["two are never a leak", "2x1h", "0"],
    ["a day must have been observed", "3x23h 300x0.1h", "?"],
    ["the usual number is not a leak", "3x25h", "0"],
    ["twice as many are not a leak", "30x25h 60x0.1h", "0"],
    ["more than twice as many are", "30x25h 61x0.1h", "31"],
    ["a small client that triples", "1x25h 3x0.1h", "2"],
    ["absence does not count as usual", "4x13h 0x24h 4x11h 30x0.1h", "26"],
    ["a slow leak is measured against the day before it", "2x24h 4x1h 12x1h 25x1h", "23"],
    ["after more than half a day the new number is the usual one", "2x24h 50x13h", "0"],
  ])("%s", (_, story, expected) => expect(leakedAfter(story)).toBe(expected));

  test("counts of a day are stored", () => {
    let usual: UsualCount | null = null;
    for (let nowMs = 0; nowMs < 3 * DAY; nowMs += 5 * MINUTE) usual = recordCount(usual, 1, DAY, nowMs);
    expect(usual?.counts.length).toBe(96);
  });
});
