import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { start } from "./processes.ts";
import { until } from "./until.ts";

const PROCESSES = fileURLToPath(new URL("./processes.ts", import.meta.url));

const alive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

/** A process that starts a child and a directory, freezes the child, prints their names, and then runs `next`. */
async function parentThat(next: string) {
  const script = `
    const { start, temporaryDirectory } = await import(${JSON.stringify(PROCESSES)});
    const dir = temporaryDirectory("test");
    const child = await start("sleep", ["600"]);
    child.signal("SIGSTOP");
    console.log(child.pid + " " + dir);
    ${next}`;
  const parent = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  const line = await new Promise<string>((resolve) => createInterface({ input: parent.stdout }).once("line", resolve));
  const [pid = "", dir = ""] = line.split(" ");
  return { parent, child: Number(pid), dir };
}

test.each([
  ["is killed without a chance to clean up", "setInterval(() => {}, 1000);", true],
  ["throws", "setTimeout(() => { throw new Error('on purpose'); }, 100);", false],
  ["ends", "setTimeout(() => process.exit(0), 100);", false],
])("no child or directory survives a parent that %s", async (_, next, kill) => {
  const { parent, child, dir } = await parentThat(next);
  if (kill) {
    expect([alive(child), existsSync(dir)]).toEqual([true, true]);
    parent.kill("SIGKILL");
  }
  await until("the child to end", 15_000, () => !alive(child));
  await until("the directory to be removed", 15_000, () => !existsSync(dir));
});

test("a process that ignores the stop signal is killed", async () => {
  const running = await start("sh", ["-c", "trap '' TERM; echo ready; while :; do sleep 1; done"]);
  await until("the child to be ready", 10_000, () => running.lastWords().includes("ready"));
  expect(await running.stop("SIGTERM", 300)).toEqual({ code: null, signal: "SIGKILL" });
});

test("starting a program that does not exist fails at once", async () => {
  await expect(start("no-such-program-anywhere", [])).rejects.toThrow(/ENOENT/);
});
