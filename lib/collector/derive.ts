import type { Reading } from "@/lib/alerts/measure";
import type { BrokerNode, Connection } from "@/lib/brokers/broker";
import { isBlind, nextIntervalMs, reachAfter } from "@/lib/brokers/reach";
import { reconcile } from "@/lib/clients/churn";
import type { Client } from "@/lib/clients/client";
import { type Followed, follow } from "@/lib/clients/follow";
import type { IdentityRules } from "@/lib/clients/identity";
import { brokerSample, clientReadings, goneReadings, queueSamples, readingsOf } from "@/lib/collector/measure";
import type { BrokerMemory, ClientMinute, ClientMinutes } from "@/lib/collector/memory";
import type { BrokerObservation } from "@/lib/collector/observe";
import type { Failure } from "@/lib/errors/failure";
import { lagOf, missedBeats } from "@/lib/heartbeats/late";
import { rememberConsumed } from "@/lib/queues/roles";
import { inferEnd } from "@/lib/sessions/ending";
import type { Session } from "@/lib/sessions/session";
import { type Tracked, track } from "@/lib/sessions/track";
import type { Sample } from "@/lib/signals/catalogue";
import { MINUTE } from "@/lib/time/duration";

export interface BrokerSettings {
  readonly pollIntervalMs: number;
  readonly rules: IdentityRules;
}

/** What one tick of one broker found out, ready to be kept in one transaction. */
export interface BrokerFacts {
  readonly sessions: readonly Session[];
  readonly clients: readonly Client[];
  readonly samples: readonly Sample[];
  readonly readings: readonly Reading[];
  /** Label sets that are over for good: their alerts end. */
  readonly gone: readonly Readonly<Record<string, string>>[];
  /** Finished minutes of clients in trouble. */
  readonly minutes: { readonly minuteMs: number; readonly rows: readonly ClientMinute[] } | null;
  readonly restarts: readonly string[];
  readonly blind: { readonly began: string | null; readonly ended: boolean };
}

export interface Derived {
  readonly after: BrokerMemory;
  readonly facts: BrokerFacts;
}

/** Rows of open sessions and clients are written as a whole this often; changes are written at once. */
const FLUSH_EVERY_MS = MINUTE;

/** One tick of one broker: (memory, what the poll said, now) → memory and facts. Pure. */
export function derive(
  before: BrokerMemory,
  seen: BrokerObservation,
  settings: BrokerSettings,
  nowMs: number,
): Derived {
  const failure = failureOf(seen);
  const poll = { failure, answerMs: seen.answerMs, intervalMs: settings.pollIntervalMs };
  const reach = reachAfter(before.reach, poll, nowMs);
  const failuresInRow = failure === null ? 0 : before.failuresInRow + 1;
  const memory: BrokerMemory = {
    ...before,
    reach,
    failuresInRow,
    pollDurationMs: failure === null ? seen.answerMs : before.pollDurationMs,
    pollIntervalMs: nextIntervalMs(settings.pollIntervalMs, seen.answerMs, failuresInRow),
  };
  if (failure !== null || !seen.connections.ok) return blindTick(before, memory, nowMs);
  return seeingTick(before, memory, seen, seen.connections.value.rows, settings, nowMs);
}

/** Without the overview and the list of connections nothing can be said; the rest may be missing. */
function failureOf(seen: BrokerObservation): Failure | null {
  if (!seen.connections.ok) return seen.connections.failure;
  if (!seen.overview.ok) return seen.overview.failure;
  return null;
}

function blindTick(before: BrokerMemory, memory: BrokerMemory, nowMs: number): Derived {
  const began = isBlind(memory.reach) && !isBlind(before.reach) ? (memory.reach.because ?? "") : null;
  const sample = brokerSample(memory, { blind: true, unseen: null });
  return {
    after: memory,
    facts: {
      sessions: [],
      clients: [],
      samples: [sample],
      readings: readingsOf(sample, { because: memory.reach.because, sinceMs: memory.reach.sinceMs, nowMs }),
      gone: [],
      minutes: null,
      restarts: [],
      blind: { began, ended: false },
    },
  };
}

