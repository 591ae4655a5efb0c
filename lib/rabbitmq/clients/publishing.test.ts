import { describe, expect, test } from "vitest";
import { SECOND } from "@/lib/base/time/duration";
import { followPublishing, NOT_PUBLISHING, publishStalledSeconds } from "@/lib/rabbitmq/clients/publishing";

const SNAPSHOT_MS = 5 * SECOND;

/**
 * A snapshot each 5 s. p publishes and consumes, c only consumes, - does neither, f has its full prefetch
 * unacknowledged, ? is not measured; "c*60" is sixty of them. Returns the seconds silent against its pattern, "?"
 * without a pattern.
 */
function stalledAfter(story: string): string {
  let state = NOT_PUBLISHING;
  let nowMs = 0;
  for (const part of story.split(" ")) {
    const [what = "", times = "1"] = part.split("*");
    for (let count = 0; count < Number(times); count++) {
      const published = what === "?" ? null : what === "p" ? 3 : 0;
      const delivered = what === "?" ? null : what === "p" || what === "c" ? 2 : 0;
      nowMs += SNAPSHOT_MS;
      state = followPublishing(state, { published, delivered, pinned: what === "f" }, nowMs);
    }
  }
  return String(publishStalledSeconds(state) ?? "?");
}

const SLOW = "p c*11 p c*11 p c*11 p c*11 p c*11 p";

describe("seconds silent against its pattern", () => {
  test.each([
    ["a client that never published has no pattern", "c*100", "?"],
    ["a message at the start of a worker is no pattern", "p*2 c*200", "?"],
    ["six snapshots with publications are one", "p*6 c", "0"],
    ["ten median gaps are not yet unusual", "p*20 c*10", "0"],
    ["then it is silent, since its last publication", "p*20 c*11", "55"],
    ["five minutes", "p*20 c*60", "300"],
    ["it publishes again", "p*20 c*60 p", "0"],
    ["without work it is only idle", "p*20 -*60", "0"],
    ["work counts for two minutes after the last delivery", "p*20 c*40 -*24", "320"],
    ["without work it is not silent", "p*20 c*40 -*25", "0"],
    ["a full prefetch without acknowledgements is work too", "p*20 f*60", "300"],
    ["time that is not measured does not count", "p*20 c*30 ?*100 c*30", "300"],
    ["one that publishes every minute is not silent after ten", `${SLOW} c*120`, "0"],
    ["but after more", `${SLOW} c*121`, "605"],
    ["work after an hour without any is no silence", "p*20 -*721 c*30", "0"],
    ["a silence continues beyond the hour", "p*20 c*800", "4000"],
    ["a day later the pattern is dropped", "p*20 c*17300", "?"],
  ])("%s", (_, story, expected) => expect(stalledAfter(story)).toBe(expected));
});

test("the pattern is the median of its last gaps: one pause does not change it", () => {
  let state = NOT_PUBLISHING;
  for (const atMs of [0, 5, 10, 15, 220, 225, 230].map((s) => s * SECOND)) {
    state = followPublishing(state, { published: 1, delivered: 0, pinned: false }, atMs);
  }
  expect(state.usualGapMs).toBe(5 * SECOND);
});
