import "server-only";
import type { Runtime } from "@/lib/collector/runtime";
import { joinables } from "@/lib/collector/source/joinable-brokers";
import type { SourceMemory } from "@/lib/collector/source/memory";
import type { FastStreamMemory } from "@/lib/sources/faststream/follow";
import { joinFastStream, queuesOfHandlers } from "@/lib/sources/faststream/join";
import type { FastStreamFacts } from "@/lib/sources/faststream/mapping";
import { type PublishErrors, publishFailingSeconds } from "@/lib/sources/faststream/publish-errors";
import type { SourceReading } from "@/lib/sources/jobs/job";
import { type JoinBroker, joinPipelines } from "@/lib/sources/roadrunner/join";
import { lintText } from "@/lib/sources/roadrunner/lint/lint-text";
import type { RoadRunnerFacts } from "@/lib/sources/roadrunner/mapping";
import type { ApplicationView } from "@/lib/views/applications/schema";

type RoadRunnerView = Extract<ApplicationView, { is: "roadrunner" }>;
type FastStreamView = Extract<ApplicationView, { is: "faststream" }>;
type Brokers = ReadonlyMap<string, JoinBroker>;

/** Every application that was read at least once, joined with the brokers as of now, in the order of their ids. */
export const readApplications = (live: Pick<Runtime, "brokers" | "config" | "sources">): ApplicationView[] =>
  applicationsOf(
    live,
    [...live.sources.values()].toSorted((a, b) => (a.source < b.source ? -1 : 1)),
  );

/** One application; null for a job table, and before the first reading. */
export function readApplication(
  live: Pick<Runtime, "brokers" | "config" | "sources">,
  source: string,
): ApplicationView | null {
  const memory = live.sources.get(source);
  return memory === undefined ? null : (applicationsOf(live, [memory])[0] ?? null);
}

function applicationsOf(
  live: Pick<Runtime, "brokers" | "config">,
  memories: readonly SourceMemory[],
): ApplicationView[] {
  const applications = memories.filter(({ reading }) => reading?.application !== undefined);
  if (applications.length === 0) return [];
  const brokers = joinables(live.brokers);
  return applications.flatMap(({ source, reading, application: state, goneSinceMs }): readonly ApplicationView[] => {
    if (reading?.application === undefined) return [];
    const { application } = reading;
    if (application.is === "roadrunner") {
      const view = roadRunner(source, reading, application, brokers);
      return [goneSinceMs === null ? view : goneRoadRunner(view, goneSinceMs)];
    }
    if (state?.is !== "faststream") return [];
    const config = live.config.sources.find(({ id }) => id === source);
    const clientName = config?.kind === "faststream" ? (config.client ?? null) : null;
    const view = fastStream({ source, reading, facts: application, state, clientName }, brokers);
    return [goneSinceMs === null ? view : { ...view, ...goneFastStream(goneSinceMs) }];
  });
}

/** Of a process that has ended nothing is alive; its configuration is still there. */
const goneRoadRunner = (view: RoadRunnerView, goneSinceMs: number): RoadRunnerView => ({
  ...view,
  goneSinceMs,
  answer: { is: "absent", sinceMs: goneSinceMs, durationMs: null },
  saturated: null,
  alive: false,
  workers: null,
  pipelines: view.pipelines?.map((pipeline) => ({ ...pipeline, consuming: false, zombie: null })) ?? null,
});

const goneFastStream = (goneSinceMs: number) => ({
  goneSinceMs,
  inProcess: null,
  publishing: { is: "unknown", sinceMs: goneSinceMs } as const,
  publishFailing: null,
});

function roadRunner(source: string, { atMs }: SourceReading, facts: RoadRunnerFacts, brokers: Brokers): RoadRunnerView {
  const { is, answer, saturated, alive, workers, pipelines } = facts;
  const config =
    facts.config?.is === "read" ? { ...facts.config, findings: lintText(facts.config.findings) } : facts.config;
  const joined =
    pipelines &&
    [...brokers].flatMap(([broker, join]) =>
      joinPipelines(pipelines, join)
        .filter(({ client, consumers }) => brokers.size === 1 || client !== null || consumers !== null)
        .map((pipeline) => ({ ...pipeline, client: pipeline.client && { broker, ...pipeline.client } })),
    );
  return { is, source, asOfMs: atMs, goneSinceMs: null, answer, saturated, alive, workers, config, pipelines: joined };
}

interface FastStreamRead {
  readonly source: string;
  readonly reading: SourceReading;
  readonly facts: FastStreamFacts;
  readonly state: FastStreamMemory;
  /** The client in the configuration. */
  readonly clientName: string | null;
}

function fastStream({ source, reading, facts, state, clientName }: FastStreamRead, brokers: Brokers): FastStreamView {
  const handlers = facts.subscribers.map(({ handler }) => handler);
  const [client = null] = [...brokers].flatMap(([broker, join]) => {
    const client = joinFastStream(clientName, handlers, join);
    return client === null ? [] : [{ broker, ...client }];
  });
  const { subscribers, publishExceptions: _, ...counts } = facts;
  return {
    ...counts,
    source,
    asOfMs: reading.atMs,
    goneSinceMs: null,
    apps: [...facts.apps],
    publishing: state.publishing,
    publishFailing: publishFailing(state.errors),
    client,
    subscribers: subscribers.map((subscriber) => ({ ...subscriber, ...queueOf(subscriber.handler, brokers) })),
  };
}

function publishFailing(errors: PublishErrors) {
  const { sinceMs, exception } = errors;
  return sinceMs === null || publishFailingSeconds(errors) === 0 ? null : { sinceMs, exception };
}

/** The queue of a handler on the default exchange, if exactly one broker has it. */
function queueOf(handler: string, brokers: Brokers) {
  const [name] = queuesOfHandlers([handler]);
  const queues = [...brokers.values()].flatMap((broker) => broker.queues.filter((queue) => queue.name === name));
  const [queue] = queues.length === 1 ? queues : [];
  const { consumers = null, ready = null, unacked = null } = queue ?? {};
  return { queue: queue?.name ?? null, consumers, ready, unacked };
}