function seeingTick(
  before: BrokerMemory,
  memory: BrokerMemory,
  seen: BrokerObservation,
  listed: readonly Connection[],
  settings: BrokerSettings,
  nowMs: number,
): Derived {
  const nodes = seen.nodes.ok ? seen.nodes.value.rows : null;
  const restarted = restartedNodes(before, nodes, nowMs);
  const moved = nodes?.some((node) => uptimeOf(before.nodes, node.name) !== node.uptimeMs);
  const statsMovedMs = moved || before.statsMovedMs === null ? nowMs : before.statsMovedMs;
  const circumstances = { nowMs, pollMs: before.pollIntervalMs, answerMs: seen.answerMs, nodes, restarted };
  const tracked = track(memory.broker, before.open, listed, {
    nowMs,
    endOf: (session) => inferEnd(session, circumstances),
  });
  const statsAlive = nodes === null || nowMs - statsMovedMs <= lagOf(seen.answerMs) + before.pollIntervalMs;
  const judged = markLate(tracked, statsAlive, lagOf(seen.answerMs), nowMs);
  const consumers = seen.consumers.ok ? seen.consumers.value.rows : null;
  const followed = follow(before.clients, judged, {
    broker: memory.broker,
    nowMs,
    listed,
    consumers,
    rules: settings.rules,
  });
  const overview = seen.overview.ok ? seen.overview.value : null;
  // The first poll sees everybody at once: nobody opened then, and the counter has nothing to be compared with.
  const churn = reconcile(before.churn, overview?.connectionsCreated ?? null, tracked.opened.length);
  const queues = seen.queues.ok ? seen.queues.value.rows : before.queues;
  const flush = nowMs - before.flushedMs >= FLUSH_EVERY_MS;
  const after: BrokerMemory = {
    ...memory,
    clients: followed.clients,
    open: followed.open,
    nodes: nodes ?? before.nodes,
    statsMovedMs,
    overview,
    queues,
    consumed: rememberConsumed(before.consumed, queues),
    churn: churn.after,
    flushedMs: flush ? nowMs : before.flushedMs,
    lastPollMs: nowMs,
    unreadable: seen.connections.ok ? seen.connections.value.unreadable : 0,
  };
  return finish(before, after, followed, { seen, restarted, unseen: churn.unseen, flush, nowMs });
}

interface Findings {
  readonly seen: BrokerObservation;
  readonly restarted: ReadonlySet<string>;
  readonly unseen: number | null;
  readonly flush: boolean;
  readonly nowMs: number;
}

function finish(before: BrokerMemory, after: BrokerMemory, followed: Followed, found: Findings): Derived {
  const { nowMs } = found;
  const lagMs = lagOf(found.seen.answerMs);
  const clients = clientReadings(after, lagMs, nowMs);
  const sample = brokerSample(after, { blind: false, unseen: found.unseen });
  const queues = found.seen.queues.ok ? queueSamples(after.queues, after.consumed) : [];
  const minutes = accumulate(before.minute, clients.minutes, nowMs);
  return {
    after: { ...after, minute: minutes.now },
    facts: {
      sessions: [
        ...followed.ended,
        ...followed.reconnected.filter((session) => !followed.open.has(session.id)),
        ...[...followed.open.values()].filter((session) => found.flush || sessionChanged(before.open, session)),
      ],
      clients: [...after.clients.values()].filter((client) => found.flush || clientChanged(before.clients, client)),
      samples: [sample, ...queues],
      readings: [
        ...readingsOf(sample, { because: after.reach.because, sinceMs: after.reach.sinceMs, nowMs }),
        ...queues.flatMap((queue) => readingsOf(queue, {})),
        ...clients.readings,
      ],
      gone: [...goneReadings(before.queues, after.queues), ...followed.forgotten.map(clients.labelsOf)],
      minutes: minutes.finished,
      restarts: [...found.restarted],
      blind: { began: null, ended: isBlind(before.reach) || before.reach.is === "starting" },
    },
  };
}

