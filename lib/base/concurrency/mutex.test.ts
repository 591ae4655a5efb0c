import { expect, test } from "vitest";
import { keyedMutex } from "@/lib/base/concurrency/mutex";

/** Work that is finished by hand, and a journal of what began and ended. */
function works() {
  const journal: string[] = [];
  const finish = new Map<string, (failed?: Error) => void>();
  const work = (name: string) => async () => {
    journal.push(`${name} begins`);
    await new Promise<void>((resolve, reject) => {
      finish.set(name, (failed) => (failed === undefined ? resolve() : reject(failed)));
    });
    journal.push(`${name} ends`);
    return name;
  };
  return { journal, work, finish: (name: string, failed?: Error) => finish.get(name)?.(failed) };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

test("work of one key takes turns in the order of the calls; work of another key does not wait", async () => {
  const serialize = keyedMutex<string>();
  const { journal, work, finish } = works();
  const first = serialize("a", work("a1"));
  const second = serialize("a", work("a2"));
  const other = serialize("b", work("b1"));
  await turn();
  expect(journal).toEqual(["a1 begins", "b1 begins"]);
  finish("a1");
  await turn();
  expect(journal).toEqual(["a1 begins", "b1 begins", "a1 ends", "a2 begins"]);
  finish("a2");
  finish("b1");
  expect(await Promise.all([first, second, other])).toEqual(["a1", "a2", "b1"]);
});

test("work that fails does so for its caller alone", async () => {
  const serialize = keyedMutex<string>();
  const { work, finish } = works();
  const failing = serialize("a", work("a1"));
  const next = serialize("a", work("a2"));
  await turn();
  finish("a1", new Error("no"));
  await expect(failing).rejects.toThrow("no");
  await turn();
  finish("a2");
  expect(await next).toBe("a2");
});
