import { done, type Result } from "@/lib/base/errors/failure";
import { reason } from "@/lib/base/messages/reason";
import { SECOND } from "@/lib/base/time/duration";
import type { TableReading } from "@/lib/sources/jobs/adapter";
import { perMinute, withEmptyQueues } from "@/lib/sources/jobs/reading";
import type { RedisAdapter, RedisContext } from "@/lib/sources/redis/adapter";
import type { RunCommands } from "@/lib/sources/redis/commands";
import { QUEUES_MAX, toQueue } from "@/lib/sources/redis/queue-facts";
import { contactsOf, toFacts } from "@/lib/sources/redis/sidekiq/mapping";
import { readProcesses } from "@/lib/sources/redis/sidekiq/processes";
import { readSets } from "@/lib/sources/redis/sidekiq/rows";

/**
 * Sidekiq 5 to 8 (sidekiq/sidekiq, api.rb and launcher.rb @1bb4aa06e5, 8.1.7): a list for each queue; `schedule`,
 * `retry` and `dead` for all queues together.
 *
 * - Only a job itself says to which queue it will go, so beyond a thousand jobs of `schedule`, `retry` or `dead` the numbers of
 *   each queue are an estimate; their sum is not.
 * - `enqueued_at` is seconds up to version 7 and milliseconds from version 8 on.
 * - `dead` has at most 10,000 jobs of at most six months. `stat:processed` counts attempts of all queues, failed ones too.
 * - A process writes its heartbeat every 10 s; its keys expire 60 s later, and its name leaves `processes` when somebody
 *   opens the web interface. Without `super_fetch` the jobs that it ran are lost.
 * - Running jobs are written every 10 s, with the heartbeat: jobs that run for less are mostly not seen.
 * - With redis-namespace (up to version 6) the prefix is `<namespace>:`.
 */
export const sidekiq: RedisAdapter<"sidekiq"> = {
  kind: "sidekiq",
  versions: "5–8",
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
  prefix: "",
  read,
};

async function read(run: RunCommands, context: RedisContext): Promise<Result<TableReading>> {
  const { prefix, nowMs, previous } = context;
  const sets = await readSets(run, context);
  const processes = await readProcesses(run, context);
  const names = [...new Set([...sets.queues.map(({ queue }) => queue), ...sets.namesInSets])].slice(0, QUEUES_MAX);
  const facts = names.map((queue) => toFacts(queue, { sets, processes, context }));
  const rate = perMinute(previous === null ? null : { atMs: previous.atMs, total: previous.finishedTotal }, {
    atMs: nowMs,
    total: sets.processed,
  });
  const queues = facts.map((fact) =>
    toQueue("sidekiq", { ...fact, throughputPerMinute: facts.length === 1 ? rate : null }, context),
  );
  return done({
    queues: withEmptyQueues(previous, queues, !sets.isCut),
    runners: contactsOf(processes, previous),
    finishedTotal: sets.processed,
    generation: "5-8",
    omits: reason("omitsSidekiq", {}),
    atMs: nowMs,
    clockAheadMs: 0,
    exactAgainMs: null,
    ...(names.length === 0 ? { lacks: [reason("lacksRedisKeys", { pattern: `${prefix}queues` })] } : {}),
    ...(sets.isCut ? { cut: true } : {}),
  });
}
