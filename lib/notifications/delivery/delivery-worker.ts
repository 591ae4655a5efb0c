import "server-only";
import type { Log } from "@/lib/base/log/log";
import { type Reason, reason } from "@/lib/base/messages/reason";
import { renderReason, renderReasonOrNull } from "@/lib/base/messages/render-reason";
import type { Lease } from "@/lib/base/postgres/leases";
import { fingerprint } from "@/lib/base/signals/fingerprint";
import { SECOND } from "@/lib/base/time/duration";
import type { OutgoingMessage, SendResult } from "@/lib/notifications/delivery/attempt";
import type {
  AttemptReport,
  DeliveryStore,
  Disabled,
  QueuedDelivery,
  WebhookReport,
} from "@/lib/notifications/delivery/delivery-store";
import type { EndpointHealth } from "@/lib/notifications/delivery/endpoint-health";
import { afterAttempt, isGone, type RetrySchedule } from "@/lib/notifications/delivery/retry-schedule";
import { send } from "@/lib/notifications/delivery/send";
import {
  longestWindowMs,
  type PendingDelivery,
  planSends,
  type SendLimits,
} from "@/lib/notifications/delivery/send-limits";
import { sendLimitsOf } from "@/lib/notifications/delivery/service-limits";
import { readEvent } from "@/lib/notifications/formats/event";
import type { Webhook } from "@/lib/notifications/formats/webhook";

export interface WorkerContext {
  readonly webhooks: ReadonlyMap<string, Webhook>;
  readonly store: DeliveryStore;
  readonly log: Log;
  readonly now: () => number;
  readonly schedule: RetrySchedule;
  /** For one attempt, ms; undefined: the sender's own bound. */
  readonly timeoutMs: number | undefined;
  /** No attempt begins once this is true. */
  readonly isStopping: () => boolean;
  /** Ends attempts in flight; they then count as not made. */
  readonly abort: AbortSignal;
}

/** Sockets open to one webhook. Eight at the 200 ms of a distant receiver are 40 messages a second. */
const CONCURRENCY = 8;
/** Rows of one read: half a megabyte of ordinary alerts, or ten of the longest. */
const ROWS_MAX = 500;
/** A pass begins no new attempt after this, so that webhooks that wait for a free worker get one. */
const PASS_MS = 8 * SECOND;
/** Re-read the backlog from the database at most this often while the in-memory batch is full. */
const REREAD_FULL_MS = 5 * SECOND;
/** Poll for new deliveries at this interval while requests are in flight. */
const REREAD_MS = SECOND / 2;

/**
 * One pass over one webhook: sends what may be sent and records the results, until nothing more may be sent or the pass
 * has lasted long enough. Returns for how long rate limits allow nothing more, ms; null: they do not limit it now.
 * Rejects when the database does not answer, or when another instance has taken the lease over: what was not recorded
 * is then sent again under the same id.
 */
export async function serveWebhook(context: WorkerContext, id: string, lease: Lease): Promise<number | null> {
  const pass = await WebhookPass.begin(context, id, lease);
  for (;;) {
    await pass.fill();
    if (pass.inFlight.length === 0) return pass.limitedForMs();
    await pass.waitForAnswer();
    await pass.record();
  }
}

/** One message in flight. `result` null: no answer yet. */
interface InFlight {
  readonly deliveries: readonly PendingDelivery[];
  readonly id: string;
  readonly atMs: number;
  result: SendResult | null;
}

interface WebhookState {
  readonly limits: SendLimits;
  readonly health: EndpointHealth;
  readonly disabled: Disabled | null;
  readonly sentMs: readonly number[];
}

class WebhookPass {
  readonly inFlight: InFlight[] = [];
  readonly #context: WorkerContext;
  readonly #id: string;
  readonly #lease: Lease;
  readonly #webhook: Webhook | undefined;
  readonly #limits: SendLimits;
  readonly #abort: AbortSignal;
  readonly #endMs: number;
  #health: EndpointHealth;
  #disabled: Disabled | null;
  #sentMs: number[];
  #limitedUntilMs: number | null = null;
  #batch: { readonly rows: readonly QueuedDelivery[]; readonly readMs: number } | null = null;
  #onAnswer: () => void = () => {};

  private constructor(context: WorkerContext, id: string, lease: Lease, state: WebhookState) {
    this.#context = context;
    this.#id = id;
    this.#lease = lease;
    this.#webhook = context.webhooks.get(id);
    this.#abort = AbortSignal.any([context.abort, lease.signal]);
    this.#endMs = context.now() + PASS_MS;
    this.#limits = state.limits;
    this.#health = state.health;
    this.#disabled = state.disabled;
    this.#sentMs = [...state.sentMs];
  }

