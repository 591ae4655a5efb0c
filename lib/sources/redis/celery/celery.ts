import { done, type Result } from "@/lib/base/errors/failure";
import { reason } from "@/lib/base/messages/reason";
import { HOUR, SECOND } from "@/lib/base/time/duration";
import type { TableReading } from "@/lib/sources/jobs/adapter";
import { withEmptyQueues } from "@/lib/sources/jobs/reading";
import type { RedisAdapter, RedisContext } from "@/lib/sources/redis/adapter";
import { type Delivered, queueLengths, readBindings, readDelivered } from "@/lib/sources/redis/celery/rows";
import type { RunCommands } from "@/lib/sources/redis/commands";
import { QUEUES_MAX, type QueueFacts, toQueue } from "@/lib/sources/redis/queue-facts";

/** `visibility_timeout` of the transport by default: then another worker is given the message. */
const VISIBILITY_TIMEOUT_MS = HOUR;

/**
 * Celery 4 to 5 with Redis as its broker (celery/kombu kombu/transport/redis.py @9ee8595b83, 5.6.2): a list of messages
 * for each queue and priority, and one hash of what was delivered and not acknowledged.
 *
 * - No message in a list has a time, so how long the oldest has waited is not known.
 * - `unacked` holds what workers have fetched: tasks that they run, tasks that they prefetched, and tasks with a countdown
 *   or ETA, which a worker fetches at once and keeps until then. By default a task is acknowledged when it starts, so running
 *   tasks are seen only with `acks_late`.
 * - Results are stored elsewhere or not at all, so failed and finished tasks are not counted, nor is their rate known.
 * - Workers store nothing in Redis.
 * - Other priorities than the default four steps, another separator and other keys than `unacked` are not read.
 */
export const celery: RedisAdapter<"celery"> = {
  kind: "celery",
  versions: "4–5",
  capabilities: {
    counts: "exact",
    oldestDue: "unsupported",
    retry: "exact",
    errorGroups: "unsupported",
    running: "exact",
    owners: "unsupported",
    throughput: "unsupported",
  },
  cost: "bounded",
  minIntervalMs: 5 * SECOND,
  prefix: "",
  read,
};

async function read(run: RunCommands, context: RedisContext): Promise<Result<TableReading>> {
  const { prefix, nowMs, previous } = context;
  const bindings = await readBindings(run, context);
  const names = bindings.queues.slice(0, QUEUES_MAX);
  const lengths = await queueLengths(run, prefix, names);
  const delivered = await readDelivered(run, prefix, bindings);
  const isCut = bindings.queues.length > names.length || !bindings.isComplete;
  const all = [...new Set([...names, ...delivered.messages.map(({ queue }) => queue)])].slice(0, QUEUES_MAX);
  const queues = all.map((queue) =>
    toQueue("celery", toFacts({ queue, length: lengths.get(queue) ?? 0, delivered, nowMs }), context),
  );
  const pattern = `${prefix}_kombu.binding.*`;
  const lacks = [
    reason("lacksMessageTimes", {}),
    ...(bindings.isComplete && names.length === 0 ? [reason("lacksRedisKeys", { pattern })] : []),
  ];
  return done({
    queues: withEmptyQueues(previous, queues, !isCut),
    runners: null,
    finishedTotal: null,
    generation: "4-5",
    omits: reason("omitsCelery", {}),
    atMs: nowMs,
    clockAheadMs: 0,
    exactAgainMs: null,
    lacks,
    ...(isCut ? { cut: true } : {}),
  });
}

interface QueueRows {
  readonly queue: string;
  readonly length: number;
  readonly delivered: Delivered;
  readonly nowMs: number;
}

function toFacts({ queue, length, delivered, nowMs }: QueueRows): QueueFacts {
  const own = delivered.messages.filter((message) => message.queue === queue);
  const isLater = ({ etaMs }: Delivered["messages"][number]) => etaMs !== null && etaMs > nowMs;
  const count = (which: (message: Delivered["messages"][number]) => boolean) =>
    delivered.isUnread ? null : Math.round(own.filter(which).length * delivered.scale);
  const later = count((message) => isLater(message) && message.retries > 0);
  return {
    queue,
    counts: {
      queued: length,
      running: count((message) => !isLater(message)),
      retry: later,
      failed: null,
      done: null,
      scheduled: count((message) => isLater(message) && message.retries === 0),
    },
    isExact: delivered.scale === 1,
    // A retry whose time has come is with its worker, like any other message that is not acknowledged.
    retry: { due: null, later },
    stuck: count(
      (message) =>
        !isLater(message) && message.deliveredMs !== null && message.deliveredMs < nowMs - VISIBILITY_TIMEOUT_MS,
    ),
    dueSince: [],
    throughputPerMinute: null,
    errors: [],
  };
}
