import { expect, test } from "vitest";
import { readStandby } from "@/lib/sources/reading/server-status";

test.each([
  ["a primary", { standby: false, behind: null }, null],
  ["a standby that is up to date", { standby: true, behind: 0 }, { behindSeconds: 0 }],
  ["a standby with a lag", { standby: true, behind: 93.5 }, { behindSeconds: 93.5 }],
  ["a standby whose clock is behind its primary's", { standby: true, behind: -0.2 }, { behindSeconds: 0 }],
  ["a standby that has replayed nothing yet", { standby: true, behind: null }, { behindSeconds: null }],
])("%s", async (_, row, expected) => {
  expect(await readStandby(() => Promise.resolve([row]))).toEqual(expected);
});