  static async begin(context: WorkerContext, id: string, lease: Lease): Promise<WebhookPass> {
    const { webhooks, store, now } = context;
    const webhook = webhooks.get(id);
    const limits = webhook === undefined ? NOT_CONFIGURED : sendLimitsOf(webhook);
    const sentMs = limits.windows.length === 0 ? [] : await store.sentSince(id, now() - longestWindowMs(limits));
    const disabled = webhook === undefined ? null : await store.disabled(webhook);
    return new WebhookPass(context, id, lease, { limits, sentMs, disabled, health: await store.health(id) });
  }

  /** Begins the attempts that may begin now. */
  async fill(): Promise<void> {
    const { now, isStopping } = this.#context;
    const isOver = () => isStopping() || now() > this.#endMs || !this.#lease.isHeld();
    if (isOver()) return;
    const pending = await this.#pending();
    if (isOver()) return;
    const nowMs = now();
    const { messages, nextMs } = planSends({
      pending,
      inFlight: this.inFlight.map(({ deliveries }) => deliveries),
      sentMs: this.#sentMs,
      health: this.#health,
      limits: this.#limits,
      concurrency: CONCURRENCY,
      nowMs,
    });
    this.#limitedUntilMs = this.#health.restUntilMs > nowMs ? null : nextMs;
    if (messages.length > 0) this.#launch(messages, pending);
  }

  limitedForMs(): number | null {
    return this.#limitedUntilMs === null ? null : Math.max(0, this.#limitedUntilMs - this.#context.now());
  }

