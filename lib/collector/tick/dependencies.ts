import type { DependenciesOf } from "@/lib/alerts/incidents/subject";
import type { Labels } from "@/lib/base/signals/labels";
import { clientLabels } from "@/lib/collector/broker/derive/measure-clients";
import type { BrokerMemory } from "@/lib/collector/broker/memory";
import { joinables } from "@/lib/collector/source/joinable-brokers";
import type { SourceMemory } from "@/lib/collector/source/memory";
import { joinFastStream } from "@/lib/sources/faststream/join";
import type { Join } from "@/lib/sources/jobs/joins";

/** What is known of brokers and sources at present. */
export interface DependencyFacts {
  readonly brokers: ReadonlyMap<string, BrokerMemory>;
  readonly sources: ReadonlyMap<string, SourceMemory>;
  readonly joins: readonly Join[];
  /** The configured client of each application, by source. */
  readonly clientNames: ReadonlyMap<string, string>;
}

/**
 * What a queue, a job queue or an application depends on: a queue on the clients that consume it, a pipeline on its client
 * and its queue, a job queue on the broker's queues that the configuration joins with it, an application on its clients.
 * Clients that are away count with the queues that they last consumed.
 */
export function dependencies(facts: DependencyFacts): DependenciesOf {
  const { brokers, sources } = facts;
  return (labels) => {
    const { broker, vhost, queue, source, runner, client, clientId } = labels;
    if (source !== undefined) {
      const memory = sources.get(source);
      if (runner !== undefined || memory === undefined) return [];
      return queue === undefined ? ofApplication(memory, facts) : ofJobQueue(memory, queue, facts);
    }
    const memory = broker === undefined ? undefined : brokers.get(broker);
    if (memory === undefined || queue === undefined || client !== undefined || clientId !== undefined) return [];
    return consumersOf(memory).get(consumedKey(vhost ?? "/", queue)) ?? [];
  };
}

type Consumers = ReadonlyMap<string, readonly Labels[]>;

/** Computed once for each memory of a broker: several queues usually raise alerts at once. */
const CONSUMERS = new WeakMap<BrokerMemory, Consumers>();

function consumersOf(memory: BrokerMemory): Consumers {
  const known = CONSUMERS.get(memory);
  if (known !== undefined) return known;
  const consumers = new Map<string, Labels[]>();
  for (const client of memory.clients.values()) {
    const last = memory.activity.clients.get(client.id)?.consuming.queues ?? [];
    for (const queue of new Set([...client.consuming, ...last])) {
      const key = consumedKey(client.vhost, queue);
      const found = consumers.get(key);
      if (found === undefined) consumers.set(key, [clientLabels(client)]);
      else found.push(clientLabels(client));
    }
  }
  CONSUMERS.set(memory, consumers);
  return consumers;
}

const consumedKey = (vhost: string, queue: string): string => `${vhost}\n${queue}`;

function ofApplication(memory: SourceMemory, facts: DependencyFacts): readonly Labels[] {
  const { application } = memory;
  if (application?.is === "roadrunner") {
    return [...application.pipelines.keys()].flatMap((pipeline) => ofPipeline(application.pipelines, pipeline, facts));
  }
  if (memory.reading?.application?.is !== "faststream") return [];
  const handlers = memory.reading.application.subscribers.map(({ handler }) => handler);
  return [...joinables(facts.brokers)].flatMap(([broker, join]) => {
    const found = joinFastStream(facts.clientNames.get(memory.source) ?? null, handlers, join);
    return found === null ? [] : clientOf(facts, broker, found.id);
  });
}

function ofJobQueue(memory: SourceMemory, queue: string, facts: DependencyFacts): readonly Labels[] {
  const { application, source } = memory;
  if (application?.is === "roadrunner") return ofPipeline(application.pipelines, queue, facts);
  const joins = facts.joins.filter((join) => join.source === source && (join.jobs?.test(queue) ?? true));
  return joins.length === 0 ? [] : queuesWhere(facts, (name) => joins.some((join) => join.queue.test(name)));
}

type Pipelines = Extract<NonNullable<SourceMemory["application"]>, { readonly is: "roadrunner" }>["pipelines"];

function ofPipeline(pipelines: Pipelines, name: string, facts: DependencyFacts): readonly Labels[] {
  const pipeline = pipelines.get(name);
  if (pipeline === undefined) return [];
  const { client, state } = pipeline;
  const own = client === null ? [] : clientOf(facts, client.broker, client.id);
  return state.queue === "" ? own : [...own, ...queuesWhere(facts, (queue) => queue === state.queue)];
}

function clientOf({ brokers }: DependencyFacts, broker: string, id: string): readonly Labels[] {
  const client = brokers.get(broker)?.clients.get(id);
  return client === undefined ? [] : [clientLabels(client)];
}

const queuesWhere = ({ brokers }: DependencyFacts, matches: (name: string) => boolean): readonly Labels[] =>
  [...brokers.values()].flatMap(({ queues }) =>
    queues.filter(({ name }) => matches(name)).map(({ broker, vhost, name }) => ({ broker, vhost, queue: name })),
  );

/** Whether clients that a restart of this broker disconnected are still away: they may be lost yet. */
export function isBrokerRecovering(brokers: ReadonlyMap<string, BrokerMemory>, { broker }: Labels): boolean {
  const recovery = broker === undefined ? null : (brokers.get(broker)?.restartRecovery ?? null);
  return recovery?.away.some(({ state }) => state === "absent") ?? false;
}
