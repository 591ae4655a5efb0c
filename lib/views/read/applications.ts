import "server-only";
import type { BrokerMemory } from "@/lib/collector/memory";
import type { Runtime } from "@/lib/collector/runtime";
import { joinFastStream } from "@/lib/faststream/join";
import type { FastStreamFacts } from "@/lib/faststream/reading";
import type { SourceReading } from "@/lib/jobs/job";
import { type JoinBroker, joinPipelines } from "@/lib/roadrunner/join";
import type { RoadRunnerFacts } from "@/lib/roadrunner/reading";
import type { ApplicationView } from "@/lib/views/applications";

type Brokers = ReadonlyMap<string, JoinBroker>;

/** Each application that was read at least once, joined with the brokers as they are now. */
export function readApplications(live: Runtime): ApplicationView[] {
  const brokers = new Map([...live.brokers].map(([id, memory]) => [id, joinable(memory)]));
  return [...live.sources.values()].flatMap(({ source, reading }) => {
    if (reading?.application === undefined) return [];
    const { application } = reading;
    if (application.is === "roadrunner") return [roadRunner(source, reading, application, brokers)];
    const config = live.config.sources.find(({ id }) => id === source);
    const named = config?.kind === "faststream" ? (config.client ?? null) : null;
    return [fastStream(source, reading, application, named, brokers)];
  });
}

/** Tags of consumers are not kept between ticks, so a pipeline is found by its queue and library. */
function joinable(memory: BrokerMemory): JoinBroker {
  const sessions = Map.groupBy(memory.open.values(), ({ client }) => client);
  const clients = [...memory.clients.values()].map(({ id, name, product, consuming }) => {
    const activity = memory.activity.clients.get(id);
    return {
      ...{ id, name, product },
      queues: [...new Set([...consuming, ...(activity?.consuming.queues ?? [])])],
      connections: (sessions.get(id) ?? []).map(({ connection }) => connection),
      channels: activity?.doing?.channels ?? null,
    };
  });
  return { clients, queues: memory.queues, consumers: null };
}

function roadRunner(
  source: string,
  { atMs }: SourceReading,
  facts: RoadRunnerFacts,
  brokers: Brokers,
): ApplicationView {
  const { is, answer, saturated, alive, workers, pipelines } = facts;
  const joined =
    pipelines &&
    [...brokers].flatMap(([broker, join]) =>
      joinPipelines(pipelines, join)
        .filter((one) => brokers.size === 1 || one.client !== null || one.consumers !== null)
        .map((one) => ({ ...one, client: one.client && { broker, ...one.client } })),
    );
  return { is, source, asOfMs: atMs, answer, saturated, alive, workers, pipelines: joined };
}

function fastStream(
  source: string,
  { atMs, queues }: SourceReading,
  facts: FastStreamFacts,
  named: string | null,
  brokers: Brokers,
): ApplicationView {
  const handlers = queues.map(({ queue }) => queue);
  const [client = null] = [...brokers].flatMap(([broker, join]) => {
    const found = joinFastStream(named, handlers, join.clients);
    return found === null ? [] : [{ broker, id: found.client.id, name: found.client.name, inferred: found.inferred }];
  });
  const { is, sinceMs } = facts.publishing;
  return { ...facts, source, asOfMs: atMs, apps: [...facts.apps], publishing: { is, sinceMs }, client };
}
