import { done, type Result } from "@/lib/base/errors/failure";
import { MINUTE, SECOND } from "@/lib/base/time/duration";
import { noLongerRunning, type PeertubeCounts, toReading } from "@/lib/sources/adapters/peertube/mapping";
import {
  active,
  errorTexts,
  exactCounts,
  orphans,
  released,
  runners,
  sampledCounts,
  waiting,
} from "@/lib/sources/adapters/peertube/queries";
import { type ProbedTable, probe, sampled } from "@/lib/sources/adapters/probe";
import type { Adapter, ReadContext, RunQuery, TableReading } from "@/lib/sources/jobs/adapter";
import { OVERDUE_MS } from "@/lib/sources/jobs/job";
import { withinBudget } from "@/lib/sources/jobs/query-budget";
import { clockAhead } from "@/lib/sources/jobs/reading";

const VERSIONS = "5.2–8";

const RUNNER_COLUMNS = ["id", "name", "lastContact"];
const JOB_COLUMNS = [
  "uuid",
  "type",
  "state",
  "progress",
  "failures",
  "error",
  "runnerId",
  "startedAt",
  "updatedAt",
  "finishedAt",
];
/** Needed for orphans alone: a role that was granted only the columns above, as by earlier versions, reads all the rest. */
const PARENT_COLUMNS = ["id", "dependsOnRunnerJobId"];
// A count that ran out of its budget would do so at every poll, and cost the database the whole budget each time.
const EXACT_PAUSE_MS = 10 * MINUTE;

/**
 * PeerTube's remote runners (tables of v5.2 to 8.x): the last contact and the running jobs of each runner, and pending jobs;
 * one queue for each job type. There is no retry state: a reclaimed job is pending again. A child job waits in a state of
 * its own until its parent ends and releases it (`updateDependantJobsOf`): a child whose parent has ended is an orphan.
 */
export const peertube: Adapter<"peertube"> = {
  kind: "peertube",
  versions: VERSIONS,
  capabilities: {
    counts: "exact",
    oldestDue: "exact",
    retry: "unsupported",
    errorGroups: "estimated",
    running: "exact",
    owners: "exact",
    throughput: "exact",
  },
  cost: "bounded",
  minIntervalMs: SECOND,
  schema: null,
  requiredTables: [
    { table: "runner", columns: RUNNER_COLUMNS },
    { table: "runnerJob", columns: [...JOB_COLUMNS, ...PARENT_COLUMNS] },
  ],
  read,
};

async function read(runQuery: RunQuery, context: ReadContext): Promise<Result<TableReading>> {
  const runnerTable = await probe(runQuery, "runner", { required: RUNNER_COLUMNS, versions: VERSIONS });
  if (!runnerTable.ok) return runnerTable;
  const jobTable = await probe(runQuery, "runnerJob", { required: JOB_COLUMNS, versions: VERSIONS });
  if (!jobTable.ok) return jobTable;
  const parents = await probe(runQuery, "runnerJob", { required: PARENT_COLUMNS, versions: VERSIONS });
  const clockAheadMs = clockAhead(context.previous, runnerTable.value.nowMs, context.nowMs);
  const running = await active(runQuery);
  const dropped = noLongerRunning(context.previous, running);
  const facts = {
    counted: await count(runQuery, jobTable.value, context),
    clockAheadMs,
    waiting: await waiting(runQuery, context.nowMs + clockAheadMs - OVERDUE_MS),
    active: running,
    released: dropped.length === 0 ? [] : await released(runQuery, dropped),
    orphans: parents.ok ? await withinBudget(orphans(runQuery)) : null,
    errors: (await withinBudget(errorTexts(runQuery))) ?? [],
    runners: await runners(runQuery),
    generation: runnerTable.value.columns.has("version") ? "8" : "5.2-7",
  };
  return done(toReading(facts, context));
}

async function count(runQuery: RunQuery, table: ProbedTable, context: ReadContext): Promise<PeertubeCounts> {
  const pausedUntilMs = context.previous?.exactAgainMs ?? null;
  const paused = pausedUntilMs !== null && context.nowMs < pausedUntilMs;
  const rows = paused ? null : await withinBudget(exactCounts(runQuery));
  if (rows !== null) return { rows, exact: true, exactAgainMs: null };
  const exactAgainMs = paused ? pausedUntilMs : context.nowMs + EXACT_PAUSE_MS;
  const sample = (await sampled(sampledCounts(runQuery, table.samplePercent))) ?? [];
  const scale = 100 / table.samplePercent;
  return { rows: sample.map((row) => ({ ...row, count: Math.round(row.count * scale) })), exact: false, exactAgainMs };
}
