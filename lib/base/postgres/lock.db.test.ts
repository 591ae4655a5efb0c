import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { lockFolder } from "@/lib/base/postgres/lock";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "lastbeat-lock-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const ROUNDS = 25;

const take = () => lockFolder(join(folder, "pid"), () => new Error("in use"));

test("a lock is held by one, and free once given back", async () => {
  const unlock = await take();
  await expect(take()).rejects.toThrow("in use");
  await unlock();
  await (await take())();
  expect(await readdir(folder)).toEqual([]);
});

test("of many at once one gets it", async () => {
  const outcomes = await Promise.allSettled(Array.from({ length: 8 }, take));
  expect(outcomes.filter((one) => one.status === "fulfilled")).toHaveLength(1);
  expect(await readdir(folder)).toEqual(["pid"]);
});

test.each([
  ["a process that is gone", "4194999 123 x\n"],
  ["one with our process id that started at another time, as in a restarted container", `${process.pid} 1 x\n`],
  ["nobody: the file is empty", ""],
  ["nobody: the file is something else", "hello\n"],
])("the lock of %s is taken over, by one of many", async (_, content) => {
  // A collision needs three of them in step, so it is tried often.
  for (let round = 0; round < ROUNDS; round++) {
    await writeFile(join(folder, "pid"), content);
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, take));
    expect(outcomes.filter((one) => one.status === "fulfilled")).toHaveLength(1);
    expect(await readdir(folder)).toEqual(["pid"]);
  }
});

test("a takeover that was itself cut off is finished by the next", async () => {
  await writeFile(join(folder, "pid"), "4194999 123 x\n");
  await writeFile(join(folder, "pid.takeover"), "4194998 123 y\n");
  await take();
  expect(await readdir(folder)).toEqual(["pid"]);
});

test("the lock of a living process is left alone, also where its start time is not known", async () => {
  const content = `${process.ppid} ? x\n`;
  await writeFile(join(folder, "pid"), content);
  await expect(take()).rejects.toThrow("in use");
  expect(await readFile(join(folder, "pid"), "utf8")).toBe(content);
});
