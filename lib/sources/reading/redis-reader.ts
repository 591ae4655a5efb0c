import "server-only";
import type { Result } from "@/lib/base/errors/failure";
import { SECOND } from "@/lib/base/time/duration";
import type { SourceOutcome, SourceReading } from "@/lib/sources/jobs/job";
import { openRedis, type RedisConnection } from "@/lib/sources/reading/redis-connection";
import { redisRefusal } from "@/lib/sources/reading/redis-refusal";
import { redisServer } from "@/lib/sources/reading/redis-server";
import { createReader, type SourceReader } from "@/lib/sources/reading/source-reader";
import type { RedisAdapter } from "@/lib/sources/redis/adapter";
import { OutOfBudget, type RunCommands } from "@/lib/sources/redis/commands";
import { finderOf, type ScanMemory } from "@/lib/sources/redis/find-keys";
import { type RedisKind, redisAdapterOf } from "@/lib/sources/redis/registry";

export interface RedisSource {
  readonly id: string;
  readonly kind: RedisKind;
  /** `redis://` or `rediss://`, with credentials and the number of the database. */
  readonly databaseUrl: string;
  readonly caFile?: string | undefined;
  /** What the keys begin with; absent: the default of the kind. */
  readonly prefix?: string | undefined;
  /** The queues to read; absent: those that are found. */
  readonly queues?: readonly string[] | undefined;
}

// Redis runs one command at a time: whoever waits longer than this for a few counts only adds to the trouble.
const BATCH_TIMEOUT_MS = 5 * SECOND;
// A poll sends about ten batches; together they may not take longer than this.
const POLL_BUDGET_MS = 20 * SECOND;

/** Reads one job system over one connection, one batch of read-only commands at a time. */
export function createRedisReader(source: RedisSource): SourceReader<never> {
  const adapter = redisAdapterOf(source.kind);
  const scans: ScanMemory = new Map();
  let open: RedisConnection | null = null;

  async function poll(previous: SourceReading | null): Promise<SourceOutcome<never>> {
    const startedMs = Date.now();
    const elapsedMs = () => Date.now() - startedMs;
    try {
      open ??= await openRedis(redisServer(source.databaseUrl, source));
      const reading = await readOnce(open, { source, adapter, scans, previous });
      if (reading.ok) return { ok: true, reading: reading.value, durationMs: elapsedMs() };
      return { ...redisRefusal.fromFailure(reading.failure), durationMs: elapsedMs() };
    } catch (error) {
      open?.close();
      open = null;
      return { ...redisRefusal.fromError(error, source.databaseUrl), durationMs: elapsedMs() };
    }
  }

  return createReader(poll, async () => {
    open?.close();
    open = null;
  });
}

interface Poll {
  readonly source: RedisSource;
  readonly adapter: RedisAdapter;
  readonly scans: ScanMemory;
  readonly previous: SourceReading | null;
}

async function readOnce(connection: RedisConnection, poll: Poll): Promise<Result<SourceReading<never>>> {
  const { source, adapter, scans, previous } = poll;
  const nowMs = Date.now();
  const run: RunCommands = (batch) => {
    const leftMs = Math.min(BATCH_TIMEOUT_MS, nowMs + POLL_BUDGET_MS - Date.now());
    if (leftMs <= 0) throw new OutOfBudget(batch.name, "time");
    return connection.run(batch, leftMs);
  };
  const result = await adapter.read(run, {
    source: source.id,
    nowMs,
    previous,
    prefix: source.prefix ?? adapter.prefix,
    queues: source.queues ?? null,
    findKeys: finderOf(run, scans, nowMs),
  });
  return result.ok ? { ok: true, value: { ...result.value, standby: null } } : result;
}
