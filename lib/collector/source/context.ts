import type { Reading } from "@/lib/alerts/model/reading";
import { byName } from "@/lib/base/signals/by-name";
import type { SourceMemory } from "@/lib/collector/source/memory";
import { causeOf } from "@/lib/sources/jobs/cause";
import { failingOf } from "@/lib/sources/jobs/failing";
import type { JobQueue } from "@/lib/sources/jobs/job";
import { waitingIn } from "@/lib/sources/jobs/pickup";
import type { Rollbacks } from "@/lib/sources/jobs/rollbacks";
import { UNFOLLOWED } from "@/lib/sources/jobs/signals";
import type { Runner } from "@/lib/sources/runners/runner";
import { strengthOf } from "@/lib/sources/runners/signals";

/** What summaries and remedies need of one object of a source: a queue, a runner, or the source itself. */
export function contextOf(
  labels: Readonly<Record<string, string | undefined>>,
  memory: SourceMemory,
  nowMs: number,
): NonNullable<Reading["context"]> {
  const product = { kind: memory.kind, generation: memory.reading?.generation ?? null };
  if (labels.queue !== undefined) return { ...product, ...jobsContext(labels.queue, memory, nowMs) };
  if (labels.runner === undefined) return { ...product, ...sourceContext(memory) };
  const runner = runnerNamed(memory.runners, labels.runner);
  if (runner === null) return product;
  const { name, jobsRunning, limitSeconds, because, missingSinceMs, reclaimed } = runner;
  const silenceSeconds = runner.silenceSeconds === null ? null : Math.round(runner.silenceSeconds);
  const missingSeconds = missingSinceMs === null ? null : Math.round((nowMs - missingSinceMs) / 1_000);
  const reclaimedSeconds = reclaimed === null ? null : Math.max(0, Math.round((nowMs - reclaimed.atMs) / 1_000));
  const lost = { reclaimedJob: reclaimed && `${reclaimed.type} ${reclaimed.id}`, reclaimedSeconds };
  return { ...product, name, silenceSeconds, jobsRunning, limitSeconds, because, missingSeconds, ...lost };
}

const runnerNamed = byName<Runner>((runner) => runner.name);
const queueNamed = byName<JobQueue>((queue) => queue.queue);

/** Pipelines named in a notification; the page lists them all. */
const NAMES_MAX = 5;

function sourceContext(memory: SourceMemory): NonNullable<Reading["context"]> {
  const strength = memory.reading?.runners ? strengthOf(memory.runners, memory.runnersExpected) : null;
  const affected = [...memory.queueSignals].filter(
    ([, signals]) => (signals.disconnectedSeconds ?? 0) > 0 || (signals.unconsumedSeconds ?? 0) > 0,
  );
  const names = affected.map(([name]) => name).slice(0, NAMES_MAX);
  return {
    because: memory.reason,
    present: strength?.present ?? null,
    expected: memory.runnersExpected,
    pipelines: names.length === 0 ? null : names.join(", "),
    waiting: memory.reading?.queues.reduce((sum, queue) => sum + (waitingIn(queue) ?? 0), 0) ?? null,
    leader: leaderPresence(memory),
    exception: memory.application?.is === "faststream" ? memory.application.errors.exception : null,
  };
}

/** The evidence of a rollback loop; empty for a table whose updates are not rolled back. */
const rollbackContext = (rollbacks: Rollbacks | null): NonNullable<Reading["context"]> =>
  rollbacks === null || rollbacks.loopSeconds === 0
    ? {}
    : { updates: rollbacks.updates, rollbacks: rollbacks.rollbacks, windowSeconds: rollbacks.spanSeconds };

/** What failed, of how many, and the error that most of them have. */
function failingContext(name: string, queue: JobQueue, memory: SourceMemory): NonNullable<Reading["context"]> {
  const failing = failingOf(memory.failing.get(name));
  if (failing === null || failing.failed === 0) return {};
  const [most] = queue.errors;
  const sharePercent = failing.share === null ? null : Math.round(failing.share * 100);
  return { sharePercent, errorGroup: most?.group ?? null };
}

const leaderPresence = ({ reading }: SourceMemory): string | null =>
  reading?.leader?.present === false ? "absent" : reading?.leader?.present === true ? "present" : null;

function jobsContext(name: string, memory: SourceMemory, nowMs: number): NonNullable<Reading["context"]> {
  const queue = memory.reading === null ? null : queueNamed(memory.reading.queues, name);
  if (queue === null) return {};
  const followed = memory.followed.get(name) ?? UNFOLLOWED;
  return {
    perMinute: memory.growth.get(name)?.perMinute ?? null,
    due: queue.retry.due,
    later: queue.retry.later,
    oldestDueSeconds: queue.oldestDueSeconds,
    waiting: waitingIn(queue),
    conflicts: queue.conflicts,
    ...rollbackContext(memory.rollbacks),
    cause: causeOf({ queue, ...followed, rollbacks: memory.rollbacks, nowMs }),
    leader: leaderPresence(memory),
    client: memory.queueSignals.get(name)?.client ?? null,
    ...failingContext(name, queue, memory),
  };
}
