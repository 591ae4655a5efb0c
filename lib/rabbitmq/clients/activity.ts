import { MINUTE, SECOND } from "@/lib/base/time/duration";
import { accumulate, type Elapsed, skipInterval } from "@/lib/base/time/elapsed";
import type { Connection, Consumer } from "@/lib/rabbitmq/api/broker";
import {
  type ChannelActivity,
  type ChannelSnapshot,
  type ChannelState,
  combine,
  compareChannels,
  NO_CHANNELS,
} from "@/lib/rabbitmq/clients/channels";
import type { Client } from "@/lib/rabbitmq/clients/client";
import { knownCount, recordCount, type UsualCount } from "@/lib/rabbitmq/clients/connections";
import { type ConsumingState, followConsuming, NOT_CONSUMING } from "@/lib/rabbitmq/clients/consuming";
import {
  followPublishing,
  NOT_PUBLISHING,
  type PublishingState,
  publishedRecently,
} from "@/lib/rabbitmq/clients/publishing";
import { unattributedQueues } from "@/lib/rabbitmq/clients/unattributed";
import type { Session } from "@/lib/rabbitmq/sessions/session";

/** Messages per second between the last two snapshots of a client's channels; null is not measured. */
export interface Rates {
  readonly publish: number | null;
  readonly deliver: number | null;
  readonly ack: number | null;
}

/** The activity of one client. */
export interface Activity {
  readonly consuming: ConsumingState;
  readonly publishing: PublishingState;
  readonly usual: UsualCount | null;
  /** Blocked by the broker, or about to be at its next publication. */
  readonly blocked: Elapsed | null;
  readonly rates: Rates;
  /** Its channels at the last snapshot; null: there is no recent one. */
  readonly channels: ChannelActivity | null;
  /** It was at its limit of unacknowledged messages when it lost its channel or its consumers, and has not worked since. */
  readonly closedPinned: Elapsed | null;
}

export interface ActivityMemory {
  readonly clients: ReadonlyMap<string, Activity>;
  readonly channels: ReadonlyMap<string, ChannelState> | null;
  /** The last snapshot of the channels, epoch ms. */
  readonly sampledMs: number | null;
}

export const NO_ACTIVITY: ActivityMemory = { clients: new Map(), channels: null, sampledMs: null };

/** How long a client's behaviour must last before it is expected, ms. */
export interface Learning {
  /** A number of consumers that lasted this long is expected from then on. */
  readonly consumersMs: number;
  /** The usual number of sessions is the median of this long. */
  readonly sessionsMs: number;
}

export interface ActivityObserved {
  readonly nowMs: number;
  readonly clients: ReadonlyMap<string, Client>;
  readonly open: ReadonlyMap<string, Session>;
  readonly listed: readonly Connection[];
  /** null if the list of consumers could not be read. */
  readonly consumers: readonly Consumer[] | null;
  /** null: no new snapshot of the channels since the last tick. */
  readonly snapshot: ChannelSnapshot | null;
  readonly learning: Learning;
}

/** Twice the slowest interval (6 × an answer of 15 s): older snapshots do not describe the present. */
const CHANNELS_TTL_MS = 3 * MINUTE;
const NO_RATES: Rates = { publish: null, deliver: null, ack: null };
const NEW: Activity = {
  consuming: NOT_CONSUMING,
  publishing: NOT_PUBLISHING,
  usual: null,
  blocked: null,
  rates: NO_RATES,
  channels: null,
  closedPinned: null,
};

/** Follows the activity of every client: (memory, observations of this tick) → memory. Pure. */
export function followActivity(before: ActivityMemory, observed: ActivityObserved): ActivityMemory {
  const suspended = suspendedConnections(observed.listed);
  const snapshot = compareSnapshot(before, observed, suspended.blocked);
  const sessions = Map.groupBy(observed.open.values(), (session) => session.client);
  const consumers =
    observed.consumers === null ? null : Map.groupBy(observed.consumers, (consumer) => consumer.connection);
  const unattributed = unattributedQueues(observed.consumers);
  const clients = new Map<string, Activity>();
  for (const client of observed.clients.values()) {
    const known = before.clients.get(client.id) ?? asStored(client, observed.nowMs);
    const own = sessions.get(client.id) ?? [];
    const followed = withChannels(known, own, snapshot);
    const listed = consumers && own.reduce((sum, { connection }) => sum + (consumers.get(connection)?.length ?? 0), 0);
    const count = mayHaveMore(known.consuming, listed, unattributed) ? null : listed;
    const { consumersMs: steadyMs, sessionsMs } = observed.learning;
    const consumed = { consumers: count, queues: client.consuming, connected: own.length > 0, steadyMs };
    clients.set(client.id, {
      consuming: followConsuming(known.consuming, consumed, observed.nowMs),
      publishing: followed.publishing,
      usual: recordCount(known.usual, own.length, sessionsMs, observed.nowMs),
      blocked: isBlocked(followed, own, suspended)
        ? accumulate(known.blocked, observed.nowMs, before.clients.size === 0)
        : null,
      rates: followed.rates,
      channels: followed.channels,
      closedPinned: followed.closedPinned,
    });
  }
  return { clients, channels: snapshot.known, sampledMs: snapshot.sampledMs };
}

