import type { RedisContext } from "@/lib/sources/redis/adapter";
import { answers, type ScoredMember } from "@/lib/sources/redis/answers";
import type { RedisCommand, RunCommands } from "@/lib/sources/redis/commands";
import { type SetSample, sampledSets } from "@/lib/sources/redis/sets";

/** One queue's lists and sets. */
export interface ListRow {
  readonly queue: string;
  readonly wait: number;
  readonly prioritized: number;
  readonly active: number;
  readonly delayed: number;
  readonly completed: number;
  readonly failed: number;
  /** Jobs in `delayed` whose time has come. */
  readonly due: number;
  /** When the first of them became due, epoch ms. */
  readonly firstDueMs: number | null;
  /** Ids of jobs that have waited longest. */
  readonly oldest: readonly string[];
  readonly activeIds: readonly string[];
  readonly lastFailed: readonly ScoredMember[];
  readonly lowestPriority: number | null;
  /** While a queue is paused, its jobs are not due. */
  readonly isPaused: boolean;
  /** Finished since the poll before, among those that are still stored. */
  readonly finishedSince: number;
}

/** One job's hash, by the fields that are read. */
export interface JobRow {
  readonly createdMs: number | null;
  /** Its delay as it was asked for, ms. */
  readonly delayMs: number;
  readonly attempts: number;
  readonly failedReason: string | null;
}

export interface RunningJobRow {
  readonly queue: string;
  readonly id: string;
  readonly type: string;
  readonly startedMs: number | null;
  readonly attempts: number;
  /** The name of its worker, if that has one. */
  readonly worker: string | null;
  readonly isLocked: boolean;
}

export interface JobRows {
  /** By the job's key. */
  readonly waiting: ReadonlyMap<string, JobRow>;
  waitingIds(list: ListRow): readonly string[];
  readonly failed: ReadonlyMap<string, JobRow>;
  readonly delayed: ReadonlyMap<string, JobRow>;
  /** By the set's key. */
  readonly samples: ReadonlyMap<string, SetSample>;
  /** By queue. */
  readonly active: ReadonlyMap<string, readonly RunningJobRow[]>;
}

/** The first in line of each list; a retry among them says nothing about how long it has waited. */
const OLDEST_MAX = 5;
/** The errors of so many failed jobs are grouped. */
const ERRORS_MAX = 200;
/** Workers together run fewer jobs of one queue. What is beyond is counted, and its locks are not read. */
export const ACTIVE_MAX = 1_000;
/** The jobs of all queues whose hashes one poll reads. */
const JOBS_MAX = 10_000;
/** `getDelayedScore.lua`: the lowest twelve bits are of the job's id. */
const SCORE_UNIT = 4_096;
/** `getPriorityScore.lua`: the lower half is a counter. */
const PRIORITY_UNIT = 0x100000000;

export const keyOf = (prefix: string, queue: string, name: string): string => `${prefix}:${queue}:${name}`;

/** When a job of `delayed` is due, epoch ms. */
export const dueOf = (score: number): number => Math.floor(score / SCORE_UNIT);

export async function readLists(
  run: RunCommands,
  { prefix, nowMs, previous }: RedisContext,
  names: readonly string[],
): Promise<readonly ListRow[]> {
  const dueScore = (nowMs + 1) * SCORE_UNIT - 1;
  const since = `(${previous?.atMs ?? nowMs}`;
  const commands = names.map((queue): readonly RedisCommand[] => {
    const key = (name: string) => keyOf(prefix, queue, name);
    return [
      ["LLEN", key("wait")],
      ["LLEN", key("paused")],
      ["ZCARD", key("prioritized")],
      ["LLEN", key("active")],
      ["ZCARD", key("delayed")],
      ["ZCARD", key("completed")],
      ["ZCARD", key("failed")],
      ["ZCOUNT", key("delayed"), "-inf", dueScore],
      ["ZRANGEBYSCORE", key("delayed"), "-inf", dueScore, "WITHSCORES", "LIMIT", 0, 1],
      ["LRANGE", key("wait"), -OLDEST_MAX, -1],
      ["LRANGE", key("paused"), -OLDEST_MAX, -1],
      ["ZRANGE", key("prioritized"), 0, OLDEST_MAX - 1],
      ["ZRANGE", key("prioritized"), -1, -1, "WITHSCORES"],
      ["LRANGE", key("active"), -ACTIVE_MAX, -1],
      [
        "ZRANGE",
        key("failed"),
        -Math.max(1, Math.min(ERRORS_MAX, Math.floor(JOBS_MAX / names.length))),
        -1,
        "WITHSCORES",
      ],
      ["ZCOUNT", key("completed"), since, "+inf"],
      ["ZCOUNT", key("failed"), since, "+inf"],
      ["HGET", key("meta"), "paused"],
    ];
  });
  const all = await run({ name: "counts", commands: commands.flat() });
  const width = commands[0]?.length ?? 1;
  return names.map((queue, index) => toListRow(queue, all.slice(index * width, (index + 1) * width)));
}

