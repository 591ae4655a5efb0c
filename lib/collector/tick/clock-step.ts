import type { AlertMemory } from "@/lib/alerts/engine/evaluate-alerts";
import type { WindowState } from "@/lib/alerts/engine/window-state";
import { type MsMeanings, shiftInstants } from "@/lib/base/time/shift-instants";
import type { BrokerMemory } from "@/lib/collector/broker/memory";
import type { BrokerObservation } from "@/lib/collector/broker/observe/observe";
import type { ApplicationFacts } from "@/lib/collector/source/follow-application";
import type { SourceMemory } from "@/lib/collector/source/memory";
import type { Session } from "@/lib/rabbitmq/sessions/session";
import type { SourceOutcome } from "@/lib/sources/jobs/job";

/** Both clocks of this process, read together. Only the wall clock can be set; the steady one (performance.now) runs. */
export interface ClockReading {
  readonly wallMs: number;
  readonly steadyMs: number;
}

/** Slewing moves a clock by half a millisecond a second at most; more than this between two ticks is a step. */
const STEP_MS_MIN = 1_000;

/** By how much the wall clock was set between two readings, ms; negative: back. */
export function clockStepMs(before: ClockReading, now: ClockReading): number {
  const by = Math.round(now.wallMs - before.wallMs - (now.steadyMs - before.steadyMs));
  return Math.abs(by) < STEP_MS_MIN ? 0 : by;
}

/*
 * The functions below move what a scope remembers along with our clock. Otherwise an hour forward is an hour of silence,
 * absence and standstill of everything at once, and an hour back hides the next hour. Rows in the database stay as they
 * are until they are written again.
 */

const IN_BROKER: MsMeanings<BrokerMemory> = {
  // On the clock of whoever signed it.
  expiresMs: "fixed",
  requestedMs: "instant",
  afterMs: "duration",
  anewMs: "instant",
  resumedMs: "instant",
  atMs: "instant",
  awayMs: "duration",
  checkedMs: "instant",
  closedMs: "instant",
  countedMs: "instant",
  detectedMs: "instant",
  firstSeenMs: "instant",
  fromMs: "instant",
  gapsMs: "duration",
  heartbeatEndsMs: "instant",
  lastRequestMs: "instant",
  lastPollMs: "instant",
  lastSeenMs: "instant",
  lastedMs: "duration",
  lateSinceMs: "instant",
  logFlowedMs: "instant",
  longestSessionMs: "duration",
  metMs: "instant",
  // Rows are collected by the minute that they are stored under.
  minuteMs: "fixed",
  movedMs: "instant",
  // On the broker's clock.
  openedMs: "fixed",
  overdueMs: "instant",
  pollDurationMs: "duration",
  pollIntervalMs: "duration",
  presentSinceMs: "instant",
  publishedMs: "instant",
  reconnectsMs: "instant",
  recvGrewMs: "instant",
  sampledMs: "instant",
  sendGrewMs: "instant",
  sinceMs: "instant",
  startedMs: "instant",
  stateSinceMs: "instant",
  stepsMs: "duration",
  stopAnnouncedMs: "instant",
  toMs: "instant",
  topologyRequestedMs: "instant",
  untilMs: "instant",
  uptimeMs: "duration",
  uptimesMs: "duration",
  usualGapMs: "duration",
};

export function shiftBrokerMemory(memory: BrokerMemory, byMs: number, nowMs: number): BrokerMemory {
  if (byMs === 0) return memory;
  const shifted = shiftInstants(memory, IN_BROKER, byMs);
  const session = (one: Session): Session => openedBy(one, nowMs);
  return {
    ...shifted,
    open: mapValues(shifted.open, session),
    recentlyEnded: mapValues(shifted.recentlyEnded, (over) => ({ ...over, session: session(over.session) })),
    // On the broker's clock.
    refusals: memory.refusals,
    // Its segments are flat numbers: the picture of the last hour begins anew.
    silence: new Map(),
  };
}

