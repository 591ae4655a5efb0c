import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { BUILT_IN_RULES } from "@/lib/alerts/catalogue/built-in";
import { listing, SCENARIOS, scenarioNamed } from "./cast.ts";
import { playByClock } from "./play.ts";

test("six incidents with distinct names", () => {
  expect(SCENARIOS.map(({ name }) => name)).toEqual([
    "scan-blocks-heartbeat",
    "lost-notify",
    "redial-without-consumer",
    "retry-conflict",
    "frozen-runner",
    "silent-publisher",
  ]);
  expect(SCENARIOS.map(({ name }) => scenarioNamed(name)?.name)).toEqual(SCENARIOS.map(({ name }) => name));
  expect(scenarioNamed("nonsense")).toBeNull();
});

test("the list has one line per scenario, with its description", () => {
  const lines = listing().split("\n");
  expect(lines).toHaveLength(SCENARIOS.length);
  SCENARIOS.forEach(({ name, shows }, at) => {
    expect(lines[at]).toContain(name);
    expect(lines[at]).toContain(shows);
  });
});

test("scenarios only change the thresholds of built-in rules", () => {
  const known = BUILT_IN_RULES.map(({ id, signal }) => `${id} ${signal}`);
  const used = SCENARIOS.flatMap(({ rules }) => rules.map((rule) => `${of(rule, "id")} ${of(rule, "signal")}`));
  expect(used.filter((one) => !known.includes(one))).toEqual([]);
});

test("no two scenarios set the same rule, so that all can run in one environment", () => {
  const ids = SCENARIOS.flatMap(({ rules }) => rules.map((rule) => of(rule, "id")));
  expect(ids).toEqual([...new Set(ids)]);
});

const of = (rule: object, field: string): unknown => Reflect.get(rule, field);

describe("timed playback", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  function play(failing: readonly string[] = []) {
    const log: string[] = [];
    const scene = (name: string, atSeconds: number) => ({
      ...{ name, atSeconds, words: `${name} happens` },
      act: async () => {
        log.push(`${name} acts`);
        if (failing.includes(name)) throw new Error("no broker");
      },
    });
    const end = playByClock(
      { scenes: [scene("first", 10), scene("second", 20)], stop: () => Promise.resolve() },
      (words) => void log.push(words),
    );
    return { log, end };
  }

  test("each scene is reported and then acts, at its time", async () => {
    const { log } = play();
    await vi.advanceTimersByTimeAsync(9_999);
    expect(log).toEqual([]);
    await vi.advanceTimersByTimeAsync(10_001);
    expect(log).toEqual(["first happens", "first acts", "second happens", "second acts"]);
  });

  test("a failing scene is reported, and the next one still runs", async () => {
    const { log } = play(["first"]);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(log).toContain("the story stumbled: no broker");
    expect(log).toContain("second acts");
  });

  test("no scene acts after the stop", async () => {
    const { log, end } = play();
    await vi.advanceTimersByTimeAsync(10_000);
    await end();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(log).toEqual(["first happens", "first acts"]);
  });
});