/** After a start of ours, what is usual is what was stored with the client. */
function asStored({ replicas, consuming }: Client, nowMs: number): Activity {
  const { usual: consumers } = replicas.consumers;
  const expected = consumers === null || consumers === 0 ? null : { consumers, metMs: nowMs };
  return {
    ...NEW,
    consuming: { ...NOT_CONSUMING, expected, queues: consuming },
    usual: knownCount(replicas.sessions.usual, nowMs),
  };
}

/** A consumer without channel details, on a queue that the client consumes, may be the one that it seems to lack. */
function mayHaveMore(consuming: ConsumingState, listed: number | null, unattributed: ReadonlySet<string>): boolean {
  if (listed === null || listed >= (consuming.expected?.consumers ?? 0)) return false;
  return consuming.queues.some((queue) => unattributed.has(queue));
}

interface ComparedSnapshot {
  /** null: no new snapshot. */
  readonly byConnection: ReadonlyMap<string, ChannelActivity> | null;
  readonly known: ActivityMemory["channels"];
  readonly sampledMs: number | null;
  /** Since the previous snapshot, s; null without one. */
  readonly seconds: number | null;
  readonly stale: boolean;
  readonly blocked: ReadonlySet<string>;
}

function compareSnapshot(
  before: ActivityMemory,
  { snapshot, nowMs }: ActivityObserved,
  blocked: ReadonlySet<string>,
): ComparedSnapshot {
  const { sampledMs, channels: known } = before;
  if (snapshot === null || snapshot.channels === null) {
    // A refused list ends the last snapshot at once; a list that is only late leaves it valid for a while.
    const stale = snapshot !== null || (sampledMs !== null && nowMs - sampledMs > CHANNELS_TTL_MS);
    const last = stale ? { known: null, sampledMs: null } : { known, sampledMs };
    return { ...last, byConnection: null, seconds: null, stale, blocked };
  }
  const compared = compareChannels(known, { channels: snapshot.channels, blocked, nowMs: snapshot.atMs });
  const seconds = sampledMs === null || snapshot.atMs <= sampledMs ? null : (snapshot.atMs - sampledMs) / SECOND;
  return { ...compared, sampledMs: snapshot.atMs, seconds, stale: false, blocked };
}

interface Suspended {
  readonly blocked: ReadonlySet<string>;
  readonly blocking: ReadonlySet<string>;
}

function suspendedConnections(listed: readonly Connection[]): Suspended {
  const named = (state: string) =>
    new Set(listed.filter((connection) => connection.state === state).map((connection) => connection.name));
  return { blocked: named("blocked"), blocking: named("blocking") };
}

type ChannelFacts = Pick<Activity, "channels" | "rates" | "publishing" | "closedPinned">;

function withChannels(known: Activity, own: readonly Session[], snapshot: ComparedSnapshot): ChannelFacts {
  const { byConnection, sampledMs, seconds } = snapshot;
  if (snapshot.stale) return { ...known, rates: NO_RATES, channels: null };
  if (byConnection === null || sampledMs === null) return known;
  const channels = own
    .map((session) => byConnection.get(session.connection) ?? NO_CHANNELS)
    .reduce((sum, each) => (sum === NO_CHANNELS ? each : combine(sum, each)), NO_CHANNELS);
  const rate = (messages: number | null) => (messages === null || seconds === null ? null : messages / seconds);
  // A blocked client cannot publish, so its silence has no meaning.
  const unmeasured = seconds === null || own.some((session) => snapshot.blocked.has(session.connection));
  const observed = {
    published: unmeasured ? null : channels.published,
    delivered: unmeasured ? null : channels.delivered,
    pinned: channels.pinned !== null,
  };
  return {
    channels,
    rates: {
      publish: rate(channels.published),
      deliver: rate(channels.delivered),
      ack: rate(channels.acked),
    },
    publishing: followPublishing(known.publishing, observed, sampledMs),
    closedPinned: closedPinnedAfter(known, channels, sampledMs),
  };
}

/**
 * RabbitMQ closes a channel that has not acknowledged for `consumer_timeout`, and gives its messages to others: that is what
 * a pinned channel announces, and no recovery. A client works again once it acknowledges, or is delivered further messages.
 */
function closedPinnedAfter(known: Activity, now: ChannelActivity, nowMs: number): Elapsed | null {
  if ((now.acked ?? 0) > 0 || (now.delivered ?? 0) > 0) return null;
  if (known.closedPinned !== null) return skipInterval(known.closedPinned, nowMs);
  const before = known.channels;
  if (before === null || before.pinned === null || now.pinned !== null) return null;
  const hasLost = before.capacity !== null && now.capacity !== null && now.capacity < before.capacity;
  return hasLost ? before.pinned : null;
}

/**
 * During an alarm every connection that was not quiet has the state `blocking`, consumers too, but only publishers are
 * blocked (measured on RabbitMQ 3.10.8): `blocking` counts for a client that published within the last hour.
 */
function isBlocked({ publishing }: ChannelFacts, own: readonly Session[], suspended: Suspended): boolean {
  const publisher = publishedRecently(publishing);
  return own.some(
    ({ connection }) => suspended.blocked.has(connection) || (publisher && suspended.blocking.has(connection)),
  );
}
