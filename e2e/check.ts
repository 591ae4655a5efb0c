// `npm run check`: types, lint, format, dead code, architecture and pure tests, two tools at a time. Prints each tool's
// output when the tool ends, so that outputs do not mix, and the total time at the end.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "..");
const PATH = `${join(root, "node_modules/.bin")}${delimiter}${process.env.PATH ?? ""}`;
const MS_PER_SECOND = 1_000;

interface Command {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
}

const tool = (name: string, command: string, ...args: readonly string[]): Command => ({ name, command, args });

/** The queues run in parallel, one per core; their commands run in order: `tsc` needs the types of `next typegen`. */
const QUEUES: readonly (readonly Command[])[] = [
  [
    tool("types of routes", "next", "typegen"),
    tool("types", "tsc", "--noEmit", "--incremental", "--tsBuildInfoFile", ".next/cache/check.tsbuildinfo"),
    tool("dead code", "knip"),
  ],
  [
    tool("pure tests", "vitest", "run", "--project", "pure"),
    tool("lint and format", "biome", "check", "--error-on-warnings", "."),
  ],
];

const startedMs = performance.now();
const failed = (await Promise.all(QUEUES.map(runQueue))).flat();
const seconds = ((performance.now() - startedMs) / MS_PER_SECOND).toFixed(1);
console.log(
  failed.length === 0 ? `\ncheck passed in ${seconds} s` : `\ncheck failed in ${seconds} s: ${failed.join(", ")}`,
);
process.exitCode = failed.length === 0 ? 0 : 1;

async function runQueue(commands: readonly Command[]): Promise<readonly string[]> {
  const failures: string[] = [];
  for (const command of commands) if (!(await run(command))) failures.push(command.name);
  return failures;
}

function run({ name, command, args }: Command): Promise<boolean> {
  if (!existsSync(join(root, "node_modules/.bin", command))) {
    console.log(`━━ ${name}: ${command} is not installed; run npm ci first`);
    return Promise.resolve(false);
  }
  const output: Buffer[] = [];
  const begunMs = performance.now();
  const child = spawn(command, args, { cwd: root, env: { ...process.env, PATH, NEXT_TELEMETRY_DISABLED: "1" } });
  child.stdout.on("data", (part: Buffer) => output.push(part));
  child.stderr.on("data", (part: Buffer) => output.push(part));
  return new Promise((settle) => {
    child.on("error", (cause) => output.push(Buffer.from(String(cause))));
    child.on("close", (code) => {
      const took = ((performance.now() - begunMs) / MS_PER_SECOND).toFixed(1);
      console.log(
        `━━ ${name}: ${code === 0 ? "ok" : "FAILED"} in ${took} s\n${Buffer.concat(output).toString().trimEnd()}`,
      );
      settle(code === 0);
    });
  });
}
