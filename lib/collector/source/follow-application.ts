import { type FastStreamMemory, followFastStream } from "@/lib/sources/faststream/follow";
import type { FastStreamFacts } from "@/lib/sources/faststream/mapping";
import type { SourceReading } from "@/lib/sources/jobs/job";
import { followRoadRunner, type PipelineSignals, type RoadRunnerMemory } from "@/lib/sources/roadrunner/follow";
import type { SeenBroker } from "@/lib/sources/roadrunner/join";
import type { RoadRunnerFacts } from "@/lib/sources/roadrunner/mapping";

/** What an application reports about itself, by its kind. */
export type ApplicationFacts = RoadRunnerFacts | FastStreamFacts;
export type ApplicationMemory = RoadRunnerMemory | FastStreamMemory;

/** The signals of one queue of an application (a pipeline, a subscriber); null where its kind has no such signal. */
export interface QueueSignals {
  readonly unconsumedSeconds: number | null;
  readonly disconnectedSeconds: number | null;
  readonly publishSilentSeconds: number | null;
  /** Name of its client in the broker. */
  readonly client: string | null;
}

/** The signals of a whole application; null where its kind has no such signal. */
export interface ApplicationSignals {
  readonly redialingSeconds: number | null;
  readonly brokenSeconds: number | null;
  readonly configFindings: number | null;
  readonly publishFailingSeconds: number | null;
}

export const NO_QUEUE_SIGNALS: QueueSignals = {
  unconsumedSeconds: null,
  disconnectedSeconds: null,
  publishSilentSeconds: null,
  client: null,
};
export const NO_APPLICATION_SIGNALS: ApplicationSignals = {
  redialingSeconds: null,
  brokenSeconds: null,
  configFindings: null,
  publishFailingSeconds: null,
};

interface FollowedApplication {
  readonly after: ApplicationMemory | null;
  readonly signals: ApplicationSignals;
  readonly queues: ReadonlyMap<string, QueueSignals>;
}

/** Follows an application from one reading to the next, joined with the brokers; tables have none of these signals. */
export function followApplication(
  before: ApplicationMemory | null,
  { application }: Pick<SourceReading<ApplicationFacts>, "application">,
  brokers: ReadonlyMap<string, SeenBroker>,
  nowMs: number,
): FollowedApplication {
  if (application === undefined) return { after: null, signals: NO_APPLICATION_SIGNALS, queues: new Map() };
  if (application.is === "roadrunner") {
    const { after, signals: followed } = followRoadRunner(
      before?.is === "roadrunner" ? before : null,
      application,
      brokers,
      nowMs,
    );
    const { pipelines, ...signals } = followed;
    const queues = new Map([...pipelines].map(([name, one]) => [name, pipelineSigns(one)]));
    return { after, signals: { ...NO_APPLICATION_SIGNALS, ...signals }, queues };
  }
  const { after, signals } = followFastStream(before?.is === "faststream" ? before : null, application, nowMs);
  const queues = new Map(
    [...signals.subscribers].map(([name, publishSilentSeconds]) => [
      name,
      { ...NO_QUEUE_SIGNALS, publishSilentSeconds },
    ]),
  );
  const { publishFailingSeconds } = signals;
  return { after, signals: { ...NO_APPLICATION_SIGNALS, publishFailingSeconds }, queues };
}

const pipelineSigns = (signs: PipelineSignals): QueueSignals => ({ ...NO_QUEUE_SIGNALS, ...signs });