/** A node restarted when its uptime fell, or when it runs and has none yet (absent for the first 5 s, measured). */
function restartedNodes(before: BrokerMemory, nodes: readonly BrokerNode[] | null, nowMs: number): ReadonlySet<string> {
  const restarted = new Set<string>();
  for (const node of nodes ?? []) {
    const known = before.nodes.find((one) => one.name === node.name);
    if (!known || !node.running) continue;
    const fell = known.uptimeMs !== null && node.uptimeMs !== null && node.uptimeMs < known.uptimeMs;
    const fresh = known.uptimeMs !== null && node.uptimeMs === null;
    // The uptime came back after a poll that saw it absent: that restart has been told already.
    const cameUp = !known.running && node.uptimeMs !== null && node.uptimeMs < nowMs - (before.lastPollMs ?? nowMs);
    if (fell || fresh || cameUp) restarted.add(node.name);
  }
  return restarted;
}

const uptimeOf = (nodes: readonly BrokerNode[], name: string): number | null =>
  nodes.find((node) => node.name === name)?.uptimeMs ?? null;

function markLate(tracked: Tracked, statsAlive: boolean, lagMs: number, nowMs: number): Tracked {
  const open = new Map<string, Session>();
  for (const session of tracked.open.values()) {
    const late = statsAlive ? isLate(session, lagMs, nowMs) : session.lateSinceMs !== null;
    const lateSinceMs = late ? (session.lateSinceMs ?? nowMs) : null;
    open.set(session.id, lateSinceMs === session.lateSinceMs ? session : { ...session, lateSinceMs });
  }
  return { ...tracked, open };
}

function isLate(session: Session, lagMs: number, nowMs: number): boolean {
  if (session.timeoutSeconds === null || session.blocked) return false;
  return missedBeats({ ...session, timeoutSeconds: session.timeoutSeconds }, lagMs, nowMs) > 0;
}

function sessionChanged(before: ReadonlyMap<string, Session>, session: Session): boolean {
  const known = before.get(session.id);
  return (
    !known ||
    known.client !== session.client ||
    known.reconnect !== session.reconnect ||
    known.blocked !== session.blocked ||
    known.lateSinceMs !== session.lateSinceMs ||
    known.timeoutSeconds !== session.timeoutSeconds
  );
}

function clientChanged(before: ReadonlyMap<string, Client>, client: Client): boolean {
  const known = before.get(client.id);
  return (
    !known ||
    known.state !== client.state ||
    known.unreplaced !== client.unreplaced ||
    known.lastEnd?.atMs !== client.lastEnd?.atMs ||
    known.reconnectsMs.length !== client.reconnectsMs.length ||
    known.consuming.length !== client.consuming.length
  );
}

function accumulate(
  before: ClientMinutes,
  rows: readonly (ClientMinute & { readonly id: string })[],
  nowMs: number,
): { readonly now: ClientMinutes; readonly finished: BrokerFacts["minutes"] } {
  const minuteMs = nowMs - (nowMs % MINUTE);
  const same = minuteMs === before.minuteMs;
  const merged = new Map(same ? before.rows : []);
  for (const { id, ...row } of rows) {
    const known = merged.get(id);
    merged.set(
      id,
      known ? { ...row, silence: most(known.silence, row.silence), missed: most(known.missed, row.missed) } : row,
    );
  }
  const finished =
    same || before.rows.size === 0 ? null : { minuteMs: before.minuteMs, rows: [...before.rows.values()] };
  return { now: { minuteMs, rows: merged }, finished };
}

const most = (a: number | null, b: number | null): number | null => (a === null ? b : b === null ? a : Math.max(a, b));
