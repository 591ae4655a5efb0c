import type { Reading } from "@/lib/alerts/model/reading";
import type { Reason } from "@/lib/base/messages/reason";
import type { Sample } from "@/lib/base/signals/catalogue";
import type { BrokerMemory } from "@/lib/collector/broker/memory";
import type { BrokerObservation } from "@/lib/collector/broker/observe/observe";
import type { Learning } from "@/lib/rabbitmq/clients/activity";
import type { BlockedChanges } from "@/lib/rabbitmq/clients/blocked";
import type { Client } from "@/lib/rabbitmq/clients/client";
import type { Aliases } from "@/lib/rabbitmq/clients/display-name";
import type { IdentityRules } from "@/lib/rabbitmq/clients/identity";
import type { PushedEvents } from "@/lib/rabbitmq/events/event";
import type { ConsumedChanges } from "@/lib/rabbitmq/queues/queue";
import type { Session } from "@/lib/rabbitmq/sessions/session";
import type { ClientMinute } from "@/lib/storage/samples/samples";

export interface BrokerSettings {
  readonly pollIntervalMs: number;
  readonly rules: IdentityRules;
  readonly aliases: Aliases;
  readonly learning: Learning;
}

/** The input of a tick: a poll, or null between two polls, and the events that were pushed since the last tick. */
export interface BrokerTick {
  readonly observation: BrokerObservation | null;
  readonly pushed: PushedEvents;
}

/** The result of one tick of one broker, ready to be saved in one transaction. */
export interface BrokerFacts {
  readonly sessions: readonly Session[];
  readonly clients: readonly Client[];
  readonly samples: readonly Sample[];
  readonly readings: readonly Reading[];
  /** Labels of what has ended for good: alerts that carry all of them end. */
  readonly ended: readonly Readonly<Record<string, string>>[];
  /** Finished minutes of clients in trouble. */
  readonly minutes: { readonly minuteMs: number; readonly rows: readonly ClientMinute[] } | null;
  readonly restarts: readonly string[];
  readonly consumedQueues: ConsumedChanges;
  readonly blocked: BlockedChanges;
  readonly blind: { readonly began: Reason | null; readonly ended: boolean };
}

export const NO_FACTS: BrokerFacts = {
  sessions: [],
  clients: [],
  samples: [],
  readings: [],
  ended: [],
  minutes: null,
  restarts: [],
  consumedQueues: { began: [], ended: [] },
  blocked: { began: [], ended: [] },
  blind: { began: null, ended: false },
};

export interface Derived {
  readonly after: BrokerMemory;
  readonly facts: BrokerFacts;
}
