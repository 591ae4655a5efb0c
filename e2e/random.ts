// `npm run test:random`: all cases of all property tests, drawn anew. `LASTBEAT_TEST_SEED=… npm run test:random` repeats a run.

import { randomInt } from "node:crypto";
import { projectDirectory } from "./world/lastbeat.ts";
import { start } from "./world/processes.ts";

const SEEDS = 2 ** 31;

const seed = process.env.LASTBEAT_TEST_SEED ?? String(randomInt(SEEDS));
console.log(`seed ${seed}`);
const running = await start("vitest", ["run", "--project", "pure"], {
  cwd: projectDirectory,
  env: { ...process.env, LASTBEAT_TEST_FULL: "1", LASTBEAT_TEST_SEED: seed },
  onLine: (line) => console.log(line),
});
const { code } = await running.exited;
process.exit(code ?? 1);
