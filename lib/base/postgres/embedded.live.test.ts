import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { expect, test } from "vitest";

const KILLS = 20;
/** Each life is a start of 2 s on an idle machine, and of ten on a busy one. */
const WITHIN_MS = 600_000;
const WRITER = resolve("lib/base/postgres/writer.testing.mjs");

interface Life {
  readonly foundRows: number;
  readonly foundGreatest: number;
  readonly acknowledged: number;
}

/** Runs the writer until it has told of `batches` batches, then kills it in the middle of the next one. */
async function liveAndDie(dataDir: string, batches: number): Promise<Life> {
  const writer = spawn(process.execPath, ["--conditions=react-server", WRITER, dataDir], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise((done) => writer.once("exit", done));
  let found: readonly number[] = [];
  let acknowledged = 0;
  let told = 0;
  for await (const line of createInterface({ input: writer.stdout })) {
    const [word, ...numbers] = line.split(" ");
    if (word === "found") found = numbers.map(Number);
    if (word !== "wrote") continue;
    acknowledged = numbers.map(Number)[0] ?? 0;
    told += 1;
    if (told === batches) writer.kill("SIGKILL");
  }
  await ended;
  return { foundRows: found[0] ?? Number.NaN, foundGreatest: found[1] ?? Number.NaN, acknowledged };
}

test(
  "killed twenty times while writing, it opens each time and has all that was acknowledged",
  async () => {
    const dataDir = await mkdtemp(join(tmpdir(), "lastbeat-kill-"));
    let acknowledged = 0;
    for (let kill = 0; kill <= KILLS; kill += 1) {
      const life = await liveAndDie(dataDir, 1 + ((kill * 7) % 20));
      expect(life.foundGreatest).toBeGreaterThanOrEqual(acknowledged);
      expect(life.foundRows).toBe(life.foundGreatest);
      expect(life.acknowledged).toBeGreaterThan(life.foundGreatest);
      acknowledged = life.acknowledged;
    }
    await rm(dataDir, { recursive: true, force: true });
  },
  WITHIN_MS,
);
