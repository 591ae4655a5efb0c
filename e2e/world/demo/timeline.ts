import { messageOf } from "../../../lib/base/errors/message.ts";
import type { JobTables } from "../job-tables.ts";
import { FREEZES, VANISHES } from "./clients.ts";
import type { DemoEnvironment } from "./environment.ts";

const EVERY_MS = 1_000;
/** The timeline restarts after this long. */
const CYCLE_SECONDS = 300;
const STEADY_RUNNERS = ["transcoder-1", "transcoder-2"] as const;
const SILENT_RUNNER = "transcoder-3";
/** How long this runner has been silent when the demo starts: longer than three of its 60 s progress reports. */
const SILENT_FOR_SECONDS = 240;
const STARTING_BACKLOG = 400;
/** The job tables change at this interval. */
const ROUND_SECONDS = 5;

interface TimelineStep {
  readonly at: number;
  readonly words: string;
  readonly act: (stage: DemoEnvironment, tables: JobTables) => void | Promise<void>;
  /** Only in the first cycle. */
  readonly once?: boolean;
}

const SCENES: readonly TimelineStep[] = [
  {
    at: 20,
    words: `${FREEZES} freezes: its process hangs, its socket stays open`,
    act: (stage) => stage.freeze(FREEZES),
  },
  { at: 45, words: `${VANISHES} is killed and does not come back`, act: (stage) => stage.vanish(VANISHES), once: true },
  { at: 120, words: `${FREEZES} runs again and reconnects`, act: (stage) => stage.thaw(FREEZES) },
  { at: 200, words: `${SILENT_RUNNER} is in contact again`, act: (_, tables) => tables.runnerContact(SILENT_RUNNER) },
  { at: 240, words: "the retry backlog drains", act: (_, tables) => tables.drain() },
];

/**
 * Runs the timeline until the returned function is called: the clients follow the scenes above, the job tables change
 * continuously. Each scene is passed to `report`; a failing step is reported, and the timeline continues.
 */
export async function runTimeline(
  stage: DemoEnvironment,
  tables: JobTables,
  report: (words: string) => void,
): Promise<() => Promise<void>> {
  await tables.addPending(50);
  await tables.makeRetriesDue(STARTING_BACKLOG);
  for (const runner of STEADY_RUNNERS) await tables.runnerContact(runner);
  await tables.runnerSilent(SILENT_RUNNER, SILENT_FOR_SECONDS);
  let second = 0;
  let step: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    second++;
    const now = second;
    step = step
      .then(() => move(now, stage, tables, report))
      .catch((cause: unknown) => report(`the story stumbled: ${messageOf(cause)}`));
  }, EVERY_MS);
  return async () => {
    clearInterval(timer);
    await step;
  };
}

async function move(
  second: number,
  stage: DemoEnvironment,
  tables: JobTables,
  report: (words: string) => void,
): Promise<void> {
  const inCycle = second % CYCLE_SECONDS;
  if (second % ROUND_SECONDS === 0) await moveTables(second, inCycle, tables);
  for (const scene of SCENES) {
    if (scene.at !== inCycle || (scene.once === true && second > CYCLE_SECONDS)) continue;
    report(scene.words);
    await scene.act(stage, tables);
  }
}

/** Jobs arrive faster than they are processed, so due retries, which Bitmagnet processes last, accumulate. */
async function moveTables(second: number, inCycle: number, tables: JobTables): Promise<void> {
  await tables.addPending(12);
  await tables.work(10, 1);
  await tables.makeRetriesDue(3);
  // PeerTube writes lastContact at most once every 30 s.
  if (second % 30 !== 0) return;
  for (const runner of STEADY_RUNNERS) await tables.runnerContact(runner);
  if (inCycle > 200 && inCycle < 280) await tables.runnerContact(SILENT_RUNNER);
  if (inCycle % 150 === 0) await tables.runnerDone(STEADY_RUNNERS[0]);
}
