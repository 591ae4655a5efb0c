import "server-only";
import type { Result } from "@/lib/base/errors/failure";
import { SECOND } from "@/lib/base/time/duration";
import type { SourceOutcome, SourceReading } from "@/lib/sources/jobs/job";
import { COOLDOWN_MS } from "@/lib/sources/jobs/query-budget";
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

/**
 * Reads one job system over one connection, one batch of read-only commands at a time.
 * `batchTimeoutMs` is for servers that need a shorter timeout than the usual 5 s.
 */
export function createRedisReader(source: RedisSource, batchTimeoutMs = BATCH_TIMEOUT_MS): SourceReader<never> {
  const adapter = redisAdapterOf(source.kind);
  const memory: Memory = { scans: new Map(), cooldowns: new Map() };
  let open: RedisConnection | null = null;
  const session: Session = {
    async connection() {
      open ??= await openRedis(redisServer(source.databaseUrl, source));
      return open;
    },
    close() {
      open?.close();
      open = null;
    },
  };

  async function poll(previous: SourceReading | null): Promise<SourceOutcome<never>> {
    const startedMs = Date.now();
    const elapsedMs = () => Date.now() - startedMs;
    try {
      const timeoutMs = Math.min(batchTimeoutMs, BATCH_TIMEOUT_MS);
      const reading = await readOnce(session, { source, adapter, memory, previous, timeoutMs });
      if (reading.ok) return { ok: true, reading: reading.value, durationMs: elapsedMs() };
      return { ...redisRefusal.fromFailure(reading.failure), durationMs: elapsedMs() };
    } catch (error) {
      session.close();
      return { ...redisRefusal.fromError(error, source.databaseUrl), durationMs: elapsedMs() };
    }
  }

  return createReader(poll, async () => session.close());
}

/** The connection of a source: opened when it is needed, and again after it was closed. */
interface Session {
  connection(): Promise<RedisConnection>;
  close(): void;
}

/** What a reader knows between its polls; after a restart it begins anew. */
interface Memory {
  readonly scans: ScanMemory;
  /** Batches that weighed too much, with the instant of the monotonic clock from which they may be sent again. */
  readonly cooldowns: Map<string, number>;
}

interface Poll {
  readonly source: RedisSource;
  readonly adapter: RedisAdapter;
  readonly memory: Memory;
  readonly previous: SourceReading | null;
  readonly timeoutMs: number;
}

async function readOnce(session: Session, poll: Poll): Promise<Result<SourceReading<never>>> {
  const { source, adapter, memory, previous, timeoutMs } = poll;
  const nowMs = Date.now();
  const run = boundedRun(session, memory, { timeoutMs, deadlineMs: nowMs + POLL_BUDGET_MS });
  const result = await adapter.read(run, {
    source: source.id,
    nowMs,
    previous,
    prefix: source.prefix ?? adapter.prefix,
    queues: source.queues ?? null,
    findKeys: finderOf(run, memory.scans, nowMs),
  });
  return result.ok ? { ok: true, value: { ...result.value, versions: adapter.versions, standby: null } } : result;
}

interface Limits {
  readonly timeoutMs: number;
  /** Of the whole poll, epoch ms. */
  readonly deadlineMs: number;
}

function boundedRun(session: Session, { cooldowns }: Memory, { timeoutMs, deadlineMs }: Limits): RunCommands {
  return async (batch) => {
    const { name, commands, whereAffordable = false } = batch;
    const nothing = commands.map(() => null);
    if (whereAffordable && (cooldowns.get(name) ?? 0) > performance.now()) return nothing;
    const leftMs = Math.min(timeoutMs, deadlineMs - Date.now());
    if (leftMs <= 0) throw new OutOfBudget(name, "time");
    try {
      return await (await session.connection()).run(batch, leftMs);
    } catch (error) {
      if (!whereAffordable || !(error instanceof OutOfBudget) || error.limit === "time") throw error;
      cooldowns.set(name, performance.now() + COOLDOWN_MS);
      session.close();
      return nothing;
    }
  };
}
