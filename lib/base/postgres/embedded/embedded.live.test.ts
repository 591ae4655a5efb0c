import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { expect, test } from "vitest";

const KILLS = 20;
/** Each run takes 2 s to start on an idle machine and 10 s on a busy one. */
const WITHIN_MS = 600_000;
const WRITER = resolve("lib/base/postgres/embedded/writer.testing.mjs");

interface Run {
  readonly foundRows: number;
  readonly foundGreatest: number;
  readonly acknowledged: number;
}

/** Runs the writer until it has reported `batches` batches, then kills it in the middle of the next one. */
async function runAndKill(dataDir: string, batches: number): Promise<Run> {
  const writer = spawn(process.execPath, ["--conditions=react-server", WRITER, dataDir], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise((done) => writer.once("exit", done));
  let found: readonly number[] = [];
  let acknowledged = 0;
  let reported = 0;
  for await (const line of createInterface({ input: writer.stdout })) {
    const [word, ...numbers] = line.split(" ");
    if (word === "found") found = numbers.map(Number);
    if (word !== "wrote") continue;
    acknowledged = numbers.map(Number)[0] ?? 0;
    reported += 1;
    if (reported === batches) writer.kill("SIGKILL");
  }
  await ended;
  return { foundRows: found[0] ?? Number.NaN, foundGreatest: found[1] ?? Number.NaN, acknowledged };
}

test(
  "killed twenty times while writing, it opens each time with everything that was acknowledged",
  async () => {
    const dataDir = await mkdtemp(join(tmpdir(), "lastbeat-kill-"));
    let acknowledged = 0;
    for (let kill = 0; kill <= KILLS; kill += 1) {
      const run = await runAndKill(dataDir, 1 + ((kill * 7) % 20));
      expect(run.foundGreatest).toBeGreaterThanOrEqual(acknowledged);
      expect(run.foundRows).toBe(run.foundGreatest);
      expect(run.acknowledged).toBeGreaterThan(run.foundGreatest);
      acknowledged = run.acknowledged;
    }
    await rm(dataDir, { recursive: true, force: true });
  },
  WITHIN_MS,
);
