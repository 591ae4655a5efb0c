import { type Reason, reason } from "@/lib/base/messages/reason";
import { MINUTE, SECOND } from "@/lib/base/time/duration";

/** What is asked before somebody is told that Lastbeat works. Times are spans of a steady clock, ms. */
export interface LivenessInput {
  /** Everything that is watched, whether it can be seen or not: a tick that finds a broker unreachable is a tick. */
  readonly watched: readonly Watched[];
  /** Since the deliverer last looked for work; null before its first look. */
  readonly deliverer: number | null;
  /** null: a write was committed just now; else why not. */
  readonly database: Reason | null;
  readonly webhooks: readonly { readonly id: string; readonly failingMs: number | null }[];
  /** Since the process began. */
  readonly upMs: number;
}

export interface Watched {
  readonly name: string;
  /** Since its last tick was in the database; null before the first. */
  readonly keptMs: number | null;
  readonly intervalMs: number;
}

export type Liveness = { readonly alive: true } | { readonly alive: false; readonly reason: Reason };

/** A tick may be late by three of its own intervals, and by as much as a busy machine makes it. */
const TICKS_LATE = 3;
const LATE_MS = 30 * SECOND;
/** The deliverer looks twice a second; a look that hangs this long hangs. */
const LOOK_MS = 30 * SECOND;
/** While nobody can be told for this long, what is collected is of no use. */
const NOBODY_TOLD_MS = 10 * MINUTE;

/** Whether Lastbeat collects and delivers. The first thing that does not is named; nothing of it is a secret. */
export function liveness({ watched, deliverer, database, webhooks, upMs }: LivenessInput): Liveness {
  const dead = (why: Reason): Liveness => ({ alive: false, reason: why });
  if (database !== null) return dead(reason("databaseNotWritable", { reason: database }));
  const late = watched.find(({ keptMs, intervalMs }) => (keptMs ?? upMs) > TICKS_LATE * intervalMs + LATE_MS);
  if (late !== undefined)
    return dead(reason("nothingSaved", { name: late.name, seconds: seconds(late.keptMs ?? upMs) }));
  const quiet = deliverer ?? upMs;
  if (quiet > LOOK_MS) return dead(reason("deliveriesNotChecked", { seconds: seconds(quiet) }));
  if (webhooks.length > 0 && webhooks.every(({ failingMs }) => (failingMs ?? 0) > NOBODY_TOLD_MS)) {
    return dead(reason("allWebhooksFailing", {}));
  }
  return { alive: true };
}

const seconds = (ms: number): number => Math.round(ms / SECOND);

/** Whom to tell, and when. */
export interface Heartbeat {
  readonly id: string;
  readonly url: string;
  readonly format: "ping" | "alertmanager";
  readonly everySeconds: number;
  readonly allowPrivate: boolean;
}

/** What a dead man's switch remembers between two beats. Instants are epoch ms. */
export interface PingState {
  readonly vital: Liveness;
  readonly sinceMs: number;
  /** When it was last told that all is well, and took it; null when it never did. */
  readonly toldMs: number | null;
  /** Why it did not take the last one; null when it did. */
  readonly error: Reason | null;
  /** The end was told, or cannot be by this format: it is told once. */
  readonly endTold: boolean;
}

/** What to send now: nothing, that all is well, or that it is not. */
export type PingSignal = "well" | "fail" | null;

/** The silence is the message. Who understands a failure is told of it once, so as not to wait for the silence. */
export function pingHeaders(before: PingState | null, now: Liveness, { format }: Heartbeat): PingSignal {
  if (now.alive) return "well";
  return format === "ping" && before?.endTold !== true ? "fail" : null;
}

/** The memory after `signal` was sent, or not. `error`: why it did not arrive. */
export function watchdogAfter(
  before: PingState | null,
  {
    vital: now,
    signal,
    error,
    nowMs,
  }: {
    readonly vital: Liveness;
    readonly signal: PingSignal;
    readonly error: Reason | null;
    readonly nowMs: number;
  },
): PingState {
  const same = before !== null && before.vital.alive === now.alive;
  return {
    vital: now,
    sinceMs: same ? before.sinceMs : nowMs,
    toldMs: signal === "well" && error === null ? nowMs : (before?.toldMs ?? null),
    error: signal === null ? (before?.error ?? null) : error,
    endTold: !now.alive && (signal === "fail" ? error === null : (before?.endTold ?? false)),
  };
}

/** How many beats may go missing before Alertmanager lets the watchdog alert end. */
const BEATS_MISSING = 3;

/** An alert that is always firing, as Prometheus setups have it: when it ends, nobody watches any more. */
export const watchdog = ({ id, everySeconds }: Heartbeat, nowMs: number) => [
  {
    labels: { alertname: "Watchdog", severity: "none", heartbeat: id },
    annotations: { summary: "Lastbeat collects and delivers. When this alert ends, it does not." },
    startsAt: new Date(nowMs).toISOString(),
    endsAt: new Date(nowMs + BEATS_MISSING * everySeconds * SECOND).toISOString(),
  },
];
