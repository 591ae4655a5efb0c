import { expect, test } from "vitest";
import { type MsMeanings, shiftInstants } from "@/lib/base/time/shift-instants";

interface Memory {
  readonly atMs: number;
  readonly seenMs: number | null;
  readonly tookMs: number;
  readonly theirsMs: number;
  readonly aheadMs: number | null;
  readonly behindMs: number;
  readonly count: number;
  readonly startsMs: readonly number[];
  readonly endsMs: ReadonlyMap<string, number>;
  readonly jobs: ReadonlyMap<string, { readonly atMs: number; readonly names: ReadonlySet<string> }>;
}

const MEANINGS: MsMeanings<Memory> = {
  atMs: "instant",
  seenMs: "instant",
  tookMs: "duration",
  theirsMs: "fixed",
  aheadMs: "theirs-minus-ours",
  behindMs: "ours-minus-theirs",
  startsMs: "instant",
  endsMs: "instant",
};

const memory: Memory = {
  ...{ atMs: 1_000, seenMs: 2_000, tookMs: 3, theirsMs: 4, aheadMs: 0, behindMs: 0, count: 7 },
  ...{ startsMs: [1_000, 2_000], endsMs: new Map([["a", 1_000]]) },
  jobs: new Map([["j", { atMs: 0, names: new Set(["x"]) }]]),
};

test("instants move, wherever they are; durations, other clocks, counts and zero stay", () =>
  expect(shiftInstants(memory, MEANINGS, 60)).toEqual({
    ...{ atMs: 1_060, seenMs: 2_060, tookMs: 3, theirsMs: 4, aheadMs: -60, behindMs: 60, count: 7 },
    ...{ startsMs: [1_060, 2_060], endsMs: new Map([["a", 1_060]]) },
    jobs: new Map([["j", { atMs: 0, names: new Set(["x"]) }]]),
  }));

test("what is not measured stays so", () => {
  const { seenMs, aheadMs } = shiftInstants({ ...memory, seenMs: null, aheadMs: null }, MEANINGS, 60);
  expect([seenMs, aheadMs]).toEqual([null, null]);
});

test("forward and back is the same again, and no step is the very same", () => {
  expect(shiftInstants(shiftInstants(memory, MEANINGS, 60), MEANINGS, -60)).toEqual(memory);
  expect(shiftInstants(memory, MEANINGS, 0)).toBe(memory);
});

test("a field that nobody has given a meaning is a type error", () => {
  // @ts-expect-error `startsMs` is missing.
  const meanings: MsMeanings<Pick<Memory, "atMs" | "startsMs">> = { atMs: "instant" };
  expect(meanings).toBeDefined();
});
