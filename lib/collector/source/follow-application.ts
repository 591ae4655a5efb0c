import { type FastStreamMemory, followFastStream } from "@/lib/sources/faststream/follow";
import type { FastStreamFacts } from "@/lib/sources/faststream/mapping";
import type { SourceReading } from "@/lib/sources/jobs/job";
import { followRoadRunner, type PipelineSigns, type RoadRunnerMemory } from "@/lib/sources/roadrunner/follow";
import type { SeenBroker } from "@/lib/sources/roadrunner/join";
import type { RoadRunnerFacts } from "@/lib/sources/roadrunner/mapping";

/** What an application reports about itself, by its kind. */
export type ApplicationFacts = RoadRunnerFacts | FastStreamFacts;
export type ApplicationMemory = RoadRunnerMemory | FastStreamMemory;

/** What one queue of an application (a pipeline, a subscriber) shows; null where its kind has no such sign. */
export interface QueueSigns {
  readonly unconsumedSeconds: number | null;
  readonly disconnectedSeconds: number | null;
  readonly publishSilentSeconds: number | null;
  /** Name of its client in the broker. */
  readonly client: string | null;
}

/** What an application as a whole shows; null where its kind has no such sign. */
export interface ApplicationSigns {
  readonly redialingSeconds: number | null;
  readonly brokenSeconds: number | null;
  readonly configFindings: number | null;
}

export const NO_QUEUE_SIGNS: QueueSigns = {
  ...{ unconsumedSeconds: null, disconnectedSeconds: null, publishSilentSeconds: null, client: null },
};
export const NO_SIGNS: ApplicationSigns = { redialingSeconds: null, brokenSeconds: null, configFindings: null };

interface FollowedApplication {
  readonly after: ApplicationMemory | null;
  readonly signs: ApplicationSigns;
  readonly queues: ReadonlyMap<string, QueueSigns>;
}

/** Follows an application from one reading to the next, beside the brokers as they are; tables show none of this. */
export function followApplication(
  before: ApplicationMemory | null,
  { application }: Pick<SourceReading<ApplicationFacts>, "application">,
  brokers: ReadonlyMap<string, SeenBroker>,
  nowMs: number,
): FollowedApplication {
  if (application === undefined) return { after: null, signs: NO_SIGNS, queues: new Map() };
  if (application.is === "roadrunner") {
    const { after, told } = followRoadRunner(before?.is === "roadrunner" ? before : null, application, brokers, nowMs);
    const { pipelines, ...signs } = told;
    const queues = new Map([...pipelines].map(([name, one]) => [name, pipelineSigns(one)]));
    return { after, signs, queues };
  }
  const { after, told } = followFastStream(before?.is === "faststream" ? before : null, application, nowMs);
  const queues = new Map(
    [...told.subscribers].map(([name, publishSilentSeconds]) => [name, { ...NO_QUEUE_SIGNS, publishSilentSeconds }]),
  );
  return { after, signs: NO_SIGNS, queues };
}

const pipelineSigns = (signs: PipelineSigns): QueueSigns => ({ ...NO_QUEUE_SIGNS, ...signs });
