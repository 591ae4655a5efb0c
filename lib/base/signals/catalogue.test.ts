import { expect, test } from "vitest";
import { CLIENT_MINUTES, placeOf, SAMPLED, SIGNALS, signalNamed } from "@/lib/base/signals/catalogue";

test("every signal is in the catalogue once, with its place in the rows of its kind", () => {
  const rows = [...Object.values(SAMPLED), CLIENT_MINUTES];
  const names = rows.flatMap((values) => values.map(([name]) => name));
  expect(new Set(SIGNALS.map(({ name }) => name)).size).toBe(SIGNALS.length);
  expect(SIGNALS.filter(({ stored }) => stored !== "counted").map(({ name }) => name)).toEqual(names);
  for (const values of rows) {
    expect(values.map(([name]) => signalNamed(name)?.place)).toEqual(values.map((_, at) => at + 1));
  }
});

test("a counted signal has no place", () => {
  const counted = SIGNALS.filter(({ stored }) => stored === "counted");
  expect(counted.map(({ place }) => place)).toEqual(counted.map(() => null));
  for (const signal of counted) expect(() => placeOf(signal)).toThrow("no place");
});
