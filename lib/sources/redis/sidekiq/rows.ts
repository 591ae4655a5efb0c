import type { RedisContext } from "@/lib/sources/redis/adapter";
import { answers, type ScoredMember } from "@/lib/sources/redis/answers";
import type { RunCommands } from "@/lib/sources/redis/commands";
import { QUEUES_MAX } from "@/lib/sources/redis/queue-facts";
import { membersOf, type SetSample, sampledSets } from "@/lib/sources/redis/sets";

export interface QueueRow {
  readonly queue: string;
  readonly length: number;
  /** When its oldest job was enqueued, epoch ms. */
  readonly oldestMs: number | null;
}

/** A job of `schedule`, `retry` or `dead`. */
export interface SetJob {
  readonly queue: string;
  /** Its score: when it is due, of `dead` when it failed, epoch ms. */
  readonly atMs: number;
  readonly error: string;
}

/** The jobs of one of the sets that all queues share. */
export interface SharedSet {
  readonly jobs: readonly SetJob[];
  readonly sample: SetSample | undefined;
}

export interface Sets {
  readonly queues: readonly QueueRow[];
  readonly scheduled: SharedSet;
  readonly retry: SharedSet;
  readonly dead: SharedSet;
  /** Queues that have jobs only in the shared sets. */
  readonly namesInSets: readonly string[];
  /** Sidekiq Pro: their jobs are not due. */
  readonly paused: ReadonlySet<string>;
  readonly processed: number | null;
  readonly isCut: boolean;
}

export async function readSets(run: RunCommands, { prefix, queues }: RedisContext): Promise<Sets> {
  const key = (name: string) => `${prefix}${name}`;
  const found = queues ?? (await membersOf(run, key("queues"), QUEUES_MAX + 1));
  const names = [...found].sort().slice(0, QUEUES_MAX);
  const shared = [key("schedule"), key("retry"), key("dead")] as const;
  const [processed, ...sizes] = await run({
    name: "sizes",
    commands: [["GET", key("stat:processed")], ...shared.map((set) => ["ZCARD", set] as const)],
  });
  const samples = await sampledSets(
    run,
    shared.map((set, index) => ({ key: set, size: answers.count(sizes[index]) })),
  );
  const [scheduled, retry, dead] = shared.map((set) => sharedSet(samples.get(set)));
  const sets = { scheduled: scheduled ?? NONE, retry: retry ?? NONE, dead: dead ?? NONE };
  const inSets = Object.values(sets).flatMap(({ jobs }) => jobs.map(({ queue }) => queue));
  return {
    queues: await queueRows(run, prefix, names),
    paused: new Set(await membersOf(run, key("paused"), QUEUES_MAX)),
    ...sets,
    namesInSets: queues === null ? [...new Set(inSets)].sort() : [],
    processed: answers.number(processed),
    isCut: found.length > names.length,
  };
}

const NONE: SharedSet = { jobs: [], sample: undefined };

async function queueRows(run: RunCommands, prefix: string, names: readonly string[]): Promise<readonly QueueRow[]> {
  const keys = names.map((queue) => `${prefix}queue:${queue}`);
  const lengths = await run({ name: "counts", commands: keys.map((list) => ["LLEN", list] as const) });
  const oldest = await run({
    name: "oldest",
    commands: keys.map((list) => ["LINDEX", list, -1] as const),
    whereAffordable: true,
  });
  return names.map((queue, index) => {
    const job = answers.object(oldest[index]);
    return {
      queue,
      length: answers.count(lengths[index]),
      oldestMs: instantOf(job.enqueued_at) ?? instantOf(job.created_at),
    };
  });
}

function sharedSet(sample: SetSample | undefined): SharedSet {
  return { jobs: (sample?.members ?? []).map(toJob), sample };
}

function toJob({ member, score }: ScoredMember): SetJob {
  const job = answers.object(member);
  const error = [job.error_class, job.error_message].flatMap((part) => answers.text(part) ?? []).join(": ");
  return { queue: answers.text(job.queue) ?? "default", atMs: score * 1_000, error };
}

/** Milliseconds are far in the future if they are taken for seconds. */
const SECONDS_MAX = 100_000_000_000;
const instantOf = (value: unknown): number | null => {
  const instant = answers.number(value);
  return instant === null ? null : instant < SECONDS_MAX ? instant * 1_000 : instant;
};
