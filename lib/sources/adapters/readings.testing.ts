import { expect, test } from "vitest";
import type { ReasonCode } from "@/lib/base/messages/reason";
import type { Capabilities } from "@/lib/sources/jobs/adapter";
import type { JobQueue, SourceReading } from "@/lib/sources/jobs/job";

/** The states in which a job of an example can be. */
export type ExampleState = "queued" | "queuedLater" | "running" | "retryDue" | "retryLater" | "failed" | "done";

export interface ExampleJobs {
  readonly state: ExampleState;
  readonly count: number;
  /** How long ago the job became due; negative for later ones. */
  readonly dueSeconds: number;
  /** How long ago it was started, for running ones. */
  readonly startedSeconds: number;
  /** Text of its last error, to which each job adds a different number; null: none. */
  readonly error: string | null;
}

/** A worker, as an example adds one. */
export interface ExampleOwner {
  readonly name: string;
  readonly silentSeconds: number;
  readonly holding: boolean;
}

/** One job system with an adapter that reads it, wherever it stores its jobs. */
export interface Subject {
  readonly capabilities: Capabilities;
  /** The queue of the jobs that `add` inserts. */
  readonly queue: string;
  /** Whether the system has jobs in this state. */
  has(state: ExampleState): boolean;
  /** Inserts jobs of a state that it has. */
  add(jobs: ExampleJobs): Promise<void>;
  /** Inserts a worker with one running job or none; absent if the adapter reads no workers. */
  readonly addOwner?: (owner: ExampleOwner) => Promise<void>;
  read(previous?: SourceReading): Promise<SourceReading>;
  /** The states whose jobs store the text of their error; absent: all that failed once. */
  readonly errorsIn?: readonly ExampleState[] | undefined;
  /** What its schema is recognised as; absent: not asserted. */
  readonly generation?: string | undefined;
  /** What its readings say that they lack, as codes of reasons; absent: nothing. */
  readonly lacks?: readonly ReasonCode[] | undefined;
  /** `locks`: no row says that a job is running, so the suite cannot insert running jobs and expects to see none. */
  readonly runningIs?: "rows" | "locks" | undefined;
  /** false: no row says which worker runs a job. */
  readonly holdsJobs?: false | undefined;
  /** `activity`: the last contact of a worker is no heartbeat, so there is no silence after which it is presumed dead. */
  readonly contactIs?: "heartbeat" | "activity" | undefined;
}

