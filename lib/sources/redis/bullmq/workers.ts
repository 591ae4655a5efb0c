import type { RunnerContact } from "@/lib/sources/jobs/job";
import { answers } from "@/lib/sources/redis/answers";
import type { RunningJobRow } from "@/lib/sources/redis/bullmq/rows";
import { type RunCommands, whereAllowed } from "@/lib/sources/redis/commands";
import { shortened } from "@/lib/sources/redis/queue-facts";

/** More workers than one Redis serves. */
const WORKERS_MAX = 10_000;

interface Watched {
  readonly prefix: string;
  readonly names: readonly string[];
  readonly active: ReadonlyMap<string, readonly RunningJobRow[]>;
  readonly nowMs: number;
}

/** The workers by the names of their connections; null where the user may not list connections. */
export async function readWorkers(run: RunCommands, watched: Watched): Promise<readonly RunnerContact[] | null> {
  const listed = await whereAllowed(run({ name: "workers", commands: [["CLIENT LIST", "TYPE", "normal"]] }));
  return listed === null ? null : workersIn(answers.text(listed[0]) ?? "", watched);
}

interface Connection {
  readonly queue: string;
  /** null: a worker without a name of its own. */
  readonly worker: string | null;
  readonly host: string;
}

/**
 * `queue@host`, or the name that the worker was given. A port changes with each reconnect, so workers of the same name
 * are numbered.
 */
export function workersIn(clientList: string, { prefix, names, active, nowMs }: Watched): readonly RunnerContact[] {
  const queueOf = new Map(names.map((queue) => [`${prefix}:${Buffer.from(queue).toString("base64")}`, queue]));
  const connections = clientList.split("\n", WORKERS_MAX).flatMap((line) => connectionOf(line, queueOf));
  const seen = new Map<string, number>();
  const contacts = connections.map(({ queue, worker, host }) => {
    const name = shortened(worker === null ? `${queue}@${host}` : `${queue}/${worker}`);
    const number = (seen.get(name) ?? 0) + 1;
    seen.set(name, number);
    const own = (active.get(queue) ?? []).filter((job) => number === 1 && worker !== null && job.worker === worker);
    return {
      name: number === 1 ? name : `${name} #${number}`,
      lastContactMs: nowMs,
      holding: own.map(({ id, type, startedMs, attempts }) => ({
        id: shortened(id),
        type: shortened(type),
        startedMs,
        updatedMs: null,
        progress: null,
        phase: "processing" as const,
        failures: attempts,
      })),
      overduePendingMs: null,
    };
  });
  return contacts.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** `id=7 addr=10.0.0.5:51832 … name=bull:ZW1haWxz:w:transcoder …` */
function connectionOf(line: string, queueOf: ReadonlyMap<string, string>): readonly Connection[] {
  const name = / name=(\S*)/.exec(line)?.[1] ?? "";
  const [base = "", worker] = name.split(/:w:(.*)/, 2);
  const queue = queueOf.get(base);
  const host = / addr=(\S*):\d+/.exec(line)?.[1] ?? "?";
  return queue === undefined ? [] : [{ queue, worker: worker ?? null, host }];
}
