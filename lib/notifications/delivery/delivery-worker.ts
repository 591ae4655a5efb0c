import "server-only";
import type { Log } from "@/lib/base/log/log";
import { type Reason, reason } from "@/lib/base/messages/reason";
import { renderReason, renderReasonOrNull } from "@/lib/base/messages/render-reason";
import { fingerprint } from "@/lib/base/signals/fingerprint";
import { SECOND } from "@/lib/base/time/duration";
import { afterAttempt, isGone, type Schedule } from "@/lib/notifications/delivery/schedule";
import { type Message, type Sent, send } from "@/lib/notifications/delivery/send";
import {
  type EndpointHealth,
  longestWindowMs,
  planSends,
  type SendLimits,
  type Waiting,
} from "@/lib/notifications/delivery/send-limits";
import { sendLimitsOf } from "@/lib/notifications/delivery/service-limits";
import { readEvent } from "@/lib/notifications/formats/event";
import type { Webhook } from "@/lib/notifications/formats/webhook";

export type QueuedState = "queued" | "delivered" | "failed" | "dead";

/** A webhook whose receiver wants no more. */
export interface Disabled {
  readonly atMs: number;
  readonly reason: Reason;
}

export interface AttemptMade {
  readonly atMs: number;
  /** null when no answer came. */
  readonly status: number | null;
  readonly durationMs: number;
  /** Why it was not accepted, or not by all; null when it was. */
  readonly reason: Reason | null;
  /** The `webhook-id` of the batch it went with; null where it went alone. */
  readonly message: string | null;
}

/** One delivery after an attempt at it. */
export interface AttemptReport {
  readonly id: string;
  readonly state: QueuedState;
  readonly tries: number;
  readonly nextAttemptMs: number | null;
  readonly attempt: AttemptMade;
}

/** A delivery that waits, with its event as the standard body: the webhook's format is made of it at each attempt. */
export interface QueuedDelivery extends Waiting {
  readonly body: string;
}

/** What a lane needs of the rows that hold the deliveries. */
export interface DeliveryStore {
  /** In their order: what is due by `dueMs` (null: all) and stands behind no delivery of its alert that is not. */
  waiting(
    webhook: string,
    which: { readonly dueMs: number | null; readonly limit: number },
  ): Promise<readonly QueuedDelivery[]>;
  /** When the next one falls due after `nowMs`; null when none will. */
  nextDue(webhook: string, nowMs: number): Promise<number | null>;
  /** Which webhooks have deliveries waiting. */
  waitedFor(): Promise<readonly string[]>;
  /** The first delivery of an alert to a webhook; null when there is none. */
  first(webhook: string, alertId: string): Promise<string | null>;
  sentSince(webhook: string, sinceMs: number): Promise<readonly number[]>;
  lane(webhook: string): Promise<EndpointHealth>;
  keepLane(webhook: string, lane: EndpointHealth): Promise<void>;
  record(attempted: readonly AttemptReport[]): Promise<void>;
  /** Why the webhook is switched off; null when it is not. */
  disabled(webhook: Webhook): Promise<Disabled | null>;
  /** Switches the webhook off, until its settings change or somebody switches it on. */
  disable(webhook: Webhook, disabled: Disabled): Promise<void>;
}

export interface WorkerTools {
  readonly webhooks: ReadonlyMap<string, Webhook>;
  readonly store: DeliveryStore;
  readonly log: Log;
  readonly now: () => number;
  readonly schedule: Schedule;
  /** For one attempt, ms; absent: the sender's own bound. */
  readonly timeoutMs: number | undefined;
  /** No attempt begins once this says so. */
  readonly ending: () => boolean;
  /** Ends attempts under way; they then count as not made. */
  readonly abort: AbortSignal;
}

/** Sockets open to one webhook. Eight at the 200 ms of a distant receiver are 40 messages a second. */
const PLACES = 8;
/** Read at once: half a megabyte of ordinary alerts, ten of the longest. */
const ROWS_MAX = 500;
/** A turn begins nothing new after this, so that with the 15 s of an attempt it ends before its claim expires. */
const TURN_MS = 8 * SECOND;
/** How long what was read is gone by while there is plenty of it. */
const ROWS_MS = 5 * SECOND;
/** How long new deliveries wait behind answers that do not come. */
const LOOK_MS = SECOND / 2;

interface Finished {
  readonly message: readonly Waiting[];
  readonly id: string;
  readonly atMs: number;
  readonly sent: Sent;
}

type Flight = { readonly message: readonly Waiting[]; done: Finished | null };

/**
 * One turn of one webhook: sends what may be sent, records what came of it, and answers when to look again (ms from
 * now); null when nothing waits. Rejects when the database is away: the turn is then taken again by whoever is next.
 */
