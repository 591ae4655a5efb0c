import "server-only";
import type { Pool } from "pg";
import { type Db, fromKysely, type KyselyTransactionLike, PgBoss } from "pg-boss";
import { z } from "zod";
import type { Log } from "@/lib/log/log";
import { HOUR, SECOND } from "@/lib/time/duration";

/** pg-boss's own tables live beside ours, in a schema of their own. */
const SCHEMA = "pgboss";
const NAME = "webhook-deliveries";

const OPTIONS = {
  // An attempt whose process died is made again: one takes 15 s at most, so twice that is death and not slowness.
  expireInSeconds: 30,
  // Counts deaths of the process during one attempt, not failed attempts: those are followed by jobs of their own.
  retryLimit: 1_000,
  retryDelay: 0,
  // The attempts are kept in rows of our own; pg-boss need not remember them.
  deleteAfterSeconds: HOUR / SECOND,
} as const;

/** How often pg-boss looks for expired attempts: with the expiry, a killed process costs a delivery a minute. */
const SUPERVISE_SECONDS = 30;
/** Deleting finished jobs. The default of a day would keep a day of them. */
const MAINTAIN_SECONDS = HOUR / SECOND;
/** Dependencies between jobs, which we do not have: looked for every five seconds by default. */
const FLOW_SECONDS = HOUR / SECOND;

/** A delivery and who receives it: a webhook's jobs are a group, whose attempts at one time are limited. */
export interface Addressed {
  readonly id: string;
  readonly webhook: string;
}

/** One attempt that is ours to make, until it is settled or its claim expires. */
export interface Claim {
  readonly job: { readonly id: string; readonly retryCount: number };
  /** null: not a job of ours, to be completed unread. */
  readonly delivery: string | null;
  /** From 1. */
  readonly attempt: number;
}

export interface Queue {
  start(): Promise<void>;
  stop(): Promise<void>;
  enqueue(db: Db, delivery: Addressed, attempt: number, delayMs: number): Promise<void>;
  /** At most `limit` due attempts, and at most `perWebhook` under way for one webhook, on all instances together. */
  claim(limit: number, perWebhook: number): Promise<readonly Claim[]>;
  /** The attempt is over. With `again`, the next is queued in the same transaction. */
  settle(claim: Claim, again: { readonly delivery: Addressed; readonly delayMs: number } | null): Promise<void>;
  /** The attempt was not made: whoever looks next may make it. */
  giveBack(claim: Claim): Promise<void>;
}

/** The id of no job: asking for it costs one look into an index. */
const NOBODY = "00000000-0000-0000-0000-000000000000";

/** What pg-boss answers to `complete`; its own type leaves it empty. */
const Completed = z.object({ affected: z.number() });
const JobData = z.object({ delivery: z.string(), attempt: z.number().int().positive() });

/** Deliveries waiting in pg-boss. Each job is one attempt and names its delivery; texts and states are elsewhere. */
export function openQueue(pool: Pool, log: Log): Queue {
  const boss = openBoss(pool, log);
  const enqueue: Queue["enqueue"] = async (db, { id, webhook }, attempt, delayMs) => {
    const data: z.infer<typeof JobData> = { delivery: id, attempt };
    await boss.send(NAME, data, { db, group: { id: webhook }, startAfter: delayMs / SECOND });
  };
  return {
    enqueue,
    async start() {
      await boss.start();
      await boss.createQueue(NAME, OPTIONS);
      await boss.updateQueue(NAME, OPTIONS);
      // Makes pg-boss remember the queue. Were it to look it up later, inside a caller's transaction, it would ask the
      // pool, and on the embedded database the two would wait for each other.
      await boss.findJobs(NAME, { id: NOBODY });
    },
    stop: () => boss.stop({ close: false, graceful: false }),
    async claim(limit, perWebhook) {
      const jobs = await boss.fetch<unknown>(NAME, { batchSize: limit, groupConcurrency: perWebhook });
      return jobs.map(claimOf);
    },
    async settle({ job, attempt }, again) {
      if (again === null) {
        await boss.complete(NAME, job);
        return;
      }
      await inTransaction(pool, async (db) => {
        // A claim that expired meanwhile was taken up by somebody else, who queues what follows.
        const { affected } = Completed.parse(await boss.complete(NAME, job, null, { db }));
        if (affected > 0) await enqueue(db, again.delivery, attempt + 1, again.delayMs);
      });
    },
    giveBack: async ({ job }) => {
      await boss.fail(NAME, job);
    },
  };
}

/** The caller's Kysely transaction as pg-boss takes it. */
export const within = (trx: KyselyTransactionLike): Db => fromKysely(trx);

function openBoss(pool: Pool, log: Log): PgBoss {
  const boss = new PgBoss({
    db: { executeSql: (text, values) => pool.query(text, values) },
    schema: SCHEMA,
    schedule: false,
    superviseIntervalSeconds: SUPERVISE_SECONDS,
    monitorIntervalSeconds: SUPERVISE_SECONDS,
    maintenanceIntervalSeconds: MAINTAIN_SECONDS,
    flowIntervalSeconds: FLOW_SECONDS,
    // A few jobs an hour bloat nothing, and the embedded database has neither autovacuum nor concurrent reindexing.
    reindex: false,
    monitorVacuum: false,
  });
  boss.on("error", (error) => log("error", "the delivery queue reports an error", { detail: error.message }));
  boss.on("warning", (warning) => log("warn", "the delivery queue reports a warning", { detail: warning.message }));
  return boss;
}

function claimOf(job: { readonly id: string; readonly retryCount: number; readonly data: unknown }): Claim {
  const { id, retryCount } = job;
  const data = JobData.safeParse(job.data);
  return {
    job: { id, retryCount },
    delivery: data.success ? data.data.delivery : null,
    attempt: data.success ? data.data.attempt : 1,
  };
}

async function inTransaction(pool: Pool, work: (db: Db) => Promise<void>): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query("BEGIN");
    await work({ executeSql: (text, values) => client.query(text, values) });
    await client.query("COMMIT");
    client.release();
  } catch (error) {
    // A connection thrown away takes its transaction with it, also when it could not hear a ROLLBACK any more.
    client.release(true);
    throw error;
  }
}
