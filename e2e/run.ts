// `npm test`: all tests, against real services. The last line of its output is "N passed, N failed".

import { readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { messageOf } from "../lib/base/errors/message.ts";
import { nothingRan, type Tally, tallyExit, tallyPlaywright, tallyVitest } from "./tally.ts";
import { openBroker, openPostgres } from "./world/external-services.ts";
import { install } from "./world/install.ts";
import { projectDirectory } from "./world/lastbeat.ts";
import { removeDirectory, start, temporaryDirectory } from "./world/processes.ts";

/** A step that hangs is killed, so that the results of the other steps are printed. */
const STEP_WITHIN_MS = 25 * 60_000;
/** Live tests wait for time-outs of real brokers and clients: with two files at a time both cores were idle for half of it. */
const LIVE_WORKERS = 4;
/** Property tests run all of their random cases. */
const ALL_CASES = { LASTBEAT_TEST_FULL: "1" };
/** A minute of calm with a crowd that moves four times as often, then failures that are reported within a minute or two. */
const BRIEF_WEATHER = {
  LASTBEAT_WEATHER_MINUTES: "1",
  LASTBEAT_WEATHER_HURRY: "4",
  LASTBEAT_WEATHER_FAILURES: "consumers-gone,leak,database,alarm",
};
/** The table of the weather, and each page and finding that is wrong, and why it ended early. */
const WEATHER_REMARK = /^\||FALSE|cannot go on/;
const SLOWEST = "./lib/base/testing/slowest-files.testing.ts";
/** Tests of our own tables. They run on PostgreSQL as well if its URL is in the environment. */
const ON_POSTGRES = [
  "lib/storage",
  "lib/notifications/delivery/deliver",
  "lib/server/commands/webhooks",
  "lib/views/read/names",
];

const reports = temporaryDirectory("reports");
const tallies: [name: string, tally: Tally][] = [];

for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, () => process.exit(130));

try {
  install();
} catch (cause) {
  console.error(cause instanceof Error ? cause.message : cause);
  process.exit(1);
}
for (const script of ["types", "lint", "dead"])
  await step(script, async () => tallyExit(await run("npm", ["run", script])));
await step("pure", () => vitest("pure", ["--project", "pure"], ALL_CASES));
await step("database", () => vitest("database", ["--project", "db"], ALL_CASES));
let built = false;
// Live tests wait for time-outs most of the time; the build, and the weather after it, take what they leave of the processors.
let firstWeather: Tally | null = null;
await Promise.all([
  withServices(),
  step("build", build).then(async () => {
    firstWeather = await weather();
  }),
]);
// Like a live or browser test, the weather is tried once more if it failed, and is named in either case.
await Promise.all([
  step("browser", () => (built ? playwright() : Promise.resolve(nothingRan("there is no build")))),
  step("weather", () => weatherAgain(firstWeather)),
]);
removeDirectory(reports);
close();

async function step(name: string, act: () => Promise<Tally>): Promise<void> {
  console.log(`\n━━ ${name}`);
  try {
    tallies.push([name, await act()]);
  } catch (cause) {
    console.error(cause);
    tallies.push([name, nothingRan(messageOf(cause))]);
  }
}

async function build(): Promise<Tally> {
  const code = await run("nice", ["npm", "run", "build"]);
  built = code === 0;
  return tallyExit(code);
}

async function weatherAgain(first: Tally | null): Promise<Tally> {
  if (first !== null && (first.failed === 0 || !built)) return first;
  const again = await weather();
  return again.failed === 0
    ? { ...again, remarks: ["passed when tried again; at first:", ...(first?.remarks ?? [])] }
    : again;
}

async function weather(): Promise<Tally> {
  if (!built) return nothingRan("there is no build");
  const remarks: string[] = [];
  const code = await run("node", ["e2e/world/weather/weather.ts"], BRIEF_WEATHER, (line) => {
    console.log(line);
    if (WEATHER_REMARK.test(line)) remarks.push(line.trim());
  });
  return { ...tallyExit(code), remarks };
}

/** Runs the steps that need servers: those at the given URLs, otherwise private ones that stop after these steps. */
async function withServices(): Promise<void> {
  const undo: (() => Promise<void>)[] = [];
  try {
    const env = await services(undo);
    await step("database on PostgreSQL", () => vitest("postgres", ["--project", "db", ...ON_POSTGRES], env));
    // Real clients, brokers and time-outs share the machine: a failed test is tried once more, and is listed in either case.
    const live = ["--project", "live", "--retry=1", `--maxWorkers=${LIVE_WORKERS}`];
    await step("live", () => vitest("live", live, env));
  } catch (cause) {
    await step("services", () => Promise.reject(cause));
  } finally {
    for (const act of undo) await act();
  }
}

async function services(undo: (() => Promise<void>)[]): Promise<Record<string, string>> {
  const postgres = await openPostgres();
  undo.push(postgres.stop);
  const broker = await openBroker();
  undo.push(broker.kill);
  return {
    LASTBEAT_TEST_DATABASE_URL: postgres.url,
    LASTBEAT_TEST_BROKER_URL: broker.managementUrl,
    LASTBEAT_TEST_AMQP_URL: broker.amqpUrl,
    LASTBEAT_TEST_METRICS_URL: broker.metricsUrl,
  };
}

async function vitest(name: string, args: readonly string[], env: Record<string, string>): Promise<Tally> {
  const report = join(reports, `${name}.json`);
  const reporters = ["--reporter=default", `--reporter=${SLOWEST}`, "--reporter=json", `--outputFile.json=${report}`];
  const code = await run("vitest", ["run", ...args, ...reporters], env);
  return tallyVitest(read(report), code);
}

async function playwright(): Promise<Tally> {
  const report = join(reports, "playwright.json");
  // Fifty tests with real timeouts on a shared machine: a failed test is retried once, and is listed in either case.
  const code = await run("playwright", ["test", "--retries=1", "--reporter=list,json"], {
    PLAYWRIGHT_JSON_OUTPUT_FILE: report,
  });
  return tallyPlaywright(read(report), code);
}

/** Runs a tool and prints its output line by line. Returns the exit code, or null if the tool was killed. */
async function run(
  command: string,
  args: readonly string[],
  env: Record<string, string> = {},
  onLine: (line: string) => void = console.log,
): Promise<number | null> {
  // The project's own tools, Node included, precede those of the system, even if npm did not start this.
  const path = `${join(projectDirectory, "node_modules/.bin")}${delimiter}${process.env.PATH ?? ""}`;
  const running = await start(command, args, {
    cwd: projectDirectory,
    env: { ...process.env, NEXT_TELEMETRY_DISABLED: "1", ...env, PATH: path },
    onLine,
  });
  const timer = setTimeout(() => void running.kill(), STEP_WITHIN_MS);
  const { code } = await running.exited;
  clearTimeout(timer);
  return code;
}

function read(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return null;
  }
}

function close(): never {
  console.log("\n━━ result");
  for (const [name, { passed, failed, remarks }] of tallies) {
    console.log(`${failed === 0 ? "ok    " : "FAILED"} ${name}: ${passed} passed, ${failed} failed.`);
    for (const remark of remarks) console.log(`         ${remark}`);
  }
  const sum = (of: (tally: Tally) => number): number => tallies.reduce((all, [, tally]) => all + of(tally), 0);
  const failed = sum((tally) => tally.failed);
  console.log(`\n${sum((tally) => tally.passed)} passed, ${failed} failed`);
  process.exit(failed === 0 ? 0 : 1);
}
