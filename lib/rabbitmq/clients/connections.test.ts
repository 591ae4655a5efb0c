import { describe, expect, test } from "vitest";
import { DAY, HOUR, MINUTE } from "@/lib/base/time/duration";
import { recordCount, sessionsLeaked, type UsualCount } from "@/lib/rabbitmq/clients/connections";

/** "3x25h" is 25 hours with three sessions, looked at each minute. Told: sessions beyond the usual number, "?" unknown. */
function live(story: string): string {
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
    ["two are no leak, whatever is usual", "2x1h", "0"],
    ["a day must have been seen", "3x23h 300x0.1h", "?"],
    ["what is usual is none too many", "3x25h", "0"],
    ["twice as many are still none", "30x25h 60x0.1h", "0"],
    ["more than twice as many are", "30x25h 61x0.1h", "31"],
    ["a small client that doubles is told by few", "1x25h 3x0.1h", "2"],
    ["away is not what is usual", "4x13h 0x24h 4x11h 30x0.1h", "26"],
    ["a leak that creeps in is measured against the day before it", "2x24h 4x1h 12x1h 25x1h", "23"],
    ["after more than half a day the new number is the usual one", "2x24h 50x13h", "0"],
  ])("%s", (_, story, told) => expect(live(story)).toBe(told));

  test("counts are kept for a day", () => {
    let usual: UsualCount | null = null;
    for (let nowMs = 0; nowMs < 3 * DAY; nowMs += 5 * MINUTE) usual = recordCount(usual, 1, DAY, nowMs);
    expect(usual?.counts.length).toBe(96);
  });
});
