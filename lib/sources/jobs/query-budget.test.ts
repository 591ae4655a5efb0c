import { describe, expect, test } from "vitest";
import type { Query } from "@/lib/sources/jobs/adapter";
import { errorCode } from "@/lib/sources/jobs/error-code";
import { skippedError, timeoutError, withCooldown, withinBudget } from "@/lib/sources/jobs/query-budget";

test.each([
  ["57014", null],
  ["55P03", null],
  ["40001", null],
])("an answer out of budget (%s) is not measured", async (code, expected) => {
  expect(await withinBudget(Promise.reject(Object.assign(new Error("x"), { code })))).toBe(expected);
});

test("any other error is rethrown", async () => {
  const error = Object.assign(new Error("x"), { code: "42501" });
  await expect(withinBudget(Promise.reject(error))).rejects.toBe(error);
  expect([errorCode(error), errorCode(null), errorCode("57014"), errorCode({ code: 5 })]).toEqual([
    "42501",
    null,
    null,
    null,
  ]);
});

describe("a query with a cool-down", () => {
  const timeout = timeoutError("canceling statement due to statement timeout");
  const MINUTE = 60_000;

  test.each<[string, Partial<Query>, Error, number, number]>([
    ["is not repeated after it ran out of budget", { cooldown: true }, timeout, 9 * MINUTE, 1],
    ["is repeated after ten minutes", { cooldown: true }, timeout, 10 * MINUTE, 2],
    ["is the only kind that is not repeated", {}, timeout, MINUTE, 2],
    [
      "is repeated if only the poll's time was over",
      { cooldown: true },
      skippedError({ name: "q", text: "" }),
      MINUTE,
      2,
    ],
    [
      "is repeated after another error",
      { cooldown: true },
      Object.assign(new Error("x"), { code: "42501" }),
      MINUTE,
      2,
    ],
  ])("%s", async (_, options, error, laterMs, expected) => {
    let runs = 0;
    const cooldowns = new Map<string, number>();
    const runQuery = (): Promise<never> => {
      runs++;
      return Promise.reject(error);
    };
    for (const nowMs of [0, laterMs]) {
      const query = { name: "q", text: "", ...options };
      await expect(withCooldown(runQuery, cooldowns, nowMs)(query)).rejects.toHaveProperty("code");
    }
    expect(runs).toBe(expected);
  });
});
