import { MINUTE, SECOND } from "@/lib/base/time/duration";
import { accumulate, type Elapsed } from "@/lib/base/time/elapsed";
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
import { recordCount, type UsualCount } from "@/lib/rabbitmq/clients/connections";
import { type ConsumingState, followConsuming, NOT_CONSUMING } from "@/lib/rabbitmq/clients/consuming";
import {
  followPublishing,
  NOT_PUBLISHING,
  type PublishingState,
  publishedLately,
} from "@/lib/rabbitmq/clients/publishing";
import type { Session } from "@/lib/rabbitmq/sessions/session";

/** Messages per second between the last two looks at a client's channels; null is not measured. */
export interface Rates {
  readonly publish: number | null;
  readonly deliver: number | null;
  readonly ack: number | null;
}

/** What one client does with its sessions. */
export interface Activity {
  readonly consuming: ConsumingState;
  readonly publishing: PublishingState;
  readonly usual: UsualCount | null;
  /** Blocked by the broker, or about to be at its next publication. */
  readonly blocked: Elapsed | null;
  readonly rates: Rates;
  /** Its channels at the last look; null: they could not be seen. */
  readonly doing: ChannelActivity | null;
}

export interface ActivityMemory {
  readonly clients: ReadonlyMap<string, Activity>;
  readonly channels: ReadonlyMap<string, ChannelState> | null;
  /** When channels were last seen, epoch ms. */
  readonly sampledMs: number | null;
}

export const NO_ACTIVITY: ActivityMemory = { clients: new Map(), channels: null, sampledMs: null };

/** How long a client must do something before it is expected of it, ms. */
export interface Learning {
  /** A number of consumers held for this long is expected from then on. */
  readonly consumersMs: number;
  /** The usual number of sessions is the median of this long. */
  readonly sessionsMs: number;
}

export interface ActivityObserved {
  readonly nowMs: number;
  readonly clients: ReadonlyMap<string, Client>;
  readonly open: ReadonlyMap<string, Session>;
  readonly listed: readonly Connection[];
  /** null when the list of consumers could not be read. */
  readonly consumers: readonly Consumer[] | null;
  /** null: no new look at the channels since the last tick. */
  readonly snapshot: ChannelSnapshot | null;
  readonly learning: Learning;
}

/** Twice the slowest beat (6 × an answer of 15 s): older numbers of channels say nothing of now. */
const CHANNELS_FOR_MS = 3 * MINUTE;
const NO_RATES: Rates = { publish: null, deliver: null, ack: null };
const NEW: Activity = {
  ...{ consuming: NOT_CONSUMING, publishing: NOT_PUBLISHING, usual: null, blocked: null, rates: NO_RATES, doing: null },
};

/** Follows what every client does: (memory, what this tick saw) → memory. Pure. */
export function followActivity(before: ActivityMemory, seen: ActivityObserved): ActivityMemory {
  const heldUp = connectionsHeldUp(seen.listed);
  const channels = seenChannels(before, seen, heldUp.blocked);
  const sessions = Map.groupBy(seen.open.values(), (session) => session.client);
  const consumers = seen.consumers === null ? null : Map.groupBy(seen.consumers, (consumer) => consumer.connection);
  const clients = new Map<string, Activity>();
  for (const client of seen.clients.values()) {
    const known = before.clients.get(client.id) ?? NEW;
    const own = sessions.get(client.id) ?? [];
    const channelled = withChannels(known, own, channels);
    const held = consumers && own.reduce((sum, { connection }) => sum + (consumers.get(connection)?.length ?? 0), 0);
    const { consumersMs: steadyMs, sessionsMs } = seen.learning;
    const consumed = { consumers: held, queues: client.consuming, connected: own.length > 0, steadyMs };
    clients.set(client.id, {
      consuming: followConsuming(known.consuming, consumed, seen.nowMs),
      publishing: channelled.publishing,
      usual: recordCount(known.usual, own.length, sessionsMs, seen.nowMs),
      blocked: isBlocked(channelled, own, heldUp)
        ? accumulate(known.blocked, seen.nowMs, before.clients.size === 0)
        : null,
      rates: channelled.rates,
      doing: channelled.doing,
    });
  }
  return { clients, channels: channels.known, sampledMs: channels.sampledMs };
}

