import "server-only";
import type { Pool } from "pg";
import { type Db, fromKysely, type KyselyTransactionLike, PgBoss } from "pg-boss";
import { z } from "zod";
import type { Log } from "@/lib/base/log/log";
import { HOUR, SECOND } from "@/lib/base/time/duration";

/** pg-boss's own tables live beside ours, in a schema of their own. */
const SCHEMA = "pgboss";
const NAME = "webhook-turns";
/** Its policy was `singleton`, which cannot be changed. What waited in it stands in rows of our own. */
const FORMER_NAME = "webhook-lanes";

const OPTIONS = {
  // A turn whose process died is taken again: one takes 25 s at most, so longer than this is death and not slowness.
  expireInSeconds: 35,
  // A turn that failed for good would block its webhook: more than a broken database cuts short in a year.
  retryLimit: 1_000_000,
  retryDelay: 0,
  // The attempts are kept in rows of our own; pg-boss need not remember turns.
  deleteAfterSeconds: HOUR / SECOND,
} as const;

/** How often pg-boss looks for expired turns: with the expiry, one of several processes that is killed costs 40 s. */
const SUPERVISE_SECONDS = 5;
/** Deleting finished jobs. The default of a day would keep a day of them. */
const MAINTAIN_SECONDS = HOUR / SECOND;
/** Dependencies between jobs, which we do not have: looked for every five seconds by default. */
const FLOW_SECONDS = HOUR / SECOND;

/** The turn of one webhook, ours until it is settled or its claim expires. */
export interface Claim {
  readonly job: { readonly id: string; readonly retryCount: number };
  /** null: not a job of ours, to be completed unread. */
  readonly webhook: string | null;
}

export interface DeliveryQueue {
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Something waits for this webhook; said within a transaction where one is given. */
  wake(webhook: string, db?: Db): Promise<void>;
  /** At most `limit` webhooks whose turn it is. A webhook is in one hand at a time, on all instances together. */
  claim(limit: number): Promise<readonly Claim[]>;
  /** Gives back all turns under way. Only for who is alone with the database: they were left by one that died. */
  takeBack(): Promise<void>;
  /** The turn was cut short, and may begin again at once. Nothing happens where its claim has expired. */
  giveBack(claim: Claim): Promise<void>;
  /** The turn is over. */
  settle(claim: Claim): Promise<void>;
}

/** The id of no job: asking for it costs one look into an index. */
const NOBODY = "00000000-0000-0000-0000-000000000000";

const JobData = z.object({ webhook: z.string() });

/**
 * The turns of webhooks in pg-boss. A job says that something waits for its webhook, and whoever has it is alone with
 * the webhook; what waits stands in rows of our own.
 */
export function openDeliveryQueue(pool: Pool, log: Log): DeliveryQueue {
  const boss = openBoss(pool, log);
  const wake: DeliveryQueue["wake"] = async (webhook, db) => {
    const data: z.infer<typeof JobData> = { webhook };
    await boss.send(NAME, data, { ...(db === undefined ? {} : { db }), singletonKey: webhook });
  };
  return {
    wake,
    async start() {
      await boss.start();
      // One active job for a key is an index's promise, also when two instances look at the same moment. `singleton`
      // promises it too, but passes over keys that were active when its queue was last looked after: a webhook that was
      // busy then was not served for a minute (pg-boss 12.35, `singletons_active` and the cache of queues).
      await boss.createQueue(NAME, { ...OPTIONS, policy: "key_strict_fifo" });
      if ((await boss.getQueue(FORMER_NAME)) !== null) await boss.deleteQueue(FORMER_NAME);
      await boss.updateQueue(NAME, OPTIONS);
      // Makes pg-boss remember the queue. Were it to look it up later, inside a caller's transaction, it would ask the
      // pool, and on the embedded database the two would wait for each other.
      await boss.findJobs(NAME, { id: NOBODY });
    },
    stop: () => boss.stop({ close: false, graceful: false }),
    async claim(limit) {
      const jobs = await boss.fetch<unknown>(NAME, { batchSize: limit });
      return jobs.map(claimOf);
    },
    async takeBack() {
      const { rows } = await pool.query<{ id: string }>(
        `SELECT id FROM ${SCHEMA}.job WHERE name = $1 AND state = 'active'`,
        [NAME],
      );
      if (rows.length > 0)
        await boss.fail(
          NAME,
          rows.map((row) => row.id),
        );
    },
    giveBack: async ({ job }) => {
      await boss.fail(NAME, job);
    },
    settle: async ({ job }) => {
      await boss.complete(NAME, job);
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
    webhook: data.success ? data.data.webhook : null,
  };
}
