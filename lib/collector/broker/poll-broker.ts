import "server-only";
import { createHmac } from "node:crypto";
import type { Kysely } from "kysely";
import { breathe, pause, type Stoppable, startLoop } from "@/lib/base/concurrency/loop";
import type { Reason } from "@/lib/base/messages/reason";
import { renderReasonOrNull } from "@/lib/base/messages/render-reason";
import { SECOND } from "@/lib/base/time/duration";
import { finishedWithPauses } from "@/lib/base/time/stages";
import { type BrokerFacts, type BrokerSettings, deriveInStages } from "@/lib/collector/broker/derive/derive";
import { isTopologyDue } from "@/lib/collector/broker/derive/queues-after";
import { type BrokerMemory, firstMemory, NO_PUSH } from "@/lib/collector/broker/memory";
import { watchChannels } from "@/lib/collector/broker/observe/channels";
import { createListing, type ListingConditionsNow } from "@/lib/collector/broker/observe/listing";
import { type BrokerObservation, createThrottledEndpoints, observe } from "@/lib/collector/broker/observe/observe";
import type { Runtime } from "@/lib/collector/runtime";
import { shiftBrokerMemory, shiftBrokerObservation } from "@/lib/collector/tick/clock-step";
import { reporting } from "@/lib/collector/tick/health";
import { saveBrokerFacts } from "@/lib/collector/tick/save-tick";
import { createTicks, type TickContext } from "@/lib/collector/tick/tick";
import { timer } from "@/lib/collector/timings";
import type { BrokerConfig } from "@/lib/config/schema";
import { createManagementApi } from "@/lib/rabbitmq/api/management-api";
import { createMetricsApi } from "@/lib/rabbitmq/api/metrics";
import type { ChannelSnapshot } from "@/lib/rabbitmq/clients/channels";
import type { PushedEvents } from "@/lib/rabbitmq/events/event";
import { createPush, type Push } from "@/lib/rabbitmq/events/push";
import type { Schema } from "@/lib/storage/schema/schema";

/** Long enough for the log line of an end to arrive beside its event, and short enough to tell it within a second. */
const SETTLE_MS = 250;
/** A storm of events is one tick a second, not one each. */
const HEAR_EVERY_MS = 1 * SECOND;

interface BrokerPolling
  extends TickContext,
    Pick<Runtime, "brokers" | "timings" | "accessSecrets" | "listingStrategies"> {}

/**
 * Follows one broker until stopped: read, think, write. Polls on its own beat; what the broker pushes is told between
 * two polls. Ticks take turns, so each starts from the memory the one before has kept, while a slow answer of the
 * management API holds up nothing that was pushed.
 */
export function pollBroker(live: BrokerPolling, config: BrokerConfig): Stoppable {
  const api = createManagementApi(config.managementUrl);
  const pollIntervalMs = config.pollSeconds * SECOND;
  const { strip, giveUp, learnConsumers, learnSessions } = config.clients;
  const learning = { consumersMs: learnConsumers, sessionsMs: learnSessions };
  const settings: BrokerSettings = { pollIntervalMs, rules: { strip, giveUpMs: giveUp ?? null }, learning };
  const channels = watchChannels(api, pollIntervalMs);
  const push = config.amqpUrl === undefined ? null : openPush(live, config.id, config.amqpUrl);
  const tick = createTicks<BrokerMemory>(live, {
    scope: `broker:${config.id}`,
    load: () =>
      live.brokers.get(config.id) ?? firstMemory(config.id, pollIntervalMs, Date.now(), { clients: [], sessions: [] }),
    commit: (memory) => live.brokers.set(config.id, memory),
    shift: shiftBrokerMemory,
  });
  const metrics = config.metricsUrl.length === 0 ? null : createMetricsApi(config.metricsUrl);
  const listing = createListing(config.id, api, metrics, () => performance.now());
  const beats = createThrottledEndpoints(config.id, api, () => performance.now());
  const timed = timer(live.timings);
  let beside = Promise.resolve();
  const work = { ...brokerWork(live, config.id, push, settings), shift: shiftObserved };
  const polling = startLoop(
    async (signal) => {
      const whole = timed.start();
      const ticked = await tick({
        ...work,
        observe: async (memory) => {
          const connections = (ended: AbortSignal) => listing.list(standingOf(memory), ended);
          const asked = { api, beats, connections, topology: isTopologyDue(memory, Date.now()) };
          const seen = await timed.phase("observe", () => observe(asked, signal));
          return signal.aborted ? null : { seen, look: channels.take };
        },
      });
      if (ticked === null) return 0;
      whole("whole");
      beside = beside.then(() => beats.ahead(signal));
      live.listingStrategies.set(config.id, listing.way());
      return ticked.after.pollIntervalMs;
    },
    { againMs: pollIntervalMs, ...reporting(live, `broker:${config.id}`) },
  );
  const told = { againMs: HEAR_EVERY_MS, ...reporting(live, `events:${config.id}`) };
  const hearing =
    push &&
    startLoop(async (signal) => {
      await tick({ ...work, observe: () => arrival(push, signal) });
      return HEAR_EVERY_MS;
    }, told);
  return {
    async stop() {
      await Promise.all([polling.stop(), hearing?.stop(), channels.stop()]);
      await beside;
      await Promise.all([api.close(), metrics?.close(), push?.close()]);
    },
  };
}

