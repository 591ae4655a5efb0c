import "server-only";
import { joinables } from "@/lib/collector/joinable";
import type { Runtime } from "@/lib/collector/runtime";
import type { SourceMemory } from "@/lib/collector/source-tick";
import type { FastStreamMemory } from "@/lib/sources/faststream/follow";
import { joinFastStream, queuesOfHandlers } from "@/lib/sources/faststream/join";
import type { FastStreamFacts } from "@/lib/sources/faststream/mapping";
import type { SourceReading } from "@/lib/sources/jobs/job";
import { type JoinBroker, joinPipelines } from "@/lib/sources/roadrunner/join";
import { lintText } from "@/lib/sources/roadrunner/lint/lint-text";
import type { RoadRunnerFacts } from "@/lib/sources/roadrunner/mapping";
import type { ApplicationView } from "@/lib/views/applications/schema";

type Brokers = ReadonlyMap<string, JoinBroker>;

/** Each application that was read at least once, joined with the brokers as they are now. */
export const readApplications = (live: Runtime): ApplicationView[] => applicationsOf(live, [...live.sources.values()]);

/** One of them; null for a table, and before it was read. */
export function readApplication(live: Runtime, source: string): ApplicationView | null {
  const memory = live.sources.get(source);
  return memory === undefined ? null : (applicationsOf(live, [memory])[0] ?? null);
}

function applicationsOf(live: Runtime, memories: readonly SourceMemory[]): ApplicationView[] {
  const told = memories.filter(({ reading }) => reading?.application !== undefined);
  if (told.length === 0) return [];
  const brokers = joinables(live.brokers);
  return told.flatMap(({ source, reading, application: followed }) => {
    if (reading?.application === undefined) return [];
    const { application } = reading;
    if (application.is === "roadrunner") return [roadRunner(source, reading, application, brokers)];
    if (followed?.is !== "faststream") return [];
    const config = live.config.sources.find(({ id }) => id === source);
    const named = config?.kind === "faststream" ? (config.client ?? null) : null;
    return [fastStream({ source, reading, facts: application, followed, named }, brokers)];
  });
}

function roadRunner(
  source: string,
  { atMs }: SourceReading,
  facts: RoadRunnerFacts,
  brokers: Brokers,
): ApplicationView {
  const { is, answer, saturated, alive, workers, pipelines } = facts;
  const config =
    facts.config?.is === "read" ? { ...facts.config, findings: lintText(facts.config.findings) } : facts.config;
  const joined =
    pipelines &&
    [...brokers].flatMap(([broker, join]) =>
      joinPipelines(pipelines, join)
        .filter((one) => brokers.size === 1 || one.client !== null || one.consumers !== null)
        .map((one) => ({ ...one, client: one.client && { broker, ...one.client } })),
    );
  return { is, source, asOfMs: atMs, answer, saturated, alive, workers, config, pipelines: joined };
}

interface FastStreamRead {
  readonly source: string;
  readonly reading: SourceReading;
  readonly facts: FastStreamFacts;
  readonly followed: FastStreamMemory;
  /** The client the configuration names. */
  readonly named: string | null;
}

function fastStream({ source, reading, facts, followed, named }: FastStreamRead, brokers: Brokers): ApplicationView {
  const handlers = facts.subscribers.map(({ handler }) => handler);
  const [client = null] = [...brokers].flatMap(([broker, join]) => {
    const found = joinFastStream(named, handlers, join);
    return found === null ? [] : [{ broker, ...found }];
  });
  const { subscribers, ...counts } = facts;
  return {
    ...counts,
    ...{ source, asOfMs: reading.atMs, apps: [...facts.apps], publishing: followed.publishing, client },
    subscribers: subscribers.map((one) => ({ ...one, ...queueOf(one.handler, brokers) })),
  };
}

/** The queue of a handler on the default exchange, where one broker alone has it. */
function queueOf(handler: string, brokers: Brokers) {
  const [name] = queuesOfHandlers([handler]);
  const found = [...brokers.values()].flatMap(({ queues }) => queues.filter((queue) => queue.name === name));
  const [queue] = found.length === 1 ? found : [];
  const { consumers = null, ready = null, unacked = null } = queue ?? {};
  return { queue: queue?.name ?? null, consumers, ready, unacked };
}
