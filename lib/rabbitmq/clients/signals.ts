import { elapsedSeconds } from "@/lib/base/time/elapsed";
import type { Activity } from "@/lib/rabbitmq/clients/activity";
import { sessionsLeaked } from "@/lib/rabbitmq/clients/connections";
import { withoutConsumersSeconds } from "@/lib/rabbitmq/clients/consuming";
import { publishStalledSeconds } from "@/lib/rabbitmq/clients/publishing";

/** What the rules about a client's doings read. Seconds it has been so; `leaked` counts sessions. null: not measured. */
export interface ActivitySignals {
  /** Without its consumers while messages wait in its queues. */
  readonly missing: number | null;
  /** Without its consumers while nothing waits; null while messages do, which `missing` tells. */
  readonly idle: number | null;
  readonly publishSilent: number | null;
  readonly pinned: number | null;
  readonly blocked: number | null;
  readonly leaked: number | null;
}

const QUIET: ActivitySignals = { missing: 0, idle: 0, publishSilent: 0, pinned: 0, blocked: 0, leaked: 0 };

export interface SignalContext {
  readonly sessionsOpen: number;
  /** Messages ready in the queues it consumes from, or did; null where none of them is known. */
  readonly ready: number | null;
}

/** A client that is away does nothing wrong: that it is away is told by other signals. */
export function activitySignals(activity: Activity, around: SignalContext): ActivitySignals {
  if (around.sessionsOpen === 0) return QUIET;
  const without = withoutConsumersSeconds(activity.consuming);
  const waiting = around.ready === null ? null : around.ready > 0;
  const { doing, publishing } = activity;
  return {
    missing: without === null || without === 0 || waiting ? without : waiting === null ? null : 0,
    idle: without !== null && without > 0 && waiting ? null : without,
    publishSilent: doing === null ? null : publishStalledSeconds(publishing),
    pinned: doing === null ? null : elapsedSeconds(doing.pinned),
    blocked: elapsedSeconds(activity.blocked),
    leaked: sessionsLeaked(around.sessionsOpen, activity.usual),
  };
}

/** Whether any of them is worth a row of its minute. */
export const isTrouble = ({ missing, idle, publishSilent, pinned, blocked, leaked }: ActivitySignals): boolean =>
  isMore(missing) || isMore(idle) || isMore(publishSilent) || isMore(pinned) || isMore(blocked) || isMore(leaked);

const isMore = (value: number | null): boolean => value !== null && value > 0;

/** The worst of two looks at one client. */
export const worstSignals = (a: ActivitySignals, b: ActivitySignals): ActivitySignals => ({
  missing: most(a.missing, b.missing),
  idle: most(a.idle, b.idle),
  publishSilent: most(a.publishSilent, b.publishSilent),
  pinned: most(a.pinned, b.pinned),
  blocked: most(a.blocked, b.blocked),
  leaked: most(a.leaked, b.leaked),
});

/** The larger of two measurements, of which either may be missing. */
export const most = (a: number | null, b: number | null): number | null =>
  a === null ? b : b === null ? a : Math.max(a, b);