export async function serveEndpoint(tools: WorkerTools, id: string): Promise<number | null> {
  const turn = await Turn.begin(tools, id);
  for (;;) {
    const againMs = await turn.fill();
    if (turn.flights.length === 0) return againMs;
    await turn.answer();
    await turn.record();
  }
}

interface Found {
  readonly pace: SendLimits;
  readonly lane: EndpointHealth;
  readonly off: Disabled | null;
  readonly sentMs: readonly number[];
}

class Turn {
  readonly flights: Flight[] = [];
  readonly #tools: WorkerTools;
  readonly #id: string;
  readonly #webhook: Webhook | undefined;
  readonly #pace: SendLimits;
  readonly #endMs: number;
  #lane: EndpointHealth;
  #sentMs: number[];
  #off: Disabled | null;
  #rows: { readonly list: readonly QueuedDelivery[]; readonly atMs: number } | null = null;
  #rouse: () => void = () => {};

  private constructor(tools: WorkerTools, id: string, found: Found) {
    this.#tools = tools;
    this.#id = id;
    this.#webhook = tools.webhooks.get(id);
    this.#endMs = tools.now() + TURN_MS;
    this.#pace = found.pace;
    this.#lane = found.lane;
    this.#off = found.off;
    this.#sentMs = [...found.sentMs];
  }

  static async begin(tools: WorkerTools, id: string): Promise<Turn> {
    const webhook = tools.webhooks.get(id);
    const pace: SendLimits = webhook === undefined ? UNKNOWN : sendLimitsOf(webhook);
    const sentMs =
      pace.windows.length === 0 ? [] : await tools.store.sentSince(id, tools.now() - longestWindowMs(pace));
    const off = webhook === undefined ? null : await tools.store.disabled(webhook);
    return new Turn(tools, id, { pace, sentMs, off, lane: await tools.store.lane(id) });
  }