const STALE_SECONDS = 5 * 3600;
/** Jobs in every state that a system can have. */
export const JOBS: readonly ExampleJobs[] = [
  { state: "queued", count: 4, dueSeconds: 30, startedSeconds: 0, error: null },
  { state: "queuedLater", count: 2, dueSeconds: -3600, startedSeconds: 0, error: null },
  { state: "running", count: 3, dueSeconds: 40, startedSeconds: 20, error: null },
  { state: "running", count: 1, dueSeconds: STALE_SECONDS, startedSeconds: STALE_SECONDS, error: null },
  { state: "retryDue", count: 3, dueSeconds: 90, startedSeconds: 120, error: "tmdb: 429 for job" },
  { state: "retryLater", count: 2, dueSeconds: -60, startedSeconds: 120, error: "tmdb: 429 for job" },
  { state: "failed", count: 1, dueSeconds: 90, startedSeconds: 100, error: "tmdb: 429 for job" },
  { state: "done", count: 5, dueSeconds: 90, startedSeconds: 100, error: null },
];
/** What the reading of every job system must say, for a subject that is empty before each test. */
export function reads(subject: Subject): void {
  const { capabilities, queue } = subject;
  const add = async (jobs: readonly ExampleJobs[]) => {
    for (const batch of jobs) if (subject.has(batch.state)) await subject.add(batch);
  };
  const counted = (...states: ExampleState[]): number | null =>
    states.some((state) => subject.has(state))
      ? JOBS.filter(({ state }) => states.includes(state) && subject.has(state)).reduce((n, { count }) => n + count, 0)
      : null;
  const read = (previous?: SourceReading) => subject.read(previous);
  const queueOf = (reading: SourceReading): JobQueue => {
    const found = reading.queues.find((candidate) => candidate.queue === queue);
    if (found === undefined) throw new Error(`no queue ${queue}`);
    return found;
  };
  const byLocks = subject.runningIs === "locks";
  const expected = {
    queued: counted("queued"),
    scheduled: counted("queuedLater"),
    running: byLocks ? 0 : counted("running"),
    retry: counted("retryDue", "retryLater"),
    failed: counted("failed"),
    done: counted("done"),
  };

  test("an empty system gives a reading with no jobs", async () => {
    const reading = await read();
    const counts = reading.queues.flatMap((read) => Object.values(read.counts));
    expect(counts.filter((count) => (count ?? 0) !== 0)).toEqual([]);
    expect(reading.runners).toEqual(capabilities.owners === "unsupported" ? null : []);
    expect([reading.generation, reading.clockAheadMs]).toEqual([subject.generation ?? expect.stringMatching(/./), 0]);
  });

  test("says what its schema lacks", async () => {
    expect(((await read()).lacks ?? []).map(({ code }) => code)).toEqual(subject.lacks ?? []);
  });

  test("counts each state exactly, due and later retries separately", async () => {
    await add(JOBS);
    const { counts, countsAre, retry, oldestDueSeconds } = queueOf(await read());
    // Of a system without schedules there is nothing to count.
    const scheduled = expected.scheduled ?? (counts.scheduled === 0 ? 0 : null);
    expect([counts, countsAre]).toEqual([{ ...expected, scheduled }, capabilities.counts]);
    expect(retry).toEqual({ due: counted("retryDue"), later: counted("retryLater") });
    if (capabilities.oldestDue === "unsupported") expect(oldestDueSeconds).toBeNull();
    else {
      const oldest = subject.has("retryDue") ? 90 : 30;
      expect(oldestDueSeconds).toBeGreaterThanOrEqual(oldest);
      expect(oldestDueSeconds).toBeLessThan(oldest + 25);
    }
  });

  test("a job that has run for longer than the system's own limit is stuck; a job just started is not", async () => {
    await add(JOBS);
    const stuck = byLocks ? 0 : 1;
    expect(queueOf(await read()).stuck).toBe(capabilities.running === "unsupported" ? null : stuck);
  });

  test("errors of one cause form one group", async () => {
    await add(JOBS);
    const inStates = subject.errorsIn ?? ["retryDue", "retryLater", "failed"];
    const groups = queueOf(await read()).errors.map(({ group, count }) => [group, count]);
    const all = counted(...inStates);
    expect(groups).toEqual(capabilities.errorGroups === "unsupported" ? [] : [["tmdb: # for job #", all]]);
  });

  test("the rate is what finished between two polls", async () => {
    const finished: readonly ExampleState[] = ["failed", "done"];
    await add(JOBS.filter(({ state }) => !finished.includes(state)));
    const first = await read();
    expect(queueOf(first).throughputPerMinute).toBeNull();
    await add(JOBS.filter(({ state }) => finished.includes(state)));
    if (capabilities.throughput !== "exact") return;
    const second = await read({ ...first, atMs: Date.now() - 30_000 });
    expect(queueOf(second).throughputPerMinute).toBeCloseTo(2 * ((expected.done ?? 0) + (expected.failed ?? 0)), 0);
  });

  test("reports workers with their last heartbeat and their running jobs", async () => {
    if (subject.addOwner === undefined) {
      expect([(await read()).runners, capabilities.owners]).toEqual([null, "unsupported"]);
      return;
    }
    await subject.addOwner({ name: "busy", silentSeconds: 5, holding: true });
    await subject.addOwner({ name: "silent", silentSeconds: 900, holding: false });
    const runners = ((await read()).runners ?? [])
      .map((runner) => ({ ...runner, silence: Math.round((Date.now() - (runner.lastContactMs ?? 0)) / 10_000) * 10 }))
      .sort((a, b) => a.silence - b.silence);
    expect(runners.map(({ silence, holding }) => [silence < 20, holding.length])).toEqual([
      [true, subject.holdsJobs === false ? 0 : 1],
      [false, 0],
    ]);
    expect(runners[1]?.silence).toBe(900);
    const hasLimit = subject.contactIs !== "activity";
    expect(runners.map(({ deadAfterSeconds = 0 }) => deadAfterSeconds > 0)).toEqual([hasLimit, hasLimit]);
    expect(runners.every(({ name }) => name.length > 0)).toBe(true);
    expect(new Set(runners.map(({ name }) => name)).size).toBe(2);
  });
}
