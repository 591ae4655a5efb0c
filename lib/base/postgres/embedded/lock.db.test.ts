import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { lockFolder } from "@/lib/base/postgres/embedded/lock";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "lastbeat-lock-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const ROUNDS = 25;

const acquire = () => lockFolder(join(folder, "pid"), () => new Error("in use"));

test("one process holds the lock, and it is free once released", async () => {
  const unlock = await acquire();
  await expect(acquire()).rejects.toThrow("in use");
  await unlock();
  await (await acquire())();
  expect(await readdir(folder)).toEqual([]);
});

test("one of many concurrent processes acquires it", async () => {
  const outcomes = await Promise.allSettled(Array.from({ length: 8 }, acquire));
  expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  expect(await readdir(folder)).toEqual(["pid"]);
});

test.each([
  ["a process that has ended", "4194999 123 x\n"],
  ["a process with our id that started at another time, as in a restarted container", `${process.pid} 1 x\n`],
  ["no process: the file is empty", ""],
  ["no process: the file has other content", "hello\n"],
])("one of many takes over the lock of %s", async (_, content) => {
  // A collision needs three processes in step, so the race is repeated.
  for (let round = 0; round < ROUNDS; round++) {
    await writeFile(join(folder, "pid"), content);
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, acquire));
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(await readdir(folder)).toEqual(["pid"]);
  }
});

test("a takeover that was interrupted is completed by the next process", async () => {
  await writeFile(join(folder, "pid"), "4194999 123 x\n");
  await writeFile(join(folder, "pid.takeover"), "4194998 123 y\n");
  await acquire();
  expect(await readdir(folder)).toEqual(["pid"]);
});

test("the lock of a living process is respected, also if its start time is unknown", async () => {
  const content = `${process.ppid} ? x\n`;
  await writeFile(join(folder, "pid"), content);
  await expect(acquire()).rejects.toThrow("in use");
  expect(await readFile(join(folder, "pid"), "utf8")).toBe(content);
});