/** What a tick is about: a poll and the newest channels beside it, or what was pushed and nothing else. */
interface Observed {
  readonly seen: Omit<BrokerObservation, "look"> | null;
  readonly look: () => ChannelSnapshot | null;
}

async function arrival(push: Push, signal: AbortSignal): Promise<Observed | null> {
  await push.arrival(signal);
  await pause(SETTLE_MS, signal);
  return signal.aborted ? null : { seen: null, look: () => null };
}

const shiftObserved = ({ seen, look }: Observed, byMs: number): Observed => ({
  seen: seen === null ? null : shiftBrokerObservation(seen, byMs),
  look,
});

/** The mark follows from our secret: another installation on the same broker has queues of its own. */
const openPush = (live: BrokerPolling, broker: string, amqpUrl: string): Push =>
  createPush({
    amqpUrl,
    mark: createHmac("sha256", live.accessSecrets.secret).update(`push.${broker}`).digest("hex").slice(0, 12),
    now: Date.now,
  });

/** What was heard is given back to the broker's care unless it was kept. */
function brokerWork(live: BrokerPolling, broker: string, push: Push | null, settings: BrokerSettings) {
  const timed = timer(live.timings);
  return {
    async derive(before: BrokerMemory, { seen, look }: Observed, nowMs: number) {
      const pushed: PushedEvents = push === null ? { events: [], status: NO_PUSH } : push.pending();
      const given = { seen: seen && { ...seen, look: look() }, pushed };
      const { after, facts } = await timed.phase("derive", () =>
        finishedWithPauses(deriveInStages(before, given, settings, nowMs), breathe),
      );
      return { after, facts: { ...facts, heard: pushed.events.length } };
    },
    save: (trx: Kysely<Schema>, facts: BrokerFacts, nowMs: number) => saveBrokerFacts(trx, broker, facts, nowMs),
    timeSave: (save: () => Promise<void>) => timed.phase("keep", save),
    saved(before: BrokerMemory, after: BrokerMemory, { heard }: { readonly heard: number }) {
      push?.acknowledge(heard);
      tellReach(live, before.reach.is, after.reach, broker);
    },
  };
}

const standingOf = (memory: BrokerMemory): ListingConditionsNow => ({
  connections: memory.open.size,
  pidOf: new Map([...memory.open.values()].flatMap(({ id, pid }) => (pid === null ? [] : [[id, pid]]))),
  alarm: memory.nodes.some((node) => node.memoryAlarm === true || node.diskAlarm === true),
  intervalMs: memory.pollIntervalMs,
});

function tellReach(
  live: BrokerPolling,
  before: string,
  now: { readonly is: string; readonly reason: Reason | null },
  broker: string,
): void {
  if (before === now.is) return;
  const level = now.is === "reachable" ? "info" : "warn";
  live.log(level, `broker ${broker} is ${now.is}`, { broker, because: renderReasonOrNull(now.reason) });
}
