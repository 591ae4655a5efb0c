import type { BrokerMemory } from "@/lib/collector/memory";
import { NO_ACTIVITY } from "@/lib/rabbitmq/clients/activity";
import type { Client } from "@/lib/rabbitmq/clients/client";
import type { Session } from "@/lib/rabbitmq/sessions/session";

/**
 * What is remembered, as if our clock had always stood as it stands now; it was set by `steppedMs` (negative: back).
 * Otherwise an hour put forward is an hour of silence and absence of everybody, and one put back hides the next hour.
 * What only a broker's clock told (openedMs) stays unless it came to lie ahead; stored rows stay until written again.
 */
export function afterClockStep(memory: BrokerMemory, steppedMs: number, nowMs: number): BrokerMemory {
  if (steppedMs === 0) return memory;
  const by = (atMs: number): number => atMs + steppedMs;
  const maybe = (atMs: number | null): number | null => (atMs === null ? null : by(atMs));
  const session = (one: Session): Session => ({
    ...one,
    openedMs: Math.min(one.openedMs, nowMs),
    closedMs: one.closedMs === null ? null : Math.max(Math.min(one.openedMs, nowMs), by(one.closedMs)),
    recvGrewMs: by(one.recvGrewMs),
    sendGrewMs: by(one.sendGrewMs),
    lateSinceMs: maybe(one.lateSinceMs),
  });
  const client = (one: Client): Client => ({
    ...one,
    stateSinceMs: by(one.stateSinceMs),
    reconnectsMs: one.reconnectsMs.map(by),
    lastEnd: one.lastEnd === null ? null : { ...one.lastEnd, atMs: by(one.lastEnd.atMs) },
    firstSeenMs: by(one.firstSeenMs),
    lastSeenMs: by(one.lastSeenMs),
  });
  return {
    ...memory,
    reach: { ...memory.reach, sinceMs: by(memory.reach.sinceMs) },
    clients: eachOf(memory.clients, client),
    open: eachOf(memory.open, session),
    recent: eachOf(memory.recent, (over) => ({
      ...over,
      session: session(over.session),
      noticedMs: by(over.noticedMs),
    })),
    heartbeatEnds: eachOf(memory.heartbeatEnds, by),
    told: eachOf(memory.told, (lines) => lines.map((line) => ({ ...line, atMs: by(line.atMs) }))),
    stopping: eachOf(memory.stopping, by),
    logFlowedMs: maybe(memory.logFlowedMs),
    lastAskedMs: maybe(memory.lastAskedMs),
    pulses: eachOf(memory.pulses, (one) => ({ movedMs: by(one.movedMs), againMs: maybe(one.againMs) })),
    doubt: { sinceMs: maybe(memory.doubt.sinceMs), untilMs: memory.doubt.untilMs && by(memory.doubt.untilMs) },
    lastPollMs: maybe(memory.lastPollMs),
    topologyAskedMs: maybe(memory.topologyAskedMs),
    findingsSince: {
      lookedMs: maybe(memory.findingsSince.lookedMs),
      standing: eachOf(memory.findingsSince.standing, (one) => ({ ...one, sinceMs: maybe(one.sinceMs) })),
    },
    // What is timed finely begins anew: nobody is called a zombie for an hour that did not pass.
    activity: NO_ACTIVITY,
    silence: new Map(),
    heads: new Map(),
  };
}

const eachOf = <V>(values: ReadonlyMap<string, V>, change: (value: V) => V): ReadonlyMap<string, V> =>
  new Map([...values].map(([key, value]) => [key, change(value)]));

/** Slewing moves a clock by half a millisecond a second at most; more than this between two ticks is a step. */
const STEP_MS_MIN = 1_000;

/** How far the wall clock was set between two readings, in ms; the steady one (performance.now) only runs. */
export function clockStepMs(
  before: { readonly wallMs: number; readonly steadyMs: number },
  now: { readonly wallMs: number; readonly steadyMs: number },
): number {
  const by = Math.round(now.wallMs - before.wallMs - (now.steadyMs - before.steadyMs));
  return Math.abs(by) < STEP_MS_MIN ? 0 : by;
}
