import { type Reason, reason } from "@/lib/base/messages/reason";
import { MINUTE, SECOND } from "@/lib/base/time/duration";

/** What decides whether Lastbeat works. Durations are of a steady clock, ms. */
export interface LivenessInput {
  /** All brokers and sources, reachable or not: a tick that finds a broker unreachable is a tick. */
  readonly targets: readonly WatchedTarget[];
  /** Since the deliverer last polled for deliveries; null before its first poll. */
  readonly delivererQuietMs: number | null;
  /** Why a write was not committed just now; null when it was. */
  readonly database: Reason | null;
  readonly webhooks: readonly { readonly id: string; readonly failingMs: number | null }[];
  /** Since the process began. */
  readonly upMs: number;
}

export interface WatchedTarget {
  readonly name: string;
  /** Since its last tick was saved; null before the first. */
  readonly savedMs: number | null;
  readonly intervalMs: number;
}

export type Liveness = { readonly alive: true } | { readonly alive: false; readonly reason: Reason };

/** A tick may be late by three of its intervals and by the delays of a busy machine. */
const LATE_TICKS_MAX = 3;
const LATE_MS_MAX = 30 * SECOND;
/** The deliverer polls twice a second; one that has not for this long hangs. */
const DELIVERER_QUIET_MS_MAX = 30 * SECOND;
/** When no webhook has accepted anything for this long, what is collected is of no use. */
const ALL_FAILING_MS_MAX = 10 * MINUTE;

/** Whether Lastbeat collects and delivers. The reason names the first part that does not, and holds no secret. */
export function liveness({ targets, delivererQuietMs, database, webhooks, upMs }: LivenessInput): Liveness {
  const notAlive = (why: Reason): Liveness => ({ alive: false, reason: why });
  if (database !== null) return notAlive(reason("databaseNotWritable", { reason: database }));
  const late = targets.find(({ savedMs, intervalMs }) => (savedMs ?? upMs) > LATE_TICKS_MAX * intervalMs + LATE_MS_MAX);
  if (late !== undefined)
    return notAlive(reason("nothingSaved", { name: late.name, seconds: seconds(late.savedMs ?? upMs) }));
  const quietMs = delivererQuietMs ?? upMs;
  if (quietMs > DELIVERER_QUIET_MS_MAX) return notAlive(reason("deliveriesNotChecked", { seconds: seconds(quietMs) }));
  if (webhooks.length > 0 && webhooks.every(({ failingMs }) => (failingMs ?? 0) > ALL_FAILING_MS_MAX)) {
    return notAlive(reason("allWebhooksFailing", {}));
  }
  return { alive: true };
}

const seconds = (ms: number): number => Math.round(ms / SECOND);

/** An external monitor to ping, and how often. */
export interface Heartbeat {
  readonly id: string;
  readonly url: string;
  readonly format: "ping" | "alertmanager";
  readonly everySeconds: number;
  readonly allowPrivate: boolean;
  readonly caFile?: string | undefined;
}

/** The state of a watchdog between two pings. Instants are epoch ms. */
export interface PingState {
  readonly liveness: Liveness;
  readonly sinceMs: number;
  /** When the monitor last accepted a ping that all is well; null when it never did. */
  readonly acceptedMs: number | null;
  /** Why the last ping was not accepted; null when it was. */
  readonly error: Reason | null;
  /** A failure is reported once. */
  readonly isFailureReported: boolean;
}

/** What to send now: that all is well, that it is not, or (null) nothing. */
export type PingSignal = "well" | "fail" | null;

/** The absence of pings is the alarm. A monitor that accepts failures gets one, so that it need not wait for a ping. */
export function pingSignal(before: PingState | null, now: Liveness, { format }: Heartbeat): PingSignal {
  if (now.alive) return "well";
  return format === "ping" && before?.isFailureReported !== true ? "fail" : null;
}

/** The state after `signal` was sent (null: nothing was). `error`: why it was not accepted. */
export function watchdogAfter(
  before: PingState | null,
  {
    liveness: now,
    signal,
    error,
    nowMs,
  }: {
    readonly liveness: Liveness;
    readonly signal: PingSignal;
    readonly error: Reason | null;
    readonly nowMs: number;
  },
): PingState {
  const same = before !== null && before.liveness.alive === now.alive;
  return {
    liveness: now,
    sinceMs: same ? before.sinceMs : nowMs,
    acceptedMs: signal === "well" && error === null ? nowMs : (before?.acceptedMs ?? null),
    error: signal === null ? (before?.error ?? null) : error,
    isFailureReported: !now.alive && (signal === "fail" ? error === null : (before?.isFailureReported ?? false)),
  };
}

/** The number of missed pings after which Alertmanager resolves the watchdog alert. */
const PINGS_MISSED_MAX = 3;

/** An alert that always fires, as in Prometheus setups: when it resolves, Lastbeat has stopped working. */
export const watchdog = ({ id, everySeconds }: Heartbeat, nowMs: number) => [
  {
    labels: { alertname: "Watchdog", severity: "none", heartbeat: id },
    annotations: { summary: "Lastbeat collects and delivers. When this alert ends, it does not." },
    startsAt: new Date(nowMs).toISOString(),
    endsAt: new Date(nowMs + PINGS_MISSED_MAX * everySeconds * SECOND).toISOString(),
  },
];
