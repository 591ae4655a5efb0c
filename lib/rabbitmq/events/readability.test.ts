import { expect, test } from "vitest";
import { createReadability } from "@/lib/rabbitmq/events/readability";

const after = (...messages: readonly [node: string | null, readable: boolean][]): boolean => {
  const readability = createReadability();
  for (const [node, readable] of messages) readability.record(node, readable);
  return readability.isUnreadable();
};
const unreadable = (count: number) => Array.from({ length: count }, (): [string, boolean] => ["a", false]);

test("the first message in an unknown form is enough, and one in a known form ends it", () => {
  expect(after()).toBe(false);
  expect(after([null, false])).toBe(true);
  expect(after([null, false], [null, true])).toBe(false);
});

test("each node formats its own messages", () => {
  expect(after(["a", true], ["b", false], ["a", true])).toBe(true);
});

test("a few messages in another form do not make a readable node unreadable; ten in a row do", () => {
  expect(after(["a", true], ...unreadable(9))).toBe(false);
  expect(after(["a", true], ...unreadable(10))).toBe(true);
});
