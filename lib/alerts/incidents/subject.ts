import type { Labels } from "@/lib/base/signals/labels";

/** What an alert is about, as a key: a broker, a node, a client, a queue, a source, a job queue, a runner, a webhook. */
export type Subject = string;

/** What a subject depends on beyond what its own labels say, nearest first: the labels of other subjects. */
export type DependenciesOf = (labels: Labels) => readonly Labels[];

/** Alerts of one subject have the same key, whatever other labels they carry. */
export function subjectOf(labels: Labels): Subject {
  const { broker, vhost, clientId, client, queue, node, source, runner, webhook } = labels;
  if (webhook !== undefined) return keyOf("webhook", webhook);
  if (source !== undefined) {
    if (runner !== undefined) return keyOf("runner", source, runner);
    return queue === undefined ? keyOf("source", source) : keyOf("jobs", source, queue);
  }
  if (broker === undefined) return keyOf("labels", ...Object.entries(labels).toSorted(byName).flat());
  if (clientId !== undefined) return keyOf("client", broker, clientId);
  if (client !== undefined) return keyOf("client", broker, client);
  if (queue !== undefined) return keyOf("queue", broker, vhost ?? "/", queue);
  return node === undefined ? keyOf("broker", broker) : keyOf("node", broker, node);
}

const byName = ([a]: readonly [string, string], [b]: readonly [string, string]): number => (a < b ? -1 : 1);

const keyOf = (...parts: readonly string[]): Subject => JSON.stringify(parts);

/** Whether a subject contains others: a broker or a source. */
export const isContainer = ({ broker, source, client, clientId, queue, node, runner, webhook }: Labels): boolean =>
  (broker ?? source) !== undefined &&
  [client, clientId, queue, node, runner, webhook].every((label) => label === undefined);

/** The container of a subject by its own labels. */
const containerOf = (labels: Labels): readonly Labels[] => {
  if (isContainer(labels)) return [];
  if (labels.source !== undefined) return [{ source: labels.source }];
  return labels.broker === undefined ? [] : [{ broker: labels.broker }];
};

/** broker → client → queue → job queue is three steps; two more for chains of applications. */
const DISTANCE_MAX = 5;
/** A queue may have thousands of consumers, any of which explains it as well as another. */
const ANCESTORS_MAX = 200;

/** The subjects that a subject depends on, directly or through others, with their distance; itself at 0. */
export function ancestorsOf(labels: Labels, dependenciesOf: DependenciesOf): ReadonlyMap<Subject, number> {
  const found = new Map<Subject, number>([[subjectOf(labels), 0]]);
  let level: readonly Labels[] = [labels];
  for (let distance = 1; distance <= DISTANCE_MAX && level.length > 0; distance += 1) {
    const next: Labels[] = [];
    for (const parent of level.flatMap((one) => [...dependenciesOf(one), ...containerOf(one)])) {
      const subject = subjectOf(parent);
      if (found.has(subject) || found.size >= ANCESTORS_MAX) continue;
      found.set(subject, distance);
      next.push(parent);
    }
    level = next;
  }
  return found;
}