/** A session opened by the broker's clock, which may lie ahead of ours now; it closed no earlier than that. */
function openedBy(session: Session, nowMs: number): Session {
  const openedMs = Math.min(session.openedMs, nowMs);
  return { ...session, openedMs, closedMs: session.closedMs === null ? null : Math.max(openedMs, session.closedMs) };
}

const mapValues = <V>(values: ReadonlyMap<string, V>, change: (value: V) => V): ReadonlyMap<string, V> =>
  new Map([...values].map(([key, value]) => [key, change(value)]));

type PolledBroker = Omit<BrokerObservation, "channels">;

const IN_BROKER_OBSERVATION: MsMeanings<PolledBroker> = {
  expiresMs: "fixed",
  aheadMs: "ours-minus-theirs",
  answerMs: "duration",
  requestedMs: "instant",
  // On the broker's clock.
  connectedAtMs: "fixed",
  // Part of the id of its session.
  firstListedMs: "fixed",
  uptimeMs: "duration",
};

/** For an observation that began before the step. */
export const shiftBrokerObservation = (seen: PolledBroker, byMs: number): PolledBroker =>
  shiftInstants(seen, IN_BROKER_OBSERVATION, byMs);

const IN_SOURCE: MsMeanings<SourceMemory & { readonly outcome: SourceOutcome<ApplicationFacts> }> = {
  atMs: "instant",
  // The time stamp of a file.
  changedMs: "fixed",
  // Readers take it off every instant of the source, so it has to move for these to move.
  clockAheadMs: "theirs-minus-ours",
  contactMs: "instant",
  disconnectedSinceMs: "instant",
  durationMs: "duration",
  exactAgainMs: "instant",
  finishedMs: "instant",
  gapsMs: "duration",
  goneSinceMs: "instant",
  lastContactMs: "instant",
  lastPollMs: "instant",
  lastSeenMs: "instant",
  leaderlessSinceMs: "instant",
  loopSinceMs: "instant",
  missingSinceMs: "instant",
  publishedMs: "instant",
  overduePendingMs: "instant",
  pollDurationMs: "duration",
  pollIntervalMs: "duration",
  progressSinceMs: "instant",
  redialingSinceMs: "instant",
  risenMs: "instant",
  scrapedMs: "instant",
  seenMs: "instant",
  sinceMs: "instant",
  startedMs: "instant",
  startsMs: "instant",
  stateSinceMs: "instant",
  unconsumedSinceMs: "instant",
  unknownBeforeMs: "instant",
  idleSinceMs: "instant",
  updatedMs: "instant",
  waitingSinceMs: "instant",
};

export const shiftSourceMemory = (memory: SourceMemory, byMs: number): SourceMemory =>
  shiftInstants(memory, IN_SOURCE, byMs);

/** For a poll that began before the step. */
export const shiftSourceOutcome = <T extends SourceOutcome<ApplicationFacts>>(outcome: T, byMs: number): T =>
  shiftInstants(outcome, IN_SOURCE, byMs);

const IN_ALERTS: MsMeanings<AlertMemory> = {
  // Of the alert itself: its stored row says the same.
  firedMs: "fixed",
  resolvedMs: "fixed",
  startedMs: "fixed",
  heldMs: "duration",
  judgedMs: "instant",
  measuredMs: "instant",
  lastedMs: "duration",
  overMs: "duration",
  withinMs: "duration",
};

export const shiftAlerts = (alerts: AlertMemory, byMs: number): AlertMemory => shiftInstants(alerts, IN_ALERTS, byMs);

const IN_WINDOWS: MsMeanings<WindowState> = {
  absentMs: "duration",
  atMs: "instant",
  polledMs: "instant",
  untilMs: "instant",
};

export const shiftWindows = (windows: WindowState, byMs: number): WindowState =>
  shiftInstants(windows, IN_WINDOWS, byMs);
