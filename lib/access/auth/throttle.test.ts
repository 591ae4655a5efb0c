import { expect, test } from "vitest";
import { isSignInAllowed, recordFailedSignIn } from "@/lib/access/auth/throttle";

const NOW_MS = 1_000_000;
const failures = (count: number, atMs: number): number[] => Array.from({ length: count }, () => atMs);

test.each<[string, readonly number[], boolean]>([
  ["no wrong password", [], true],
  ["nine within a minute", failures(9, NOW_MS), true],
  ["ten within a minute", failures(10, NOW_MS), false],
  ["ten, the oldest almost a minute ago", [NOW_MS - 59_999, ...failures(9, NOW_MS)], false],
  ["ten, the oldest a minute ago", [NOW_MS - 60_000, ...failures(9, NOW_MS)], true],
  ["many, all long ago", failures(50, NOW_MS - 3_600_000), true],
])("a sign-in after %s", (_, failedMs, allowed) => expect(isSignInAllowed(failedMs, NOW_MS)).toBe(allowed));

test("a wrong password is recorded, and those of more than a minute ago are dropped", () => {
  expect(recordFailedSignIn([NOW_MS - 60_000, NOW_MS - 59_999], NOW_MS)).toEqual([NOW_MS - 59_999, NOW_MS]);
});

test("no more wrong passwords are recorded than the limit needs", () => {
  const recorded = recordFailedSignIn(failures(10, NOW_MS - 1), NOW_MS);
  expect(recorded).toEqual([...failures(9, NOW_MS - 1), NOW_MS]);
  expect(isSignInAllowed(recorded, NOW_MS)).toBe(false);
});
