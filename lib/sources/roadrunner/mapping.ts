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

/** How `/jobs` answered, and since when it has answered like that (epoch ms). */
export interface JobsAnswer {
  /**
   * `slow`, `hanging`: a pipeline holds its lock while it redials (inferred; measured on 2025.1.15: 17 s while the broker
   * was unreachable; no answer within 70 s, permanently, once a redial had found its queue deleted). `broken`: one pipeline
   * fails, and the whole answer with it. `stopping`: RoadRunner is shutting down. `absent`: this RoadRunner has no jobs
   * plugin, or it is another port.
   */
  readonly is: "fine" | "slow" | "hanging" | "broken" | "stopping" | "absent";
  readonly sinceMs: number;
  readonly durationMs: number | null;
}

/** What RoadRunner reports about itself, besides counts. */
export interface RoadRunnerFacts {
  readonly is: "roadrunner";
  readonly answer: JobsAnswer;
  /** null: this answer has none; the reading's `queues` are then the earlier ones, without numbers. */
  readonly pipelines: readonly PipelineState[] | null;
  /** No worker is idle: `/ready` answers 503, also if there is no worker; see `alive`. null: unknown. */
  readonly saturated: boolean | null;
  /** At least one worker is active. It is independent of the broker: true while the connection is lost (measured). */
  readonly alive: boolean | null;
  readonly workers: JobsMetrics["workers"] | null;
  /** Its configuration file; null if none is configured. */
  readonly config: ConfigFacts | null;
}

/** The answers of one poll. `metrics` is null if no metricsUrl is configured. */
export interface RoadRunnerAnswers {
  readonly jobs: Result<EndpointAnswer>;
  readonly ready: Result<EndpointAnswer>;
  readonly health: Result<EndpointAnswer>;
  readonly metrics: Result<EndpointAnswer> | null;
  /** null if no configFile is configured. */
  readonly config: ConfigFacts | null;
}

/** Measured: 2 to 20 ms with two pipelines; a redial blocks it for as long as the broker is unreachable. */
export const SLOW_MS = 2 * SECOND;

/** Maps the answers of one poll to a reading. */
export function roadRunnerReading(answers: RoadRunnerAnswers, context: ReadContext): SourceReading<RoadRunnerFacts> {
  const { previous, nowMs } = context;
  const pipelines =
    answers.jobs.ok && answers.jobs.value.status === 200 ? parsePipelines(answers.jobs.value.text) : null;
  const metricsText = answers.metrics?.ok && answers.metrics.value.status === 200 ? answers.metrics.value.text : null;
  const metrics = metricsText === null ? null : parseJobsMetrics(metricsText);
  const finishedTotal = metrics === null ? null : total(metrics);
  const before = previous && { atMs: previous.atMs, total: previous.finishedTotal };
  const rate = perMinute(before, { atMs: nowMs, total: finishedTotal });
  const queues =
    pipelines === null
      ? (previous?.queues ?? []).map(unmeasured)
      : pipelines.map((pipeline) => queueOf(pipeline, context.source, pipelines.length === 1 ? rate : null));
  const application: RoadRunnerFacts = {
    is: "roadrunner",
    answer: answerOf(answers.jobs, pipelines !== null, factsOf(previous), nowMs),
    pipelines,
    saturated: isUnavailable(answers.ready),
    alive: negated(isUnavailable(answers.health)),
    workers: metrics?.workers ?? null,
    config: answers.config,
  };
  return {
    queues,
    runners: null,
    finishedTotal,
    generation: "RoadRunner",
    application,
    atMs: nowMs,
    clockAheadMs: 0,
    exactAgainMs: null,
    standby: null,
  };
}

const factsOf = (reading: SourceReading | null): RoadRunnerFacts | null =>
  isRoadRunner(reading?.application) ? reading.application : null;

const isRoadRunner = (application: unknown): application is RoadRunnerFacts =>
  typeof application === "object" && application !== null && "is" in application && application.is === "roadrunner";

const total = ({ done, failed }: JobsMetrics): number | null =>
  done === null && failed === null ? null : (done ?? 0) + (failed ?? 0);

function isUnavailable(answer: Result<EndpointAnswer>): boolean | null {
  if (!answer.ok) return null;
  const { status, text } = answer.value;
  if (status === 200) return saysUnavailable(text);
  return saysUnavailable(text) || isUnavailableStatus(status) ? true : null;
}

/**
 * RoadRunner answers with `unavailable_status_code`, 503 by default, and up to 2023 in the text alone. Redirects, unknown
 * paths and methods, and the errors of a gateway come from another server.
 */
const isUnavailableStatus = (status: number): boolean =>
  status !== 200 && !(status >= 300 && status < 400) && !FOREIGN_STATUSES.includes(status);
const FOREIGN_STATUSES: readonly number[] = [400, 401, 403, 404, 405, 502, 504];

/** As lines (`plugin: jobs: status: 503`, `jobs plugin not found`) or JSON (`"status_code":503`). */
const saysUnavailable = (text: string): boolean =>
  /plugin(?: \S+)? not found|\bstatus: (?!200\b)\d{3}\b|"status_code":\s*(?!200\b)\d{3}\b|"error_message":\s*"[^"]|shutting down/.test(
    text,
  );

const negated = (value: boolean | null): boolean | null => (value === null ? null : !value);

function answerOf(
  jobs: Result<EndpointAnswer>,
  readable: boolean,
  before: RoadRunnerFacts | null,
  nowMs: number,
): JobsAnswer {
  const is = answerState(jobs, readable);
  const sinceMs = unchangedSince(before?.answer.sinceMs ?? null, before?.answer.is === is, nowMs);
  return { is, sinceMs, durationMs: jobs.ok ? jobs.value.durationMs : null };
}

function answerState(jobs: Result<EndpointAnswer>, readable: boolean): JobsAnswer["is"] {
  if (!jobs.ok) return jobs.failure.code === "timeout" ? "hanging" : "absent";
  const { status, text, durationMs } = jobs.value;
  if (readable) return durationMs >= SLOW_MS ? "slow" : "fine";
  if (/shutting down/.test(text)) return "stopping";
  return status >= 500 || isUnavailableStatus(status) || saysUnavailable(text) ? "broken" : "absent";
}

/** `active` counts the ready messages of the broker's queue; messages in the process's own queue are not reported. */
const queueOf = (pipeline: PipelineState, source: string, throughputPerMinute: number | null): JobQueue => ({
  source,
  kind: "roadrunner",
  queue: pipeline.pipeline,
  countsAre: "exact",
  counts: {
    queued: pipeline.queue === "" ? null : pipeline.active,
    running: null,
    retry: null,
    failed: null,
    done: null,
    scheduled: pipeline.queue === "" ? null : pipeline.delayed,
  },
  retry: { due: null, later: null },
  oldestDueSeconds: null,
  throughputPerMinute,
  stuck: null,
  conflicts: null,
  errors: pipeline.error === null ? [] : [{ group: pipeline.error, count: 1, lastSeenMs: null }],
});

/** A pipeline that cannot be read still exists: its numbers are not measured. */
const unmeasured = (queue: JobQueue): JobQueue => ({
  ...queue,
  counts: { queued: null, running: null, retry: null, failed: null, done: null, scheduled: null },
  throughputPerMinute: null,
  errors: [],
});
