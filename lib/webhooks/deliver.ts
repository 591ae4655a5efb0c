import "server-only";
import type { Pool } from "pg";
import type { KyselyTransactionLike } from "pg-boss";
import type { Log } from "@/lib/log/log";
import { SECOND } from "@/lib/time/duration";
import type { Webhook } from "@/lib/webhooks/endpoint";
import { readEvent } from "@/lib/webhooks/event";
import { Pulse } from "@/lib/webhooks/pulse";
import { type Addressed, type Claim, openQueue, type Queue, within } from "@/lib/webhooks/queue";
import { afterAttempt, isGone, RETRY_DELAYS_MS } from "@/lib/webhooks/schedule";
import { type Sent, send } from "@/lib/webhooks/send";

export type DeliveryState = "queued" | "delivered" | "failed" | "dead";

/** What the deliverer needs of the rows that hold the deliveries. */
interface DeliveryStore {
  /** null when there is none, or no longer. */
  find(id: string): Promise<Outgoing | null>;
  /** Why the webhook is switched off; null when it is not. */
  disabled(webhook: Webhook): Promise<Disabled | null>;
  /** Switches the webhook off, until its settings change or somebody switches it on. */
  disable(webhook: Webhook, disabled: Disabled): Promise<void>;
  /** Adds an attempt and sets the state, with the next attempt's epoch ms; null when there will be none. */
  record(id: string, attempt: AttemptMade, state: DeliveryState, nextAttemptMs: number | null): Promise<void>;
}

/** A webhook whose receiver wants no more. */
export interface Disabled {
  readonly atMs: number;
  readonly because: string;
}

export interface Outgoing extends Addressed {
  /** The event as its standard body; the webhook's format is made of it at each attempt. */
  readonly body: string;
  readonly state: DeliveryState;
}

export interface AttemptMade {
  readonly atMs: number;
  /** null when no answer came. */
  readonly status: number | null;
  readonly durationMs: number;
  readonly error: string | null;
}

export interface DelivererOptions {
  readonly pool: Pool;
  readonly webhooks: readonly Webhook[];
  readonly store: DeliveryStore;
  readonly log: Log;
  readonly now: () => number;
  /** Between attempts, ms; `RETRY_DELAYS_MS` where absent. */
  readonly delaysMs?: readonly number[];
  /** For one attempt, ms; `SEND_MS_MAX` where absent. */
  readonly timeoutMs?: number;
}

export interface Deliverer {
  /** Installs or migrates the queue's tables and begins to deliver. */
  start(): Promise<void>;
  /** Lets attempts under way end for three seconds, gives the others back, and returns when all is settled. */
  stop(): Promise<void>;
  /** Queues a delivery in the transaction that writes its row: rolled back, nothing is sent. */
  enqueue(trx: KyselyTransactionLike, delivery: Addressed): Promise<void>;
  /** Looks for work now. For after the commit: without it, a delivery waits up to half a second for the next look. */
  nudge(): void;
}

const LOOK_EVERY_MS = SECOND / 2;
/** After a look that failed: the database is away, and asking it harder does not bring it back. */
const LOOK_AGAIN_MS = 2 * SECOND;
/** Sockets open at once; at 15 s for the slowest, still 32 attempts a minute when every webhook hangs. */
const ATTEMPTS_AT_ONCE_MAX = 8;
/** A webhook that hangs takes half of the places at most, and leaves the other half to the others. */
const ATTEMPTS_PER_WEBHOOK_MAX = 4;
/** How long a stop waits for answers. Attempts given back are made again at the next start, under the same id. */
const STOP_GRACE_MS = 3 * SECOND;

/**
 * Carries deliveries to their webhooks. A failed attempt queues the next one; an attempt whose process died is made
 * again with the same `webhook-id`. Several instances on one database share the work. The deliveries of one webhook
 * are started in order, but nothing waits for a retry: receivers tell old from new by the body's `timestamp`.
 */
