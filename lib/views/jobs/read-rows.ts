import "server-only";
import { drainOf, NO_TREND, type Trend } from "@/lib/base/time/trend";
import type { Runtime } from "@/lib/collector/runtime";
import type { SourceMemory } from "@/lib/collector/source/memory";
import { causeOf } from "@/lib/sources/jobs/cause";
import type { JobQueue } from "@/lib/sources/jobs/job";
import { openRows, waitingIn } from "@/lib/sources/jobs/pickup";
import { UNFOLLOWED } from "@/lib/sources/jobs/signals";
import { withBecause } from "@/lib/views/because";
import type { JobsRow, SourceView } from "@/lib/views/jobs/schema";
import { severityOf, troublesOf } from "@/lib/views/jobs/troubles";
import { strengthView } from "@/lib/views/runners/read";

/** One row for each source and queue, the worst first. A source that was never read has one row without numbers. */
export const readJobs = (live: Pick<Runtime, "scopes" | "sources">, nowMs: number): JobsRow[] =>
  [...live.sources.values()]
    .flatMap((memory) => jobsOf(live, memory, nowMs))
    .map((row) => ({ row, rank: rankOf(row) }))
    .sort(
      (a, b) =>
        a.rank - b.rank ||
        (b.row.retry.due ?? -1) - (a.row.retry.due ?? -1) ||
        (b.row.waiting.count ?? -1) - (a.row.waiting.count ?? -1) ||
        a.row.source.localeCompare(b.row.source) ||
        a.row.queue.localeCompare(b.row.queue),
    )
    .map(({ row }) => row);

function rankOf(row: JobsRow): number {
  const severity = severityOf(row.troubles);
  if (severity === "critical") return 0;
  if (row.state !== "ok" && row.state !== "starting") return 1;
  return severity === "warning" ? 2 : 3;
}

function jobsOf(live: Pick<Runtime, "scopes">, memory: SourceMemory, nowMs: number): JobsRow[] {
  const status = { state: memory.state, ...withBecause(memory.reason), lastPollMs: memory.lastPollMs };
  if (memory.reading === null) return [{ ...unread(memory), ...status }];
  return memory.reading.queues.map((queue) => ({ ...rowOf(live, memory, queue, nowMs), ...status }));
}

type StatusField = "state" | "because" | "reason" | "lastPollMs";

function rowOf(
  live: Pick<Runtime, "scopes">,
  memory: SourceMemory,
  queue: JobQueue,
  nowMs: number,
): Omit<JobsRow, StatusField> {
  const name = queue.queue;
  const signals = memory.followed.get(name) ?? UNFOLLOWED;
  const groups = memory.errors.get(name);
  const forecast = (count: number | null, trend: Trend = NO_TREND) => ({
    count,
    perMinute: trend.perMinute,
    drain: drainOf(count, trend, queue.countsAre),
  });
  return {
    source: queue.source,
    kind: queue.kind,
    queue: name,
    counts: { ...queue.counts },
    countsAre: queue.countsAre,
    retry: { ...queue.retry },
    oldestDueSeconds: queue.oldestDueSeconds,
    throughputPerMinute: queue.throughputPerMinute,
    errors: queue.errors.map((error) => ({ ...error, perMinute: groups?.get(error.group)?.perMinute ?? null })),
    stuck: queue.stuck,
    conflicts: queue.conflicts,
    orphans: queue.orphans ?? null,
    open: openRows(queue),
    retries: forecast(queue.retry.due, memory.growth.get(name)),
    waiting: forecast(waitingIn(queue), memory.waiting.get(name)),
    ...signals,
    rollbacks: memory.rollbacks,
    cause: causeOf({ queue, ...signals, rollbacks: memory.rollbacks, nowMs }),
    troubles: troublesOf(live, memory, { queue: name }, nowMs),
  };
}

const NOT_COUNTED = { count: null, perMinute: null, drain: { is: "unknown", because: "not-counted" } } as const;

const unread = (memory: SourceMemory): Omit<JobsRow, StatusField> => ({
  source: memory.source,
  kind: memory.kind,
  queue: "",
  counts: { queued: null, running: null, retry: null, failed: null, done: null, scheduled: null },
  countsAre: "exact",
  retry: { due: null, later: null },
  oldestDueSeconds: null,
  throughputPerMinute: null,
  errors: [],
  stuck: null,
  conflicts: null,
  orphans: null,
  open: null,
  retries: { ...NOT_COUNTED },
  waiting: { ...NOT_COUNTED },
  ...UNFOLLOWED,
  rollbacks: null,
  cause: null,
  troubles: [],
});

/** One source as its page and the list of sources show it. Its URL is not part of it. */
export function sourceView(live: Pick<Runtime, "scopes">, memory: SourceMemory, nowMs: number): SourceView {
  const { reading } = memory;
  const estimated = reading?.queues.some((queue) => queue.countsAre === "estimated") ?? false;
  return {
    source: memory.source,
    kind: memory.kind,
    state: memory.state,
    stateSinceMs: memory.stateSinceMs,
    ...withBecause(memory.reason),
    generation: reading?.generation ?? null,
    versions: reading?.versions ?? null,
    lacks: (reading?.lacks ?? []).map(withBecause),
    omits: reading?.omits === undefined ? null : withBecause(reading.omits),
    queues: reading?.queues.length ?? 0,
    runners: reading === null || reading.runners === null ? null : strengthView(memory),
    countsAre: reading === null ? null : estimated ? "estimated" : "exact",
    cut: reading?.cut ?? false,
    exactAgainMs: reading?.exactAgainMs ?? null,
    clockAheadMs: reading?.clockAheadMs ?? null,
    standby: reading?.standby ?? null,
    lastPollMs: memory.lastPollMs,
    pollDurationMs: memory.pollDurationMs,
    pollIntervalMs: memory.pollIntervalMs,
    troubles: troublesOf(live, memory, {}, nowMs),
  };
}
