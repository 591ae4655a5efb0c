import { done, type Result } from "@/lib/base/errors/failure";
import { reason } from "@/lib/base/messages/reason";
import { SECOND } from "@/lib/base/time/duration";
import type { TableReading } from "@/lib/sources/jobs/adapter";
import { withEmptyQueues } from "@/lib/sources/jobs/reading";
import type { RedisAdapter, RedisContext } from "@/lib/sources/redis/adapter";
import { answers } from "@/lib/sources/redis/answers";
import { literally, type RunCommands } from "@/lib/sources/redis/commands";
import { countIn, isWhole, QUEUES_MAX, type QueueFacts, toQueue, withKnown } from "@/lib/sources/redis/queue-facts";
import { type SetSample, sampledSets } from "@/lib/sources/redis/sets";

/**
 * Laravel's Redis queue, 5.5 to 13 (laravel/framework Queue/RedisQueue.php and LuaScripts.php @bd71b45fbb, 13.26.1), with
 * Horizon or without: `queues:<name>` is a list of jobs, `…:delayed` and `…:reserved` are sorted sets of them.
 *
 * - Every key begins with the prefix of the connection: `<app>-database-`, before Laravel 12 `<app>_database_`.
 * - There is no list of queues, and an empty queue has no keys.
 * - `delayed` holds jobs that are due later and failed ones until their next attempt; only the job itself says which, by its
 *   attempts. Workers move due ones to the list: a due one in `delayed` waits for a worker.
 * - The score of a reserved job is the end of its `retry_after`: beyond it the job has lost its worker, or runs twice.
 * - From Laravel 12 on a job says when it was created; before, how long it has waited is not known.
 * - Failed jobs are in a database table, which the kind `laravel` reads with the URL of that database.
 */
export const laravelRedis: RedisAdapter<"laravel"> = {
  kind: "laravel",
  versions: "5.5–13",
  capabilities: {
    counts: "exact",
    oldestDue: "exact",
    retry: "exact",
    errorGroups: "unsupported",
    running: "exact",
    owners: "unsupported",
    throughput: "unsupported",
  },
  cost: "bounded",
  minIntervalMs: 5 * SECOND,
  prefix: "laravel-database-",
  read,
};

async function read(run: RunCommands, context: RedisContext): Promise<Result<TableReading>> {
  const { prefix, nowMs, previous } = context;
  const found = await queueKeys(context);
  const rows = await readRows(run, found.keys.slice(0, QUEUES_MAX), context);
  const isCut = found.keys.length > QUEUES_MAX || !found.complete;
  const queues = rows.map((row) => toQueue("laravel", toFacts(row, nowMs), context));
  const pattern = `${prefix}queues:*`;
  return done({
    queues: withEmptyQueues(previous, queues, !isCut),
    runners: null,
    finishedTotal: null,
    generation: "5.5-13",
    omits: reason("omitsLaravelRedis", {}),
    atMs: nowMs,
    clockAheadMs: 0,
    exactAgainMs: null,
    lacks: [
      reason("lacksFailedJobsInRedis", {}),
      ...(found.complete && found.keys.length === 0 ? [reason("lacksRedisKeys", { pattern })] : []),
    ],
    ...(isCut ? { cut: true } : {}),
  });
}

const SUFFIX = /:(delayed|reserved|notify)$/;

/** The keys of the lists, whether they exist or not. A queue that was emptied has none until its next job. */
async function queueKeys(context: RedisContext) {
  const { prefix, queues, findKeys } = context;
  const start = `${prefix}queues:`;
  if (queues !== null) return { keys: queues.map((queue) => `${start}${queue}`), complete: true };
  const { keys, complete } = await findKeys(`${literally(start)}*`);
  const lists = new Map(keys.map((key) => key.replace(SUFFIX, "")).map((key) => [nameIn(key, prefix), key]));
  const names = withKnown([...lists.keys()], context);
  return { keys: names.map((name) => lists.get(name) ?? `${start}${name}`), complete };
}