  /** Waits for an answer, or until it is time to read new deliveries. */
  async waitForAnswer(): Promise<void> {
    if (this.inFlight.some(({ result }) => result !== null)) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, REREAD_MS);
      this.#onAnswer = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#onAnswer = () => {};
  }

  /** Records all attempts that have been answered since the last call. */
  async record(): Promise<void> {
    const { store, log } = this.#context;
    const answered = this.inFlight.flatMap((message) =>
      message.result === null ? [] : [{ ...message, result: message.result }],
    );
    if (answered.length === 0) return;
    const ids = new Set(answered.map(({ id }) => id));
    this.inFlight.splice(0, this.inFlight.length, ...this.inFlight.filter(({ id }) => !ids.has(id)));
    const [healthBefore, disabledBefore] = [this.#health, this.#disabled];
    // An attempt that was cut off by a stop or a lost lease counts as not made.
    const made = answered.filter(({ result }) => result.status !== null || !this.#abort.aborted);
    const attempts = made.flatMap((message) => this.#evaluate(message));
    if (attempts.length > 0) {
      const [webhook, as] = [this.#webhook, this.#disabled];
      const isNewlyDisabled = webhook !== undefined && as !== null && as !== disabledBefore;
      const report: WebhookReport = {
        attempts,
        health: this.#health === healthBefore ? null : this.#health,
        disabled: isNewlyDisabled ? { webhook, as } : null,
      };
      await store.record(this.#lease, this.#id, report);
      if (isNewlyDisabled) {
        const because = renderReason(as.reason);
        log("error", "a webhook was disabled: its receiver answered 410", { webhook: this.#id, because });
      }
    }
    this.#forget(new Set(answered.flatMap(({ deliveries }) => deliveries.map(({ id }) => id))), attempts);
  }

  /** Takes recorded deliveries out of the batch. A failed one may be sent again, so the batch is read anew. */
  #forget(recorded: ReadonlySet<string>, attempts: readonly AttemptReport[]): void {
    if (this.#batch === null) return;
    const rows = this.#batch.rows.filter(({ id }) => !recorded.has(id));
    const hasRetries = attempts.some(({ state }) => state === "failed");
    this.#batch = hasRetries || rows.length === 0 ? null : { rows, readMs: this.#batch.readMs };
  }

  /** What is due; all pending deliveries while the webhook fails, because any of them may probe it. */
  async #pending(): Promise<readonly QueuedDelivery[]> {
    const { store, now } = this.#context;
    const nowMs = now();
    const ageMs = nowMs - (this.#batch?.readMs ?? 0);
    const isNearlyEmpty = (this.#batch?.rows.length ?? 0) <= 2 * CONCURRENCY;
    if (this.#batch === null || ageMs > REREAD_FULL_MS || (isNearlyEmpty && ageMs > REREAD_MS)) {
      const dueMs = this.#health.failures > 0 ? null : nowMs;
      this.#batch = { rows: await store.pending(this.#id, { dueMs, limit: ROWS_MAX }), readMs: nowMs };
    }
    return this.#batch.rows;
  }

  #launch(messages: readonly (readonly PendingDelivery[])[], rows: readonly QueuedDelivery[]): void {
    const bodies = new Map(rows.map(({ id, body }) => [id, body]));
    for (const deliveries of messages) {
      const parsed = deliveries.map((delivery) => ({ delivery, event: readEvent(bodies.get(delivery.id) ?? "") }));
      const unreadable = parsed.filter(({ event }) => event === null).map(({ delivery }) => delivery);
      if (unreadable.length > 0) this.#begin(unreadable, async () => notSent(reason("deliveryUnreadable", {})));
      const readable = parsed.flatMap(({ delivery, event }) => (event === null ? [] : [{ delivery, event }]));
      const [first, ...rest] = readable;
      if (first === undefined) continue;
      this.#sentMs.push(this.#context.now());
      const more = rest.map(({ event }) => event);
      this.#begin(
        readable.map(({ delivery }) => delivery),
        (id) => this.#send({ id, event: first.event, more }),
      );
    }
  }

  /** `attempt` never rejects. */
  #begin(deliveries: readonly PendingDelivery[], attempt: (id: string) => Promise<SendResult>): void {
    const id = messageIdOf(deliveries);
    const message: InFlight = { deliveries, id, atMs: this.#context.now(), result: null };
    this.inFlight.push(message);
    void attempt(id).then((result) => {
      message.result = result;
      this.#onAnswer();
    });
  }

  async #send(message: Required<Omit<OutgoingMessage, "first">>): Promise<SendResult> {
    const { store, now, timeoutMs } = this.#context;
    const webhook = this.#webhook;
    if (webhook === undefined) return notSent(reason("webhookRemoved", {}));
    if (this.#disabled !== null) return notSent(reason("webhookDisabled", { reason: this.#disabled.reason }));
    const { id, event } = message;
    // Only mails have threads; one that cannot refer to the first mail is a mail like any other.
    const first = webhook.format === "email" ? await store.first(webhook.id, event.alert.id).catch(() => null) : null;
    const options = { now, signal: this.#abort, ...(timeoutMs === undefined ? {} : { timeoutMs }) };
    return send(webhook, { ...message, first: first === id ? null : first }, options);
  }

  /** The state of each delivery of an answered message. Updates the webhook's health, and disables it after a 410. */
  #evaluate({ deliveries, id, atMs, result }: InFlight & { readonly result: SendResult }): readonly AttemptReport[] {
    const { now, schedule, log } = this.#context;
    const nowMs = now();
    const answered = { deliveries, answer: result, health: this.#health, nowMs, chance: Math.random() };
    const { outcomes, health } = afterAttempt(answered, schedule);
    const leavesHealth = result.blocked || (result.accepted && this.#health.failures === 0);
    if (!leavesHealth) this.#health = health;
    if (isGone(result)) {
      this.#disabled = { atMs: nowMs, reason: result.reason ?? reason("sendStatus", { status: 410 }) };
    }
    if (!result.accepted) {
      const { status, reason: why } = result;
      const isDead = outcomes[0]?.state === "dead";
      const what = isDead ? "a delivery was given up" : "a delivery failed and will be tried again";
      log("warn", what, { webhook: this.#id, deliveries: outcomes.length, status, error: renderReasonOrNull(why) });
    }
    const attempt = {
      atMs,
      status: result.status,
      durationMs: result.durationMs,
      reason: result.reason,
      message: deliveries.length > 1 ? id : null,
    };
    return outcomes.map(({ nextMs, ...outcome }) => ({ ...outcome, nextAttemptMs: nextMs, attempt }));
  }
}

/** Deliveries to a webhook that is not configured are marked dead, a batch at a time. */
const NOT_CONFIGURED: SendLimits = { windows: [], batch: 50, oncePerAlert: false };

/** The delivery's own id; that of a batch is derived from all that it carries, so that a repetition has the same id. */
function messageIdOf(deliveries: readonly PendingDelivery[]): string {
  const [first, ...more] = deliveries;
  if (first !== undefined && more.length === 0) return first.id;
  return `msg_batch_${fingerprint(...deliveries.map(({ id }) => id))}`;
}

/** The result of a message that is not sent, and not tried again by itself. */
const notSent = (why: Reason): SendResult => ({
  accepted: false,
  status: null,
  retryAfterMs: null,
  blocked: true,
  forGood: null,
  durationMs: 0,
  reason: why,
});
