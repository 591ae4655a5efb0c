import "server-only";
import { randomUUID } from "node:crypto";
import type { QueryExecutorProvider } from "kysely";
import { type Loop, startLoop } from "@/lib/base/concurrency/loop";
import { messageOf } from "@/lib/base/errors/message";
import type { Log } from "@/lib/base/log/log";
import { createLeases, type Lease } from "@/lib/base/postgres/leases";
import { SECOND } from "@/lib/base/time/duration";
import type { DeliveryStore } from "@/lib/notifications/delivery/delivery-store";
import { serveWebhook, type WorkerContext } from "@/lib/notifications/delivery/delivery-worker";
import { failedPassDelayMs, type RetrySchedule, SCHEDULE } from "@/lib/notifications/delivery/retry-schedule";
import type { Webhook } from "@/lib/notifications/formats/webhook";

export interface DelivererOptions {
  /** Where the leases on webhooks are; the same database as that of `store`. */
  readonly db: QueryExecutorProvider;
  readonly webhooks: readonly Webhook[];
  readonly store: DeliveryStore;
  readonly log: Log;
  readonly now: () => number;
  /** Whether no other instance uses this database: leases that are held at the start are then those of a dead one. */
  readonly alone: () => Promise<boolean>;
  /** When to try again, and when to give up; `SCHEDULE` where absent. */
  readonly schedule?: RetrySchedule;
  /** For one attempt, ms; that of `send` where absent. */
  readonly timeoutMs?: number;
}

export interface Deliverer {
  /** Begins to deliver, including what an earlier run left. */
  start(): Promise<void>;
  /** Gives attempts in flight three seconds, then cuts them off, and returns when all results are recorded. */
  stop(): Promise<void>;
  /** Polls for pending deliveries now. Call it after a commit: without it, a delivery waits up to half a second. */
  nudge(): void;
  /** Since the last successful poll, ms of the steady clock; null before the first. */
  quietMs(): number | null;
}

const POLL_MS = SECOND / 2;
/** After a failed poll: more requests do not bring the database back. */
const POLL_AFTER_FAILURE_MS = 2 * SECOND;
/** Webhooks served at once by one process. A receiver that hangs occupies one place and holds up no other webhook. */
const WORKERS_MAX = 32;
/** How long a stop waits for answers. Attempts that are cut off are made again at the next start, under the same id. */
const STOP_GRACE_MS = 3 * SECOND;

const LEASE_PREFIX = "webhook:";

/**
 * Sends deliveries. Each webhook is processed independently, and the deliveries of each alert in order. A lease on the
 * webhook prevents that two instances send to it concurrently. When an instance dies, another one takes its webhooks over
 * once the leases have expired, or a restarted one that is alone does so at once; what had been sent and not recorded is
 * then sent again under the same id.
 */
export function createDeliverer(options: DelivererOptions): Deliverer {
  return new DelivererLoop(options);
}

class DelivererLoop implements Deliverer {
  readonly #options: DelivererOptions;
  readonly #leases;
  readonly #context: WorkerContext;
  #loop: Loop | null = null;
  readonly #passes = new Map<string, Promise<void>>();
  /** Webhooks that are not served before an instant, epoch ms: their rate limit is used up, or their last pass failed. */
  readonly #notBeforeMs = new Map<string, number>();
  readonly #failuresInRow = new Map<string, number>();
  readonly #abort = new AbortController();
  #isStopping = false;
  #polledMs: number | null = null;

  constructor(options: DelivererOptions) {
    const { db, webhooks, store, log, now, schedule = SCHEDULE, timeoutMs } = options;
    this.#options = options;
    this.#leases = createLeases(db, { holder: randomUUID() });
    this.#context = {
      webhooks: new Map(webhooks.map((webhook) => [webhook.id, webhook])),
      store,
      log,
      now,
      schedule,
      timeoutMs,
      isStopping: () => this.#isStopping,
      abort: this.#abort.signal,
    };
  }

  async start(): Promise<void> {
    const { alone, log } = this.#options;
    if (await alone()) await this.#leases.releaseAll(LEASE_PREFIX);
    this.#loop = startLoop(() => this.#poll(), {
      againMs: POLL_AFTER_FAILURE_MS,
      failed: (cause) => log("error", "pending deliveries could not be read", { detail: messageOf(cause) }),
    });
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    await this.#loop?.stop();
    const grace = setTimeout(() => this.#abort.abort(), STOP_GRACE_MS);
    await Promise.all(this.#passes.values());
    clearTimeout(grace);
  }

  nudge(): void {
    this.#loop?.wake();
  }

  quietMs(): number | null {
    return this.#polledMs === null ? null : performance.now() - this.#polledMs;
  }

  /**
   * Begins a pass over each webhook that has something to send, is not limited, and is not leased by another instance.
   * Returns when to poll again.
   */
  async #poll(): Promise<number> {
    const { store, now } = this.#options;
    for (const webhook of await store.backlog(now())) {
      if (this.#isStopping || this.#passes.size >= WORKERS_MAX) break;
      if (this.#passes.has(webhook) || (this.#notBeforeMs.get(webhook) ?? 0) > now()) continue;
      const lease = await this.#leases.acquire(`${LEASE_PREFIX}${webhook}`);
      if (lease !== null) this.#begin(webhook, lease);
    }
    this.#polledMs = performance.now();
    return POLL_MS;
  }

  #begin(webhook: string, lease: Lease): void {
    const pass = this.#serve(webhook, lease).finally(() => {
      this.#passes.delete(webhook);
      this.#loop?.wake();
    });
    this.#passes.set(webhook, pass);
  }

  /** Never rejects. */
  async #serve(webhook: string, lease: Lease): Promise<void> {
    const { now, log } = this.#options;
    try {
      const limitedForMs = await serveWebhook(this.#context, webhook, lease);
      this.#failuresInRow.delete(webhook);
      if (limitedForMs === null) this.#notBeforeMs.delete(webhook);
      else this.#notBeforeMs.set(webhook, now() + limitedForMs);
    } catch (cause) {
      const failures = (this.#failuresInRow.get(webhook) ?? 0) + 1;
      this.#failuresInRow.set(webhook, failures);
      this.#notBeforeMs.set(webhook, now() + failedPassDelayMs(failures));
      log("error", "a delivery pass failed", { webhook, detail: messageOf(cause) });
    }
    // Where it fails, the lease expires by itself, and this process may acquire it anew before that.
    await lease.release().catch(() => undefined);
  }
}
