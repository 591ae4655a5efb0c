import { done, type Result } from "@/lib/base/errors/failure";
import { reason } from "@/lib/base/messages/reason";
import { SECOND } from "@/lib/base/time/duration";
import type { TableReading } from "@/lib/sources/jobs/adapter";
import { withEmptyQueues } from "@/lib/sources/jobs/reading";
import type { RedisAdapter, RedisContext } from "@/lib/sources/redis/adapter";
import { toFacts } from "@/lib/sources/redis/bullmq/mapping";
import { readJobs, readLists } from "@/lib/sources/redis/bullmq/rows";
import { readWorkers } from "@/lib/sources/redis/bullmq/workers";
import { literally, type RunCommands } from "@/lib/sources/redis/commands";
import { QUEUES_MAX, toQueue, withKnown } from "@/lib/sources/redis/queue-facts";

/**
 * BullMQ 4 to 6 (taskforcesh/bullmq src/classes/queue-keys.ts and src/commands @352d3c72bf, 6.2.0; PeerTube's local jobs
 * as well): one list or sorted set for each state, and one hash for each job.
 *
 * - There is no list of queues. Each has a hash `<prefix>:<queue>:meta`, which stays when the queue is empty.
 * - `delayed` holds jobs that are due later, the next runs of repeated ones, and failed ones until their next attempt. Only
 *   the job's hash tells them apart (`atm`, before version 5 `attemptsMade`), so beyond a thousand they are an estimate.
 *   Its scores are milliseconds times 4096. Workers move due jobs to `wait`: a due one in `delayed` waits for a worker.
 * - A failed job without backoff returns to `wait` and is counted as queued, as `getJobCounts` does.
 * - `paused` holds what was in `wait` while its queue is paused (up to version 5). Jobs of a paused queue are never due.
 * - A worker renews the lock of each of its jobs; an active job without one has lost its worker.
 * - What a queue removes on completion or failure is not counted.
 * - Workers name their connections after their queue (base64). A worker that is connected is in contact, even if it hangs.
 * - `waiting-children` is not counted: a parent becomes a job again when its children have ended.
 */
export const bullmq: RedisAdapter<"bullmq"> = {
  kind: "bullmq",
  versions: "4–6",
  capabilities: {
    counts: "exact",
    oldestDue: "exact",
    retry: "exact",
    errorGroups: "estimated",
    running: "exact",
    owners: "exact",
    throughput: "estimated",
  },
  cost: "bounded",
  minIntervalMs: 5 * SECOND,
  prefix: "bull",
  read,
};

async function read(run: RunCommands, context: RedisContext): Promise<Result<TableReading>> {
  const { prefix, nowMs, previous } = context;
  const found = await queueNames(context);
  const names = found.names.slice(0, QUEUES_MAX);
  const lists = await readLists(run, context, names);
  const jobs = await readJobs(run, context, lists);
  const workers = await readWorkers(run, { prefix, names, active: jobs.active, nowMs });
  const isCut = found.names.length > names.length || !found.complete;
  const queues = lists.map((list) => toQueue("bullmq", toFacts(list, jobs, context), context));
  const lacks = [
    ...(found.complete && names.length === 0 ? [reason("lacksRedisKeys", { pattern: `${prefix}:*:meta` })] : []),
    ...(workers === null ? [reason("lacksClientList", { rule: "+client|list" })] : []),
  ];
  return done({
    queues: withEmptyQueues(previous, queues, !isCut),
    runners: workers,
    finishedTotal: null,
    generation: "4-6",
    omits: reason("omitsBullMq", {}),
    atMs: nowMs,
    clockAheadMs: 0,
    exactAgainMs: null,
    ...(lacks.length === 0 ? {} : { lacks }),
    ...(isCut ? { cut: true } : {}),
  });
}

async function queueNames(context: RedisContext) {
  const { prefix, queues, findKeys } = context;
  if (queues !== null) return { names: queues, complete: true };
  const { keys, complete } = await findKeys(`${literally(prefix)}:*:meta`);
  const found = keys.map((key) => key.slice(prefix.length + 1, -":meta".length));
  return { names: withKnown(found, context), complete };
}