interface SeenChannels {
  /** null: nothing new was seen of them. */
  readonly byConnection: ReadonlyMap<string, ChannelActivity> | null;
  readonly known: ActivityMemory["channels"];
  readonly sampledMs: number | null;
  /** Between this look and the one before, s; null without one before. */
  readonly seconds: number | null;
  readonly stale: boolean;
  readonly blocked: ReadonlySet<string>;
}

function seenChannels(
  before: ActivityMemory,
  { snapshot, nowMs }: ActivityObserved,
  blocked: ReadonlySet<string>,
): SeenChannels {
  const { sampledMs, channels: known } = before;
  if (snapshot === null || snapshot.channels === null) {
    // Refused once is seen as absent at once; a look that is only late leaves the last one standing for a while.
    const stale = snapshot !== null || (sampledMs !== null && nowMs - sampledMs > CHANNELS_FOR_MS);
    const kept = stale ? { known: null, sampledMs: null } : { known, sampledMs };
    return { ...kept, byConnection: null, seconds: null, stale, blocked };
  }
  const compared = compareChannels(known, { channels: snapshot.channels, blocked, nowMs: snapshot.atMs });
  const seconds = sampledMs === null || snapshot.atMs <= sampledMs ? null : (snapshot.atMs - sampledMs) / SECOND;
  return { ...compared, sampledMs: snapshot.atMs, seconds, stale: false, blocked };
}

interface Suspended {
  readonly blocked: ReadonlySet<string>;
  readonly blocking: ReadonlySet<string>;
}

function connectionsHeldUp(listed: readonly Connection[]): Suspended {
  const named = (state: string) =>
    new Set(listed.filter((connection) => connection.state === state).map((connection) => connection.name));
  return { blocked: named("blocked"), blocking: named("blocking") };
}

type Channelled = Pick<Activity, "doing" | "rates" | "publishing">;

function withChannels(known: Activity, own: readonly Session[], channels: SeenChannels): Channelled {
  const { byConnection, sampledMs, seconds } = channels;
  if (channels.stale) return { publishing: known.publishing, rates: NO_RATES, doing: null };
  if (byConnection === null || sampledMs === null) return known;
  const doing = own
    .map((session) => byConnection.get(session.connection) ?? NO_CHANNELS)
    .reduce((sum, one) => (sum === NO_CHANNELS ? one : combine(sum, one)), NO_CHANNELS);
  const rate = (messages: number | null) => (messages === null || seconds === null ? null : messages / seconds);
  // Who is blocked cannot publish, so that it does not tells nothing.
  const mute = seconds === null || own.some((session) => channels.blocked.has(session.connection));
  const seen = {
    published: mute ? null : doing.published,
    delivered: mute ? null : doing.delivered,
    pinned: doing.pinned !== null,
  };
  return {
    doing,
    rates: { publish: rate(doing.published), deliver: rate(doing.delivered), ack: rate(doing.acked) },
    publishing: followPublishing(known.publishing, seen, sampledMs),
  };
}

/**
 * Under an alarm every connection but those that were quiet shows `blocking`, consumers too, and only publishers are
 * held up (measured on RabbitMQ 3.10.8): `blocking` counts for whoever published within the last hour.
 */
function isBlocked({ publishing }: Channelled, own: readonly Session[], heldUp: Suspended): boolean {
  const publisher = publishedLately(publishing);
  return own.some(({ connection }) => heldUp.blocked.has(connection) || (publisher && heldUp.blocking.has(connection)));
}
