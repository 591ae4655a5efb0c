import type { RedisContext } from "@/lib/sources/redis/adapter";
import { answers } from "@/lib/sources/redis/answers";
import type { RedisCommand, RunCommands } from "@/lib/sources/redis/commands";
import { MEMBER_BYTES, membersOf, weightsOf } from "@/lib/sources/redis/sets";

export interface WorkRow {
  readonly queue: string;
  readonly id: string;
  readonly type: string;
  readonly startedMs: number | null;
  readonly retries: number | null;
}

export interface ProcessRow {
  /** `host:pid:nonce` */
  readonly identity: string;
  /** null: its heartbeat has expired. */
  readonly heartbeatMs: number | null;
  readonly work: readonly WorkRow[];
  /** Jobs that it runs by its own number, of which `work` may be a part. */
  readonly busy: number;
}

/** More processes than one Redis serves. */
const PROCESSES_MAX = 2_000;
/** The work of one process: it has a thread for each job, 5 by default and seldom more than 50. */
const THREADS_MAX = 100;
/** Work rows contain whole jobs. What processes with heavier ones run is counted by their number alone. */
const WORK_BYTES_MAX = 3_000_000;

export async function readProcesses(run: RunCommands, { prefix }: RedisContext): Promise<readonly ProcessRow[]> {
  const identities = await membersOf(run, `${prefix}processes`, PROCESSES_MAX);
  const hashes = await run({
    name: "processes",
    commands: identities.map((name) => ["HMGET", `${prefix}${name}`, "beat", "busy"] as const),
  });
  const rows = identities.map((identity, index) => {
    const [heartbeat, busy] = answers.list(hashes[index]);
    const seconds = answers.number(heartbeat);
    return { identity, heartbeatMs: seconds === null ? null : seconds * 1_000, busy: answers.count(busy) };
  });
  const work = await readWork(run, prefix, rows);
  return rows.map((row) => ({ ...row, work: work.get(row.identity) ?? [] }));
}

/** Up to version 6.4 the key ends in `workers`. */
const WORK_KEYS = ["work", "workers"] as const;

async function readWork(
  run: RunCommands,
  prefix: string,
  processes: readonly { readonly identity: string }[],
): Promise<ReadonlyMap<string, readonly WorkRow[]>> {
  const keys = processes.flatMap(({ identity }) =>
    WORK_KEYS.map((name) => ({ identity, key: `${prefix}${identity}:${name}` })),
  );
  const weights = await weightsOf(
    run,
    keys.map(({ key }) => key),
  );
  let bytes = 0;
  const read = keys.filter((_, index) => {
    const weight = weights === null ? MEMBER_BYTES : (weights[index] ?? 0);
    if (weight === 0 || bytes + weight > WORK_BYTES_MAX) return false;
    bytes += weight;
    return true;
  });
  const commands = read.map(({ key }): RedisCommand => ["HSCAN", key, 0, "COUNT", THREADS_MAX]);
  const found = await run({ name: "work", commands });
  const rows = read.map(({ identity }, index) => {
    const [, flat] = answers.list(found[index]);
    return [identity, answers.list(flat).flatMap((value, at) => (at % 2 === 1 ? toWork(value) : []))] as const;
  });
  return new Map(rows);
}

function toWork(value: unknown): WorkRow {
  const work = answers.object(value);
  // The job is JSON within JSON; up to version 6 it is an object.
  const job = typeof work.payload === "string" ? answers.object(work.payload) : answers.record(work.payload);
  const startedSeconds = answers.number(work.run_at);
  return {
    queue: answers.text(work.queue) ?? "",
    id: answers.text(job.jid) ?? "",
    type: answers.text(job.wrapped) ?? answers.text(job.class) ?? "",
    startedMs: startedSeconds === null ? null : startedSeconds * 1_000,
    retries: answers.number(job.retry_count),
  };
}
