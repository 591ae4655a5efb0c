import { z } from "zod";

/**
 * What a query depends on: topics of the event stream. An event names what changed (`broker:main`, `source:videos`,
 * `webhooks`, `incidents`, or the loop of the collector that failed); `broker:*` stands for every broker and `*` for everything.
 */
export type TopicPattern = "*" | `broker:${string}` | `source:${string}` | "webhooks" | "incidents";

/** Every scope that can have alerts. */
export const ALL_SCOPES = ["broker:*", "source:*", "webhooks"] as const;

/** The part of a query key that names its topics. A key without this part is never invalidated by an event. */
export const dependsOn = (...topics: readonly TopicPattern[]) => ({ topics });

const Dependency = z.object({ topics: z.array(z.string()) });
const ChangedEvent = z.object({ topics: z.array(z.string()) });

/** The topics of a `changed` event; none where its data cannot be read. */
export function eventTopics(data: string): readonly string[] {
  try {
    return ChangedEvent.parse(JSON.parse(data)).topics;
  } catch {
    return [];
  }
}

/** Whether a query has to be asked again after an event with these topics. */
export const isInvalidatedBy = (topics: Iterable<string>, queryKey: readonly unknown[]): boolean => {
  const patterns = queryKey.flatMap((part) => Dependency.safeParse(part).data?.topics ?? []);
  return [...topics].some((topic) => patterns.some((pattern) => matches(pattern, topic)));
};

const matches = (pattern: string, topic: string): boolean =>
  pattern.endsWith("*") ? topic.startsWith(pattern.slice(0, -1)) : topic === pattern;
