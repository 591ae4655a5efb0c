import "server-only";
import type { Pool } from "pg";
import type { KyselyTransactionLike } from "pg-boss";
import { messageOf } from "@/lib/base/errors/message";
import type { Log } from "@/lib/base/log/log";
import { SECOND } from "@/lib/base/time/duration";
import { type DeliveryStore, serveEndpoint, type WorkerTools } from "@/lib/notifications/delivery/delivery-worker";
import { PollLoop } from "@/lib/notifications/delivery/poll-loop";
import { type Claim, openDeliveryQueue, within } from "@/lib/notifications/delivery/queue";
import { jitteredDelayMs, SCHEDULE, type Schedule } from "@/lib/notifications/delivery/schedule";
import type { Webhook } from "@/lib/notifications/formats/webhook";

export interface DelivererOptions {
  readonly pool: Pool;
  readonly webhooks: readonly Webhook[];
  readonly store: DeliveryStore;
  readonly log: Log;
  readonly now: () => number;
  /** Whether no other instance delivers from this database: what is under way at the start was then left by the dead. */
  readonly alone: () => Promise<boolean>;
  /** When to try again, and when to give up; `SCHEDULE` where absent. */
  readonly schedule?: Schedule;
  /** For one attempt, ms; `SEND_MS_MAX` where absent. */
  readonly timeoutMs?: number;
}

export interface Deliverer {
  /** Installs or migrates the queue's tables and begins to deliver, also what an earlier run left. */
  start(): Promise<void>;
  /** Lets attempts under way end for three seconds, gives the others back, and returns when all is settled. */
  stop(): Promise<void>;
  /** Says in the transaction that writes deliveries for whom they are: rolled back, nothing is sent. */
  enqueue(trx: KyselyTransactionLike, deliveries: readonly { readonly webhook: string }[]): Promise<void>;
  /** Looks for work now. For after the commit: without it, a delivery waits up to half a second for the next look. */
  nudge(): void;
  /** For how long nobody looked for work and got an answer, ms of the steady clock; null before the first look. */
  quietMs(): number | null;
}

const LOOK_EVERY_MS = SECOND / 2;
/** After a look that failed: the database is away, and asking it harder does not bring it back. */
const LOOK_AGAIN_MS = 2 * SECOND;
/** How often all that waits is looked through: what a process that died was to send later is found by another. */
const ROUND_EVERY_MS = 30 * SECOND;
/** Webhooks served at once by one process. One that hangs has a turn of its own and holds up no other. */
const TURNS_AT_ONCE_MAX = 32;
/** How long a stop waits for answers. Attempts given back are made again at the next start, under the same id. */
const STOP_GRACE_MS = 3 * SECOND;

/**
 * Carries deliveries to their webhooks, each webhook by itself and its alerts' deliveries in order. Rows hold what
 * waits; a job of pg-boss is a webhook's turn, so that several instances on one database never serve one webhook
 * together. A turn whose process died is taken again, by the next start or once its claim expires; what it had sent
 * unrecorded goes out once more under its id.
 */
export function createDeliverer(options: DelivererOptions): Deliverer {
  const { pool, log, now, store } = options;
  const queue = openDeliveryQueue(pool, log);
  const stopping = new AbortController();
  const turns = new Set<Promise<void>>();
  let isEnding = false;
  let lookedMs: number | null = null;
  const tools: WorkerTools = {
    webhooks: new Map(options.webhooks.map((webhook) => [webhook.id, webhook])),
    store,
    log,
    now,
    schedule: options.schedule ?? SCHEDULE,
    timeoutMs: options.timeoutMs,
    ending: () => isEnding,
    abort: stopping.signal,
  };
  /** When to wake which webhook. Lost with the process: then the next start or another one's round wakes it. */
  const alarms = new Map<string, number>();
  let roundMs = 0;
  const ring = async (): Promise<void> => {
    const nowMs = now();
    if (nowMs - roundMs >= ROUND_EVERY_MS) {
      for (const webhook of await store.waitedFor()) if (!alarms.has(webhook)) alarms.set(webhook, nowMs);
      roundMs = nowMs;
    }
    for (const [webhook, atMs] of alarms) {
      if (atMs > nowMs) continue;
      await queue.wake(webhook);
      alarms.delete(webhook);
    }
  };
  const take = async (claim: Claim): Promise<void> => {
    const { webhook } = claim;
    const againMs = webhook === null ? null : await serveEndpoint(tools, webhook);
    cuts.delete(webhook ?? "");
    if (webhook !== null && againMs !== null) alarms.set(webhook, now() + againMs);
    await queue.settle(claim);
  };
  /** Turns that the database cut short, and when they are given back: by their claims they would hold half a minute. */
  const cut = new Map<Claim, number>();
  /** How many in a row. */
  const cuts = new Map<string, number>();
  const wasCut = (claim: Claim): void => {
    const webhook = claim.webhook ?? "";
    const inRow = (cuts.get(webhook) ?? 0) + 1;
    cuts.set(webhook, inRow);
    cut.set(claim, now() + jitteredDelayMs(inRow));
  };
  const begin = (claim: Claim): void => {
    const turn = take(claim)
      .catch((cause: unknown) => {
        wasCut(claim);
        log("error", "a webhook's turn was cut short", { webhook: claim.webhook, detail: messageOf(cause) });
      })
      .finally(() => {
        turns.delete(turn);
        pulse.wake();
      });
    turns.add(turn);
  };
  const look = async (): Promise<void> => {
    for (const [claim, atMs] of cut) {
      if (atMs > now()) continue;
      await queue.giveBack(claim);
      cut.delete(claim);
    }
    await ring();
    const free = TURNS_AT_ONCE_MAX - turns.size;
    if (free > 0) for (const claim of await queue.claim(free)) begin(claim);
    lookedMs = performance.now();
  };
  const onFailure = (cause: unknown): void =>
    log("error", "deliveries could not be looked for", { detail: messageOf(cause) });
  const pulse = new PollLoop({ look, everyMs: LOOK_EVERY_MS, againMs: LOOK_AGAIN_MS, onFailure });
  return {
    async start() {
      await queue.start();
      if (await options.alone()) await queue.takeBack();
      pulse.start();
    },
    async stop() {
      isEnding = true;
      await pulse.stop();
      const grace = setTimeout(() => stopping.abort(), STOP_GRACE_MS);
      await Promise.all(turns);
      clearTimeout(grace);
      await queue.stop();
    },
    async enqueue(trx, deliveries) {
      const db = within(trx);
      for (const webhook of new Set(deliveries.map((one) => one.webhook))) await queue.wake(webhook, db);
    },
    nudge: () => pulse.wake(),
    quietMs: () => (lookedMs === null ? null : performance.now() - lookedMs),
  };
}
