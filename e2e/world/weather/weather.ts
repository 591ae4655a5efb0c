// `npm run weather`: a production build of Lastbeat beside a realistic crowd on a real broker. First calm weather, in which
// nothing may be reported; then each failure once. Prints the table of the README. README, "Weather", has the settings.
import { messageOf } from "../../../lib/base/errors/message.ts";
import { MINUTE, SECOND } from "../../../lib/base/time/duration.ts";
import { isBuilt } from "../lastbeat.ts";
import { pause } from "../until.ts";
import { openEnvironment, type WeatherEnvironment } from "./environment.ts";
import { BROKER_FAILURES, FAILURES, type WeatherFailure } from "./failures.ts";
import { type Movements, startMovements } from "./movements.ts";
import { type Observer, startObserver } from "./observers.ts";
import { readOptions, type WeatherOptions } from "./options.ts";
import { isAboutTheCrowd, isFindingAboutTheCrowd, isFiring, textOf } from "./pages.ts";
import { type FailureRun, fail, failBesides, falsePages } from "./run-failures.ts";
import { seeded, shuffled } from "./shuffle.ts";
import { type CalmRow, markdown, RESOLVED_TOO_LATE, type Result, TOO_LATE } from "./table.ts";

const FINDINGS_EVERY_MS = 15 * SECOND;
/** After a kill -9 and a start: as long as the conditions of the most impatient rules take. */
const QUIET_AFTER_RESTART_MS = 90 * SECOND;
const BRIEFLY_QUIET_MS = 30 * SECOND;
/** Usual numbers of connections are learned over a day by default, which a run of an hour does not have. */
const LEARNING_SECONDS_MAX = 300;

const began = Date.now();
const undo: (() => Promise<unknown>)[] = [];

for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, () => process.exit(130));
let code = 1;
try {
  code = (await main(readOptions(process.env))) ? 0 : 1;
} catch (cause) {
  log(`the run cannot go on: ${messageOf(cause)}`);
}
for (const act of undo.toReversed()) await act().catch((cause: unknown) => log(messageOf(cause)));
process.exit(code);

async function main(options: WeatherOptions): Promise<boolean> {
  if (!isBuilt()) throw new Error("run `npm run build` first: what is measured is what is shipped");
  log(`seed ${options.seed}, ${options.calmMinutes} min of calm weather`);
  const environment = await openEnvironment(options, log);
  undo.push(environment.stop);
  const observers = await startObservers(environment, learningOf(options));
  const movements = startMovements(environment, options.hurry, log);
  undo.push(movements.stop);
  const rows = [await calmWeather(observers, options.calmMinutes), await killObservers(observers, options)];
  const fromMs = Date.now();
  const results = await failures(options, environment, observers, movements);
  const unexplained = observers.map((observer) => falsePages(results, observer, fromMs));
  for (const page of unexplained.flat()) log(`FALSE while something failed: ${textOf(page)}`);
  rows.push({ title: "pages that no failure explains", wrong: unexplained.map((pages) => pages.length) });
  console.log(`\n${markdown(rows, results)}\n\nSeed ${options.seed}. Two values: with \`amqpUrl\` / without.`);
  // In a hurry on a busy machine, being late is no failure of the run: the table has the times.
  const isLate = (fault: string): boolean => fault === TOO_LATE || fault === RESOLVED_TOO_LATE;
  const isFault = (fault: string | null): boolean => fault !== null && !(options.hurry > 1 && isLate(fault));
  return (
    rows.every(({ wrong }) => wrong.every((count) => count === 0)) &&
    results.every(({ outcomes }) => outcomes.every(({ fault, repeated }) => !isFault(fault) && repeated === 0))
  );
}

/** First those that happen beside each other, then those of the whole broker, each in random order. */
async function failures(
  { seed, hurry, failures: only }: WeatherOptions,
  environment: WeatherEnvironment,
  observers: readonly Observer[],
  movements: Movements,
): Promise<readonly Result[]> {
  const random = seeded(seed);
  const run: FailureRun = { environment, observers, hurry, random, log };
  const wanted = (all: readonly WeatherFailure[]): readonly WeatherFailure[] =>
    shuffled(
      all.filter(({ id }) => only === null || only.includes(id)),
      random,
    );
  // A deployment replaces the replicas that a failure has killed.
  await movements.suspend();
  const results = [...(await failBesides(wanted(FAILURES), run))];
  movements.resume();
  for (const failure of wanted(BROKER_FAILURES)) {
    await movements.suspend();
    results.push(await fail(failure, run));
    movements.resume();
  }
  return results;
}

/** Each Lastbeat is killed and started again while all is well: nothing may be sent. */
async function killObservers(observers: readonly Observer[], { hurry }: WeatherOptions): Promise<CalmRow> {
  const before = observers.map(({ pages }) => pages.length);
  for (const observer of observers) {
    log(`${observer.id}: killed and started again`);
    await observer.killAndRestart();
  }
  await pause(hurry > 1 ? BRIEFLY_QUIET_MS : QUIET_AFTER_RESTART_MS);
  const wrong = observers.map(({ pages }, at) => pages.length - (before[at] ?? 0));
  return { title: "Lastbeat killed (kill -9) and started again", wrong };
}

/** Usual numbers are learned within the first half of the calm weather. */
function learningOf({ calmMinutes }: WeatherOptions): object {
  const seconds = Math.round(Math.min(LEARNING_SECONDS_MAX, (calmMinutes * 60) / 2));
  return { learnSessions: `${seconds}s`, learnConsumers: `${seconds}s` };
}

async function startObservers(environment: WeatherEnvironment, clients: object): Promise<readonly Observer[]> {
  const observers: Observer[] = [];
  for (const id of ["events", "polled"]) {
    const observer = await startObserver(id, environment, {
      clients,
      report: (page) => log(textOf(page)),
      log,
    });
    undo.push(observer.stop);
    observers.push(observer);
  }
  return observers;
}

/** Everything that was reported or shown although nothing is wrong. */
async function calmWeather(observers: readonly Observer[], minutes: number): Promise<CalmRow> {
  const endsAt = Date.now() + minutes * MINUTE;
  const shown = new Set<string>();
  while (Date.now() < endsAt) {
    await pause(Math.min(FINDINGS_EVERY_MS, endsAt - Date.now()));
    for (const { id, findings } of observers) {
      for (const finding of (await findings()).filter((one) => !isFindingAboutTheCrowd(one))) {
        // Sentences count: the same finding with another number is no other.
        const text = `[${id}] ${finding}`.replace(/\d+/g, "…");
        if (!shown.has(text)) log(`FALSE in calm weather: [${id}] ${finding}`);
        shown.add(text);
      }
    }
  }
  const wrong = observers.map(
    ({ id, pages }) =>
      pages.filter((page) => isFiring(page) && !isAboutTheCrowd(page)).length +
      [...shown].filter((text) => text.startsWith(`[${id}] `)).length,
  );
  return { title: `calm weather, ${minutes} min`, wrong };
}

function log(line: string): void {
  const seconds = Math.round((Date.now() - began) / SECOND);
  const minute = String(Math.floor(seconds / 60)).padStart(3, " ");
  console.log(`${minute}:${String(seconds % 60).padStart(2, "0")}  ${line}`);
}