export function createDeliverer(options: DelivererOptions): Deliverer {
  const queue = openQueue(options.pool, options.log);
  const stopping = new AbortController();
  const underWay = new Set<Promise<void>>();
  const attempting = attempts(options, queue, stopping.signal);
  const begin = (claim: Claim): void => {
    const attempt = attempting(claim).finally(() => {
      underWay.delete(attempt);
      pulse.wake();
    });
    underWay.add(attempt);
  };
  const look = async (): Promise<void> => {
    const free = ATTEMPTS_AT_ONCE_MAX - underWay.size;
    if (free > 0) for (const claim of await queue.claim(free, ATTEMPTS_PER_WEBHOOK_MAX)) begin(claim);
  };
  const onFailure = (cause: unknown): void =>
    options.log("error", "deliveries could not be looked for", { detail: messageOf(cause) });
  const pulse = new Pulse({ look, everyMs: LOOK_EVERY_MS, againMs: LOOK_AGAIN_MS, onFailure });
  return {
    async start() {
      await queue.start();
      pulse.start();
    },
    async stop() {
      await pulse.stop();
      const grace = setTimeout(() => stopping.abort(), STOP_GRACE_MS);
      await Promise.all(underWay);
      clearTimeout(grace);
      await queue.stop();
    },
    enqueue: (trx, delivery) => queue.enqueue(within(trx), delivery, 1, 0),
    nudge: () => pulse.wake(),
  };
}

/** Makes one attempt, from the claim to its record. Never rejects: an attempt not recorded expires and is repeated. */
function attempts(options: DelivererOptions, queue: Queue, stopping: AbortSignal): (claim: Claim) => Promise<void> {
  const { store, log, now, delaysMs = RETRY_DELAYS_MS } = options;
  const webhooks = new Map(options.webhooks.map((webhook) => [webhook.id, webhook]));

  async function attempt(claim: Claim): Promise<void> {
    const delivery = claim.delivery === null ? null : await store.find(claim.delivery);
    // Delivered by a process that died before it could say so, given up, or past its retention: nothing to send.
    if (delivery === null || delivery.state === "delivered" || delivery.state === "dead") {
      return queue.settle(claim, null);
    }
    const atMs = now();
    const webhook = webhooks.get(delivery.webhook);
    const sent = await post(webhook, delivery);
    if (sent.status === null && stopping.aborted) return queue.giveBack(claim);
    const next = afterAttempt(sent, claim.attempt, { delaysMs, chance: Math.random() });
    const { status, durationMs, error } = sent;
    const nextMs = next.delayMs === null ? null : now() + next.delayMs;
    // Before the record: a process that dies between the two makes the attempt again, and is told 410 again.
    if (webhook !== undefined && isGone(sent)) await switchOff(webhook, sent);
    await store.record(delivery.id, { atMs, status, durationMs, error }, next.state, nextMs);
    await queue.settle(claim, next.delayMs === null ? null : { delivery, delayMs: next.delayMs });
    if (next.state === "delivered") return;
    const message = next.state === "dead" ? "a delivery was given up" : "a delivery failed and will be tried again";
    log("warn", message, { delivery: delivery.id, webhook: delivery.webhook, status, error });
  }

  async function post(webhook: Webhook | undefined, delivery: Outgoing): Promise<Sent> {
    if (webhook === undefined) return unsent("the webhook is no longer in the configuration");
    const off = await store.disabled(webhook);
    if (off !== null) return unsent(`the webhook is switched off: it ${off.because}`);
    const event = readEvent(delivery.body);
    if (event === null) return unsent("what was stored is no event");
    const { timeoutMs } = options;
    const limits = { now, signal: stopping, ...(timeoutMs === undefined ? {} : { timeoutMs }) };
    return send(webhook, { id: delivery.id, event }, limits);
  }

  async function switchOff(webhook: Webhook, { error }: Sent): Promise<void> {
    const because = error ?? "answered 410";
    await store.disable(webhook, { atMs: now(), because });
    log("error", "a webhook was switched off: its receiver wants no more", { webhook: webhook.id, because });
  }

  return (claim) =>
    attempt(claim).catch((cause: unknown) =>
      log("error", "an attempt could not be recorded", { delivery: claim.delivery, detail: messageOf(cause) }),
    );
}

/** Not tried, and not to be tried again by itself. */
const unsent = (error: string): Sent => ({
  accepted: false,
  status: null,
  retryAfterMs: null,
  blocked: true,
  durationMs: 0,
  error,
});

const messageOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));
