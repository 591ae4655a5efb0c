import type { Result } from "@/lib/base/errors/failure";
import type { EndpointAnswer } from "@/lib/base/http/endpoint";
import { SECOND } from "@/lib/base/time/duration";
import { unchangedSince } from "@/lib/base/time/elapsed";
import type { ReadContext } from "@/lib/sources/jobs/adapter";
import type { JobQueue, SourceReading } from "@/lib/sources/jobs/job";
import { perMinute } from "@/lib/sources/jobs/reading";
import type { ConfigFacts } from "@/lib/sources/roadrunner/config-file";
import {
  type JobsMetrics,
  type PipelineState,
  parseJobsMetrics,
  parsePipelines,
} from "@/lib/sources/roadrunner/status";

/** How `/jobs` answered, and since when it answers like that (epoch ms). */
export interface JobsAnswer {
  /**
   * `slow`, `hanging`: a pipeline holds its lock while it redials (inferred; measured on 2025.1.15: 17 s while the
   * broker was away, and no answer within 70 s, for good, once a redial had found its queue gone). `broken`: one
   * pipeline fails, and the whole answer with it. `stopping`: RoadRunner is shutting down. `absent`: no jobs in this RoadRunner, or not its port.
   */
  readonly is: "fine" | "slow" | "hanging" | "broken" | "stopping" | "absent";
  readonly sinceMs: number;
  readonly durationMs: number | null;
}

/** What RoadRunner says of itself, beside counts. */
export interface RoadRunnerFacts {
  readonly is: "roadrunner";
  readonly answer: JobsAnswer;
  /** null: this answer names none; `queues` of the reading then hold those known before, without numbers. */
  readonly pipelines: readonly PipelineState[] | null;
  /** No worker is idle: `/ready` says 503. Also so when none is left; `alive` tells. null: not told. */
  readonly saturated: boolean | null;
  /** At least one worker is active. It says nothing of the broker: true all through a lost connection (measured). */
  readonly alive: boolean | null;
  readonly workers: JobsMetrics["workers"] | null;
  /** Its configuration file; null where none is set. */
  readonly config: ConfigFacts | null;
}

/** One round of questions. `metrics` is null where no metricsUrl is set. */
export interface RoadRunnerAnswers {
  readonly jobs: Result<EndpointAnswer>;
  readonly ready: Result<EndpointAnswer>;
  readonly health: Result<EndpointAnswer>;
  readonly metrics: Result<EndpointAnswer> | null;
  /** null where no configFile is set. */
  readonly config: ConfigFacts | null;
}

/** 2 to 20 ms on the real thing with two pipelines; a redial holds it for as long as the broker is away. */
export const SLOW_MS = 2 * SECOND;

/** What one round of answers says, beside what was known before. Pure. */
export function roadRunnerReading(answers: RoadRunnerAnswers, context: ReadContext): SourceReading<RoadRunnerFacts> {
  const { previous, nowMs } = context;
  const pipelines =
    answers.jobs.ok && answers.jobs.value.status === 200 ? parsePipelines(answers.jobs.value.text) : null;
  const said = answers.metrics?.ok && answers.metrics.value.status === 200 ? answers.metrics.value.text : null;
  const metrics = said === null ? null : parseJobsMetrics(said);
  const finishedTotal = metrics === null ? null : total(metrics);
  const before = previous && { atMs: previous.atMs, total: previous.finishedTotal };
  const rate = perMinute(before, { atMs: nowMs, total: finishedTotal });
  const queues =
    pipelines === null
      ? (previous?.queues ?? []).map(unmeasured)
      : pipelines.map((one) => queueOf(one, context.source, pipelines.length === 1 ? rate : null));
  const application: RoadRunnerFacts = {
    is: "roadrunner",
    answer: answerOf(answers.jobs, pipelines !== null, factsOf(previous), nowMs),
    pipelines,
    saturated: says503(answers.ready),
    alive: negated(says503(answers.health)),
    workers: metrics?.workers ?? null,
    config: answers.config,
  };
  return {
    ...{ queues, runners: null, finishedTotal, generation: "RoadRunner", application },
    ...{ atMs: nowMs, clockAheadMs: 0, exactAgainMs: null, standby: null },
  };
}

const factsOf = (reading: SourceReading | null): RoadRunnerFacts | null =>
  isRoadRunner(reading?.application) ? reading.application : null;

const isRoadRunner = (application: unknown): application is RoadRunnerFacts =>
  typeof application === "object" && application !== null && "is" in application && application.is === "roadrunner";

const total = ({ done, failed }: JobsMetrics): number | null =>
  done === null && failed === null ? null : (done ?? 0) + (failed ?? 0);

function says503(answer: Result<EndpointAnswer>): boolean | null {
  if (!answer.ok) return null;
  return answer.value.status === 200 ? false : answer.value.status === 503 ? true : null;
}

const negated = (value: boolean | null): boolean | null => (value === null ? null : !value);

function answerOf(
  jobs: Result<EndpointAnswer>,
  readable: boolean,
  before: RoadRunnerFacts | null,
  nowMs: number,
): JobsAnswer {
  const is = standing(jobs, readable);
  const sinceMs = unchangedSince(before?.answer.sinceMs ?? null, before?.answer.is === is, nowMs);
  return { is, sinceMs, durationMs: jobs.ok ? jobs.value.durationMs : null };
}

function standing(jobs: Result<EndpointAnswer>, readable: boolean): JobsAnswer["is"] {
  if (!jobs.ok) return jobs.failure.code === "timeout" ? "hanging" : "absent";
  const { status, text, durationMs } = jobs.value;
  if (readable) return durationMs >= SLOW_MS ? "slow" : "fine";
  if (status < 500) return "absent";
  return /shutting down/.test(text) ? "stopping" : "broken";
}

/** `active` is what is ready in the broker's queue; what the process holds back in its own queue is not told. */
const queueOf = (one: PipelineState, source: string, throughputPerMinute: number | null): JobQueue => ({
  ...{ source, kind: "roadrunner", queue: one.pipeline, countsAre: "exact" },
  counts: { queued: one.queue === "" ? null : one.active, running: null, retry: null, failed: null, done: null },
  retry: { due: null, later: null },
  ...{ oldestDueSeconds: null, throughputPerMinute, stuck: null, conflicts: null },
  errors: one.error === null ? [] : [{ group: one.error, count: 1, lastSeenMs: null }],
});

/** A pipeline that cannot be asked has not gone: it stays, and its numbers are not measured. */
const unmeasured = (queue: JobQueue): JobQueue => ({
  ...queue,
  counts: { queued: null, running: null, retry: null, failed: null, done: null },
  throughputPerMinute: null,
  errors: [],
});