function toListRow(queue: string, row: readonly unknown[]): ListRow {
  const [wait, paused, prioritized, active, delayed, completed, failed, due, firstDue, ...lists] = row;
  const [waitTail, pausedTail, first, last, activeIds, lastFailed, completedSince, failedSince, pausedFlag] = lists;
  const [firstDueJob] = answers.scored(firstDue);
  const [lowest] = answers.scored(last);
  // Before version 5 the last element of `wait` may be a marker that wakes a worker, such as `0:1700000000`.
  const isMarker = (id: string) => /^0:\d*$/.test(id);
  const tails = [answers.texts(waitTail), answers.texts(pausedTail)];
  const markers = tails.filter((tail) => isMarker(tail.at(-1) ?? "")).length;
  return {
    queue,
    wait: Math.max(0, answers.count(wait) + answers.count(paused) - markers),
    prioritized: answers.count(prioritized),
    active: answers.count(active),
    delayed: answers.count(delayed),
    completed: answers.count(completed),
    failed: answers.count(failed),
    due: answers.count(due),
    firstDueMs: firstDueJob === undefined ? null : dueOf(firstDueJob.score),
    oldest: [...tails.flat().filter((id) => !isMarker(id)), ...answers.texts(first)],
    activeIds: answers.texts(activeIds),
    lastFailed: answers.scored(lastFailed),
    lowestPriority: lowest === undefined ? null : Math.floor(lowest.score / PRIORITY_UNIT),
    isPaused: pausedFlag === "1",
    finishedSince: answers.count(completedSince) + answers.count(failedSince),
  };
}

/** The hashes of the jobs that decide about ages, retries, errors and lost workers. */
export async function readJobs(
  run: RunCommands,
  { prefix }: RedisContext,
  lists: readonly ListRow[],
): Promise<JobRows> {
  const delayedSets = lists.map(({ queue, delayed }) => ({ key: keyOf(prefix, queue, "delayed"), size: delayed }));
  const samples = await sampledSets(run, delayedSets, JOBS_MAX);
  const lowest = await firstOfLowestPriority(run, prefix, lists);
  const waitingIds = ({ queue, oldest }: ListRow) => [...oldest, ...(lowest.get(queue) ?? [])];
  const keysOf = (ids: (list: ListRow) => readonly string[]) =>
    lists.flatMap((list) => ids(list).map((id) => keyOf(prefix, list.queue, id)));
  const delayedIds = (list: ListRow) =>
    (samples.get(keyOf(prefix, list.queue, "delayed"))?.members ?? []).map(({ member }) => member);
  return {
    waiting: await jobRows(run, "waiting-jobs", keysOf(waitingIds)),
    waitingIds,
    failed: await jobRows(
      run,
      "failed-jobs",
      keysOf((list) => list.lastFailed.map(({ member }) => member)),
    ),
    delayed: await jobRows(run, "delayed-jobs", keysOf(delayedIds)),
    samples,
    active: await activeRows(run, prefix, lists),
  };
}

/** The first jobs of the lowest priorities, by queue: with enough work of higher ones, these wait for ever. */
async function firstOfLowestPriority(
  run: RunCommands,
  prefix: string,
  lists: readonly ListRow[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const queues = lists.flatMap(({ queue, lowestPriority }) =>
    lowestPriority === null ? [] : [{ queue, score: lowestPriority * PRIORITY_UNIT }],
  );
  const found = await run({
    name: "lowest-priority",
    commands: queues.map(
      ({ queue, score }) =>
        ["ZRANGEBYSCORE", keyOf(prefix, queue, "prioritized"), score, "+inf", "LIMIT", 0, 1] as const,
    ),
  });
  return new Map(queues.map(({ queue }, index) => [queue, answers.texts(found[index])]));
}

async function jobRows(run: RunCommands, name: string, keys: readonly string[]): Promise<ReadonlyMap<string, JobRow>> {
  const fields = ["timestamp", "opts", "atm", "attemptsMade", "failedReason"];
  const found = await run({ name, commands: keys.map((key) => ["HMGET", key, ...fields] as const) });
  return new Map(
    keys.map((key, index) => {
      const [created, opts, atm, attemptsMade, failedReason] = answers.list(found[index]);
      const row: JobRow = {
        createdMs: answers.number(created),
        delayMs: answers.number(answers.object(opts).delay) ?? 0,
        attempts: answers.number(atm) ?? answers.number(attemptsMade) ?? 0,
        failedReason: answers.text(failedReason),
      };
      return [key, row];
    }),
  );
}

async function activeRows(
  run: RunCommands,
  prefix: string,
  lists: readonly ListRow[],
): Promise<ReadonlyMap<string, readonly RunningJobRow[]>> {
  const jobs = lists
    .flatMap(({ queue, activeIds }) => activeIds.map((id) => ({ queue, id, key: keyOf(prefix, queue, id) })))
    .slice(0, JOBS_MAX);
  const fields = ["name", "processedOn", "atm", "attemptsMade", "pb"];
  const hashes = await run({
    name: "active-jobs",
    commands: jobs.map(({ key }) => ["HMGET", key, ...fields] as const),
  });
  const locks = await run({ name: "locks", commands: jobs.map(({ key }) => ["EXISTS", `${key}:lock`] as const) });
  const rows = jobs.map(({ queue, id }, index): RunningJobRow => {
    const [type, started, atm, attemptsMade, worker] = answers.list(hashes[index]);
    return {
      queue,
      id,
      type: answers.text(type) ?? "",
      startedMs: answers.number(started),
      attempts: answers.number(atm) ?? answers.number(attemptsMade) ?? 0,
      worker: answers.text(worker),
      isLocked: locks[index] === 1,
    };
  });
  return Map.groupBy(rows, ({ queue }) => queue);
}
