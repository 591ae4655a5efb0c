import { describe, expect, test } from "vitest";
import { SECOND } from "@/lib/base/time/duration";
import { followPublishing, NOT_PUBLISHING, publishStalledSeconds } from "@/lib/rabbitmq/clients/publishing";

const LOOK_MS = 5 * SECOND;

/**
 * A look each 5 s. p publishes and consumes, c only consumes, - does neither, f holds all it may and acknowledges none,
 * ? is not measured; "c*60" is sixty of them. Told: seconds silent against its habit, "?" without a habit.
 */
function live(story: string): string {
  let at = NOT_PUBLISHING;
  let nowMs = 0;
  for (const part of story.split(" ")) {
    const [what = "", times = "1"] = part.split("*");
    for (let look = 0; look < Number(times); look++) {
      const published = what === "?" ? null : what === "p" ? 3 : 0;
      const delivered = what === "?" ? null : what === "p" || what === "c" ? 2 : 0;
      nowMs += LOOK_MS;
      at = followPublishing(at, { published, delivered, pinned: what === "f" }, nowMs);
    }
  }
  return String(publishStalledSeconds(at) ?? "?");
}

const SLOW = "p c*11 p c*11 p c*11 p c*11 p c*11 p";

describe("seconds silent against its habit", () => {
  test.each([
    ["who never published has no habit", "c*100", "?"],
    ["a message at the start of a worker is no habit", "p*2 c*200", "?"],
    ["six looks that saw it publish are one", "p*6 c", "0"],
    ["ten median gaps are not yet unusual", "p*20 c*10", "0"],
    ["then it is silent, since its last publication", "p*20 c*11", "55"],
    ["five minutes", "p*20 c*60", "300"],
    ["it publishes again", "p*20 c*60 p", "0"],
    ["with nothing to do it is only idle", "p*20 -*60", "0"],
    ["work went on for two minutes after the last delivery seen", "p*20 c*40 -*24", "320"],
    ["work that stopped is no silence any more", "p*20 c*40 -*25", "0"],
    ["all it may hold held, and none acknowledged, is work too", "p*20 f*60", "300"],
    ["not measured: that time counts for nothing", "p*20 c*30 ?*100 c*30", "300"],
    ["a publisher by the minute is not silent after ten", `${SLOW} c*120`, "0"],
    ["but after more", `${SLOW} c*121`, "605"],
    ["an hour of idleness and then work is a new day", "p*20 -*721 c*30", "0"],
    ["a silence that was told goes on being one beyond the hour", "p*20 c*800", "4000"],
    ["a day later the habit is forgotten", "p*20 c*17300", "?"],
  ])("%s", (_, story, told) => expect(live(story)).toBe(told));
});

test("the habit is the median of its last gaps: one pause does not change it", () => {
  let at = NOT_PUBLISHING;
  for (const atMs of [0, 5, 10, 15, 220, 225, 230].map((s) => s * SECOND)) {
    at = followPublishing(at, { published: 1, delivered: 0, pinned: false }, atMs);
  }
  expect(at.usualGapMs).toBe(5 * SECOND);
});
