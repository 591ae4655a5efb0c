import { expect, test, vi } from "vitest";
import { type Loop, startLoop } from "@/lib/base/concurrency/loop";

const LONG_MS = 60_000;

/** A loop of which each tick is finished by hand, with the interval it answers or the error it throws. */
function byHand() {
  const finish: ((answer: number | Error) => void)[] = [];
  const seen = { failed: 0, worked: 0 };
  const loop: Loop = startLoop(
    () =>
      new Promise((resolve, reject) => {
        finish.push((answer) => (typeof answer === "number" ? resolve(answer) : reject(answer)));
      }),
    { againMs: LONG_MS, failed: () => seen.failed++, worked: () => seen.worked++ },
  );
  const ticks = (count: number) => vi.waitFor(() => expect(finish).toHaveLength(count));
  return { loop, seen, ticks, began: () => finish.length, finish: (answer: number | Error) => finish.at(-1)?.(answer) };
}

const turn = () => new Promise((resolve) => setTimeout(resolve, 5));

test("the next tick begins after the interval that the last one answered", async () => {
  const { loop, ticks, finish, seen } = byHand();
  await ticks(1);
  finish(1);
  await ticks(2);
  finish(LONG_MS);
  await loop.stop();
  expect(seen).toEqual({ failed: 0, worked: 2 });
});

test("a wake cuts the pause short", async () => {
  const { loop, ticks, finish } = byHand();
  await ticks(1);
  finish(LONG_MS);
  await turn();
  loop.wake();
  await ticks(2);
  finish(LONG_MS);
  await loop.stop();
});

test("a wake during a tick makes for one more tick, and no more than one", async () => {
  const { loop, ticks, finish, began } = byHand();
  await ticks(1);
  loop.wake();
  loop.wake();
  finish(LONG_MS);
  await ticks(2);
  finish(LONG_MS);
  await turn();
  expect(began()).toBe(2);
  await loop.stop();
});

test("a failed tick is retried after its pause, which a wake does not shorten", async () => {
  const { loop, ticks, finish, seen, began } = byHand();
  await ticks(1);
  finish(new Error("no"));
  await turn();
  loop.wake();
  await turn();
  expect([began(), seen]).toEqual([1, { failed: 1, worked: 0 }]);
  await loop.stop();
});

test("a stop waits for the tick in progress", async () => {
  const { loop, ticks, finish } = byHand();
  await ticks(1);
  let stopped = false;
  const stop = loop.stop().then(() => {
    stopped = true;
  });
  await turn();
  expect(stopped).toBe(false);
  finish(1);
  await stop;
});