interface QueueRow {
  readonly queue: string;
  readonly length: number;
  readonly delayed: number;
  readonly reserved: number;
  /** Delayed jobs whose time has come. */
  readonly due: number;
  readonly firstDueMs: number | null;
  /** Reserved jobs whose `retry_after` has passed. */
  readonly expired: number;
  readonly oldest: JobRow;
  readonly sample: SetSample | undefined;
}

interface JobRow {
  readonly attempts: number;
  readonly dueMs: number | null;
}

async function readRows(
  run: RunCommands,
  keys: readonly string[],
  { prefix, nowMs }: RedisContext,
): Promise<readonly QueueRow[]> {
  const nowSeconds = Math.floor(nowMs / SECOND);
  const commands = keys.map((key) => [
    ["LLEN", key] as const,
    ["ZCARD", `${key}:delayed`] as const,
    ["ZCARD", `${key}:reserved`] as const,
    ["ZCOUNT", `${key}:delayed`, "-inf", nowSeconds] as const,
    ["ZCOUNT", `${key}:reserved`, "-inf", `(${nowSeconds}`] as const,
  ]);
  const counts = await run({ name: "counts", commands: commands.flat() });
  const oldest = await run({
    name: "oldest",
    commands: keys.map((key) => ["LINDEX", key, 0] as const),
    whereAffordable: true,
  });
  const width = commands[0]?.length ?? 1;
  const sized = keys.map((key, index) => ({ key: `${key}:delayed`, size: answers.count(counts[index * width + 1]) }));
  const samples = await sampledSets(run, sized);
  return keys.map((key, index) => {
    const row = counts.slice(index * width, (index + 1) * width).map(answers.count);
    const [length = 0, delayed = 0, reserved = 0, due = 0, expired = 0] = row;
    const sample = samples.get(`${key}:delayed`);
    const firstDue =
      sample?.members.filter(({ score }) => score <= nowSeconds).map(({ score }) => score * SECOND) ?? [];
    return {
      queue: nameIn(key, prefix),
      length,
      delayed,
      reserved,
      due,
      firstDueMs: firstDue.length === 0 ? null : Math.min(...firstDue),
      expired,
      oldest: toJob(oldest[index]),
      sample,
    };
  });
}

/** On a cluster the name is in braces. */
const nameIn = (key: string, prefix: string): string =>
  key.slice(`${prefix}queues:`.length).replace(/^\{(.*)\}$/, "$1");

function toJob(payload: unknown): JobRow {
  const job = answers.object(payload);
  const created = answers.number(job.createdAt);
  const seconds = created === null ? null : created + (answers.number(job.delay) ?? 0);
  return { attempts: answers.number(job.attempts) ?? 0, dueMs: seconds === null ? null : seconds * SECOND };
}

function toFacts(row: QueueRow, nowMs: number): QueueFacts {
  const { sample, oldest } = row;
  const nowSeconds = Math.floor(nowMs / SECOND);
  const isDue = (score: number) => score <= nowSeconds;
  const isRetry = (member: string) => toJob(member).attempts > 0;
  const due = countIn(sample, ({ member, score }) => isDue(score) && isRetry(member));
  const later = countIn(sample, ({ member, score }) => !isDue(score) && isRetry(member));
  const dueJobs = isWhole(sample) ? (countIn(sample, ({ score }) => isDue(score)) ?? 0) : row.due;
  const delayed = isWhole(sample) && sample !== undefined ? sample.size : row.delayed;
  return {
    queue: row.queue,
    counts: {
      queued: row.length + Math.max(0, dueJobs - (due ?? 0)),
      running: row.reserved,
      retry: due === null || later === null ? null : due + later,
      failed: null,
      done: null,
      scheduled: Math.max(0, delayed - dueJobs - (later ?? 0)),
    },
    isExact: isWhole(sample),
    retry: { due, later },
    stuck: row.expired,
    dueSince: [
      // A job that was given back has the time of its creation, not that of its return.
      ...(oldest.dueMs === null || oldest.attempts > 0 ? [] : [oldest.dueMs]),
      ...(row.firstDueMs === null ? [] : [row.firstDueMs]),
    ],
    throughputPerMinute: null,
    errors: [],
  };
}
