import type { Result } from "@/lib/base/errors/failure";
import type { Adapter, ReadContext, TableReading } from "@/lib/sources/jobs/adapter";
import type { RunCommands } from "@/lib/sources/redis/commands";
import type { FindKeys } from "@/lib/sources/redis/find-keys";

export interface RedisContext extends ReadContext {
  /** The start of every key of the system. */
  readonly prefix: string;
  /** The queues to read; null: those that are found. */
  readonly queues: readonly string[] | null;
  readonly findKeys: FindKeys;
}

/** Reads one kind of job system that is stored in Redis. Errors of the server are thrown. */
export interface RedisAdapter<Kind extends string = string>
  extends Pick<Adapter<Kind>, "kind" | "versions" | "capabilities" | "cost" | "minIntervalMs"> {
  /** What its keys begin with by default. */
  readonly prefix: string;
  read(run: RunCommands, context: RedisContext): Promise<Result<TableReading>>;
}
