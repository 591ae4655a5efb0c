import { expect, test } from "vitest";
import { MINUTE } from "@/lib/base/time/duration";
import { followRollbacks, NO_ROLLBACKS } from "@/lib/sources/jobs/rollbacks";

/** Each word is a poll, one a minute: cumulative updates/rollbacks, "?" for not measured. */
const live = (story: string): string => {
  let memory = NO_ROLLBACKS;
  return story
    .split(" ")
    .map((word, at) => {
      const [updates = 0, rollbacks = 0] = word.split("/").map(Number);
      const step = followRollbacks(memory, word === "?" ? null : { updates, rollbacks }, at * MINUTE);
      memory = step.after;
      const { rollbacks: result } = step;
      return result === null ? "?" : `${result.updates}/${result.rollbacks}@${result.loopSeconds}`;
    })
    .join(" ");
};

test.each([
  ["a loop: two attempts a minute, every one rolled back", "9/4 11/6 13/8 15/10", "? 2/2@0 4/4@120 6/6@180"],
  ["stored updates are no loop", "9/4 109/4 209/5 309/5", "? 100/0@0 200/1@0 300/1@0"],
  ["four of five is a loop, three of five is not", "0/0 5/4 10/7", "? 5/4@60 10/7@0"],
  ["one or two updates can be chance", "0/0 1/1 2/2", "? 1/1@0 2/2@0"],
  ["no update is no loop, whatever else is rolled back", "5/0 5/9 5/20", "? 0/9@0 0/20@0"],
  [
    "the window is five minutes",
    "0/0 2/2 4/4 6/6 8/8 10/10 12/12",
    "? 2/2@0 4/4@120 6/6@180 8/8@240 10/10@300 10/10@360",
  ],
  ["it ends when updates are stored again", "0/0 4/4 8/8 90/8", "? 4/4@60 8/8@120 90/8@0"],
  ["a reset gives no negative difference and discards earlier samples", "90/90 94/94 1/1 5/5", "? 4/4@60 ? 4/4@60"],
  ["an unmeasured poll is not zero and ends no loop", "0/0 4/4 ? 8/8", "? 4/4@60 ? 8/8@180"],
])("%s", (_, story, expected) => expect(live(story)).toBe(expected));
