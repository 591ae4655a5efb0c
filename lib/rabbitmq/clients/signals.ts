import { type Elapsed, elapsedSeconds } from "@/lib/base/time/elapsed";
import type { Activity } from "@/lib/rabbitmq/clients/activity";
import { sessionsLeaked } from "@/lib/rabbitmq/clients/connections";
import { withoutConsumersSeconds } from "@/lib/rabbitmq/clients/consuming";
import { publishStalledSeconds } from "@/lib/rabbitmq/clients/publishing";

/**
 * The signals of a client's activity: seconds that a condition has held; `leaked` counts sessions. null: not measured.
 */
export interface ActivitySignals {
  /** Without its consumers while messages wait in its queues. */
  readonly missing: number | null;
  /** Without its consumers while no message waits; null while messages wait, which is `missing`. */
  readonly idle: number | null;
  readonly publishSilent: number | null;
  readonly pinned: number | null;
  readonly blocked: number | null;
  readonly leaked: number | null;
  /** Connections opened in a minute. */
  readonly opened: number | null;
  /** The phase of missing replicas. */
  readonly replicas: number | null;
}

/** Nothing is measured of a client without a session; what it was in trouble for has not ended because it disconnected. */
const UNKNOWN = { missing: null, idle: null, publishSilent: null, pinned: null, blocked: null, leaked: null };
const QUIET = { missing: 0, idle: 0, publishSilent: 0, pinned: 0, blocked: 0, leaked: 0 };
/** One connection every ten seconds is worth a row; below that most clients are idle. */
const OPENED_MIN = 6;

export interface SignalContext {
  readonly sessionsOpen: number;
  /** It left on purpose, or is no longer expected. */
  readonly departed: boolean;
  /** Messages ready in the queues it consumes or consumed; null if none of them is known. */
  readonly ready: number | null;
  readonly opened: number | null;
  readonly replicas: number | null;
}

export function activitySignals(activity: Activity, context: SignalContext): ActivitySignals {
  const { opened, replicas } = context;
  if (context.sessionsOpen === 0) return { ...(context.departed ? QUIET : UNKNOWN), opened, replicas };
  const without = withoutConsumersSeconds(activity.consuming);
  const waiting = context.ready === null ? null : context.ready > 0;
  const { channels, publishing } = activity;
  return {
    missing: without === null || without === 0 || waiting ? without : waiting === null ? null : 0,
    idle: without !== null && without > 0 && waiting ? null : without,
    publishSilent: channels === null ? null : publishStalledSeconds(publishing),
    pinned: channels === null ? null : elapsedSeconds(longer(channels.pinned, activity.closedPinned)),
    blocked: elapsedSeconds(activity.blocked),
    leaked: sessionsLeaked(context.sessionsOpen, activity.usual),
    opened: context.opened,
    replicas: context.replicas,
  };
}

const longer = (a: Elapsed | null, b: Elapsed | null): Elapsed | null => ((a?.ms ?? -1) >= (b?.ms ?? -1) ? a : b);

/** Whether any of them needs a row in its minute. */
export const isTrouble = (signals: ActivitySignals): boolean =>
  isPositive(signals.missing) ||
  isPositive(signals.idle) ||
  isPositive(signals.publishSilent) ||
  isPositive(signals.pinned) ||
  isPositive(signals.blocked) ||
  isPositive(signals.leaked) ||
  isPositive(signals.replicas) ||
  (signals.opened ?? 0) >= OPENED_MIN;

const isPositive = (value: number | null): boolean => value !== null && value > 0;

/** The worse of two observations of one client. */
export const worstSignals = (a: ActivitySignals, b: ActivitySignals): ActivitySignals => ({
  missing: most(a.missing, b.missing),
  idle: most(a.idle, b.idle),
  publishSilent: most(a.publishSilent, b.publishSilent),
  pinned: most(a.pinned, b.pinned),
  blocked: most(a.blocked, b.blocked),
  leaked: most(a.leaked, b.leaked),
  opened: most(a.opened, b.opened),
  replicas: most(a.replicas, b.replicas),
});

/** The larger of two measurements, of which either may be missing. */
export const most = (a: number | null, b: number | null): number | null =>
  a === null ? b : b === null ? a : Math.max(a, b);