  /** Begins what may begin. Answers when to look again, as far as that is known. */
  async fill(): Promise<number | null> {
    const { now, ending, store } = this.#tools;
    if (ending() || now() > this.#endMs) return 0;
    const waiting = await this.#waiting();
    const nowMs = now();
    const underWay = this.flights.map(({ message }) => message);
    const { messages, againMs } = planSends({
      waiting,
      underWay,
      sentMs: this.#sentMs,
      lane: this.#lane,
      pace: this.#pace,
      places: PLACES,
      nowMs,
    });
    if (messages.length > 0) this.#launch(messages, waiting);
    if (this.flights.length > 0) return null;
    const nextMs = againMs ?? (await store.nextDue(this.#id, nowMs));
    return nextMs === null ? null : Math.max(0, nextMs - now());
  }

  /** Waits for an answer, or for the time to look again. */
  async answer(): Promise<void> {
    if (this.flights.some(({ done }) => done !== null)) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, LOOK_MS);
      this.#rouse = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#rouse = () => {};
  }

  /** Writes down what was answered since. */
  async record(): Promise<void> {
    const { store, abort } = this.#tools;
    const finished = this.flights.filter(({ done }) => done !== null);
    if (finished.length === 0) return;
    const before = this.#lane;
    const attempted: AttemptReport[] = [];
    for (const flight of finished) {
      this.flights.splice(this.flights.indexOf(flight), 1);
      const { done } = flight;
      // An attempt that a stop cut off was not made.
      if (done === null || (done.sent.status === null && abort.aborted)) continue;
      attempted.push(...(await this.#judge(done)));
    }
    if (attempted.length > 0) await store.record(attempted);
    if (this.#lane !== before) await store.keepLane(this.#id, this.#lane);
    const over = new Set(finished.flatMap(({ message }) => message.map(({ id }) => id)));
    const retry = attempted.some(({ state }) => state === "failed");
    const left = this.#rows?.list.filter(({ id }) => !over.has(id)) ?? [];
    this.#rows = retry || left.length === 0 || this.#rows === null ? null : { list: left, atMs: this.#rows.atMs };
  }

  /** While it fails, whatever waits may be the one to try; else what is due. What comes new stands behind all of it. */
  async #waiting(): Promise<readonly QueuedDelivery[]> {
    const { store, now } = this.#tools;
    const nowMs = now();
    const ageMs = nowMs - (this.#rows?.atMs ?? 0);
    const isShort = (this.#rows?.list.length ?? 0) <= 2 * PLACES;
    if (this.#rows === null || ageMs > ROWS_MS || (isShort && ageMs > LOOK_MS)) {
      const dueMs = this.#lane.failures > 0 ? null : nowMs;
      this.#rows = { list: await store.waiting(this.#id, { dueMs, limit: ROWS_MAX }), atMs: nowMs };
    }
    return this.#rows.list;
  }

  #launch(messages: readonly (readonly Waiting[])[], waiting: readonly QueuedDelivery[]): void {
    const bodies = new Map(waiting.map(({ id, body }) => [id, body]));
    for (const whole of messages) {
      const told = whole.map((one) => ({ one, event: readEvent(bodies.get(one.id) ?? "") }));
      const unread = told.filter(({ event }) => event === null).map(({ one }) => one);
      if (unread.length > 0) this.#fly(unread, async () => unsent(reason("deliveryUnreadable", {})));
      const events = told.flatMap(({ one, event }) => (event === null ? [] : [{ one, event }]));
      const [first, ...rest] = events;
      if (first === undefined) continue;
      this.#sentMs.push(this.#tools.now());
      const message = events.map(({ one }) => one);
      const more = rest.map(({ event }) => event);
      this.#fly(message, () => this.#post({ id: messageId(message), event: first.event, more }));
    }
  }

  /** `attempt` never rejects. */
  #fly(message: readonly Waiting[], attempt: () => Promise<Sent>): void {
    const atMs = this.#tools.now();
    const flight: Flight = { message, done: null };
    this.flights.push(flight);
    void attempt().then((sent) => {
      flight.done = { message, id: messageId(message), atMs, sent };
      this.#rouse();
    });
  }

  async #post({ id, event, more }: Required<Omit<Message, "first">>): Promise<Sent> {
    const { store, now, abort: signal, timeoutMs } = this.#tools;
    const webhook = this.#webhook;
    if (webhook === undefined) return unsent(reason("webhookRemoved", {}));
    if (this.#off !== null) return unsent(reason("webhookDisabled", { reason: this.#off.reason }));
    const limits = { now, signal, ...(timeoutMs === undefined ? {} : { timeoutMs }) };
    // Only mail has threads; without the first of them it is a mail like others.
    const first = webhook.format === "email" ? await store.first(webhook.id, event.alert.id).catch(() => null) : null;
    return send(webhook, { id, event, more, first: first === id ? null : first }, limits);
  }

  /** Where the message's deliveries stand now; the lane moves with it. */
  async #judge({ message, id, atMs, sent }: Finished): Promise<AttemptReport[]> {
    const { now, schedule, store, log } = this.#tools;
    const answered = { message, answer: sent, lane: this.#lane, nowMs: now(), chance: Math.random() };
    const { outcomes, lane } = afterAttempt(answered, schedule);
    this.#lane = sent.blocked || (sent.accepted && this.#lane.failures === 0) ? this.#lane : lane;
    // Before the record: a process that dies between the two makes the attempt again, and is told 410 again.
    if (this.#webhook !== undefined && isGone(sent)) {
      const why = sent.reason ?? reason("sendStatus", { status: 410 });
      this.#off = { atMs: now(), reason: why };
      await store.disable(this.#webhook, this.#off);
      log("error", "a webhook was switched off: its receiver wants no more", {
        webhook: this.#id,
        because: renderReason(why),
      });
    }
    if (!sent.accepted) this.#complain(outcomes.length, outcomes[0]?.state === "dead", sent);
    const attempt: AttemptMade = {
      atMs,
      status: sent.status,
      durationMs: sent.durationMs,
      reason: sent.reason,
      message: message.length > 1 ? id : null,
    };
    return outcomes.map(({ nextMs, ...rest }) => ({ ...rest, nextAttemptMs: nextMs, attempt }));
  }

  #complain(deliveries: number, dead: boolean, { status, reason: why }: Sent): void {
    const what = dead ? "a delivery was given up" : "a delivery failed and will be tried again";
    const error = renderReasonOrNull(why);
    this.#tools.log("warn", what, { webhook: this.#id, deliveries, status, error });
  }
}

/** Of a webhook that is not configured: what waits for it is given up, by the page. */
const UNKNOWN: SendLimits = { windows: [], batch: 50, oncePerAlert: false };

/** A delivery's own id; a batch is named after all it carries, so that the same batch has the same name. */
function messageId(message: readonly Waiting[]): string {
  const [first, ...more] = message;
  if (first !== undefined && more.length === 0) return first.id;
  return `msg_batch_${fingerprint(...message.map(({ id }) => id))}`;
}

/** Not tried, and not to be tried again by itself. */
const unsent = (why: Reason): Sent => ({
  accepted: false,
  status: null,
  retryAfterMs: null,
  blocked: true,
  forGood: null,
  durationMs: 0,
  reason: why,
});
