import "server-only";
import { createHmac } from "node:crypto";
import type { Kysely } from "kysely";
import { breathe, pause, type Stoppable, startLoop } from "@/lib/base/concurrency/loop";
import { messageOf } from "@/lib/base/errors/message";
import { tokenIn } from "@/lib/base/http/token-file";
import { renderReasonOrNull } from "@/lib/base/messages/render-reason";
import { SECOND } from "@/lib/base/time/duration";
import { finishedWithPauses } from "@/lib/base/time/stages";
import { checksDue } from "@/lib/collector/broker/derive/checks";
import { nodesWithoutStatistics } from "@/lib/collector/broker/derive/coverage";
import { deriveInStages } from "@/lib/collector/broker/derive/derive";
import type { BrokerFacts, BrokerSettings } from "@/lib/collector/broker/derive/facts";
import { isTopologyDue } from "@/lib/collector/broker/derive/queues-after";
import { type BrokerMemory, firstMemory, NO_PUSH } from "@/lib/collector/broker/memory";
import { watchChannels } from "@/lib/collector/broker/observe/channels";
import { createListing, type ListingConditionsNow } from "@/lib/collector/broker/observe/listing";
import { type BrokerObservation, createThrottledEndpoints, observe } from "@/lib/collector/broker/observe/observe";
import { isBrokerMemoryDue, storedBrokerMemory, withoutLearned } from "@/lib/collector/broker/stored-memory";
import type { Runtime } from "@/lib/collector/runtime";
import { shiftBrokerMemory, shiftBrokerObservation } from "@/lib/collector/tick/clock-step";
import { reporting } from "@/lib/collector/tick/health";
import { saveBrokerFacts } from "@/lib/collector/tick/save-tick";
import { createTicks, type TickContext } from "@/lib/collector/tick/tick";
import { timer } from "@/lib/collector/timings";
import type { BrokerConfig } from "@/lib/config/schema";
import { createManagementApi } from "@/lib/rabbitmq/api/management-api";
import { createMetricsApi } from "@/lib/rabbitmq/api/metrics";
import { OWN_MARK_LENGTH } from "@/lib/rabbitmq/api/own";
import type { ChannelSnapshot } from "@/lib/rabbitmq/clients/channels";
import { foldingRules } from "@/lib/rabbitmq/clients/folding-rules";
import type { PushedEvents } from "@/lib/rabbitmq/events/event";
import { createPush, type Push, type PushServer } from "@/lib/rabbitmq/events/push";
import { saveMemory } from "@/lib/storage/memories";
import type { Schema } from "@/lib/storage/schema/schema";

/** The log line of a close arrives beside its event within this time, and a notification still goes out within a second. */
const SETTLE_MS = 250;
/** A storm of events is one tick a second, not one each. */
const EVENTS_EVERY_MS = 1 * SECOND;

interface BrokerPolling
  extends TickContext,
    Pick<Runtime, "aliases" | "brokers" | "timings" | "accessSecrets" | "listingStrategies"> {}

/**
 * Polls one broker until stopped, and applies what it pushes between two polls. A slow answer of the management API does
 * not delay what was pushed: ticks take turns only once their observation is complete.
 */
export function pollBroker(context: BrokerPolling, config: BrokerConfig): Stoppable {
  const { caFile, certFile, keyFile } = config;
  const tlsFiles = { caFile, certFile, keyFile };
  const token = config.managementTokenFile === undefined ? config.managementToken : tokenIn(config.managementTokenFile);
  const api = createManagementApi(config.managementUrl, { ...tlsFiles, token });
  const settings = settingsOf(config);
  const { pollIntervalMs } = settings;
  const channels = watchChannels(api, pollIntervalMs);
  const push =
    config.amqpUrl === undefined ? null : openPush(context, config.id, { ...tlsFiles, amqpUrl: config.amqpUrl });
  const scope = `broker:${config.id}`;
  const tick = createTicks<BrokerMemory>(context, {
    scope,
    load: () =>
      context.brokers.get(config.id) ??
      firstMemory(config.id, pollIntervalMs, Date.now(), { clients: [], sessions: [] }),
    commit: (memory) => context.brokers.set(config.id, memory),
    shift: shiftBrokerMemory,
  });
  const metrics =
    config.metricsUrl.length === 0
      ? null
      : createMetricsApi(config.metricsUrl, { ...tlsFiles, token: config.metricsToken ?? token });
  const listing = createListing(config.id, api, metrics, () => performance.now());
  const throttled = createThrottledEndpoints(config.id, api, () => performance.now());
  const timed = timer(context.timings);
  const work = brokerWork(context, config.id, push, settings);
  let readingAhead = Promise.resolve();
  const polling = startLoop(
    async (signal) => {
      const whole = timed.start();
      const ticked = await tick({
        ...work,
        observe: async (memory) => {
          throttled.setStatistics(memory.overview?.statsDisabled !== true);
          const connections = (ended: AbortSignal) => listing.list(conditionsOf(memory), ended);
          const nowMs = Date.now();
          const due = { isTopologyDue: isTopologyDue(memory, nowMs), checksDue: checksOf(memory, nowMs) };
          const input = { api, throttled, connections, ...due };
          const poll = await timed.phase("observe", () => observe(input, signal));
          return signal.aborted ? null : { poll, takeChannels: channels.take };
        },
      });
      if (ticked === null) return 0;
      whole("whole");
      readingAhead = readingAhead.then(() => throttled.readAhead(signal));
      context.listingStrategies.set(config.id, listing.strategy());
      return ticked.after.pollIntervalMs;
    },
    { againMs: pollIntervalMs, ...reporting(context, `broker:${config.id}`) },
  );
  const applying =
    push &&
    startLoop(
      async (signal) => {
        await tick({ ...work, observe: () => arrival(push, signal) });
        return EVENTS_EVERY_MS;
      },
      { againMs: EVENTS_EVERY_MS, ...reporting(context, `events:${config.id}`) },
    );
  return {
    async stop() {
      await Promise.all([polling.stop(), applying?.stop(), channels.stop()]);
      await readingAhead;
      const memory = context.brokers.get(config.id);
      // An orderly stop forgets nothing that was learned.
      if (memory?.lastPollMs) {
        await saveMemory(context.database.db, scope, storedBrokerMemory(memory), memory.lastPollMs);
      }
      await Promise.all([api.close(), metrics?.close(), push?.close()]);
    },
  };
}

function settingsOf({ pollSeconds, clients }: BrokerConfig): BrokerSettings {
  const { strip, fold, giveUp, aliases, learnConsumers, learnSessions } = clients;
  return {
    pollIntervalMs: pollSeconds * SECOND,
    rules: { strip, fold: foldingRules(fold), giveUpMs: giveUp ?? null },
    aliases,
    learning: { consumersMs: learnConsumers, sessionsMs: learnSessions },
  };
}

/** A poll and the newest snapshot of the channels, or, for events alone, neither. */
interface Observed {
  readonly poll: Omit<BrokerObservation, "channels"> | null;
  readonly takeChannels: () => ChannelSnapshot | null;
}

async function arrival(push: Push, signal: AbortSignal): Promise<Observed | null> {
  await push.arrival(signal);
  await pause(SETTLE_MS, signal);
  return signal.aborted ? null : { poll: null, takeChannels: () => null };
}

/** The mark is derived from our secret: another installation on the same broker has queues of its own. */
const openPush = ({ accessSecrets }: BrokerPolling, broker: string, server: PushServer): Push =>
  createPush({
    ...server,
    mark: createHmac("sha256", accessSecrets.secret).update(`push.${broker}`).digest("hex").slice(0, OWN_MARK_LENGTH),
    now: Date.now,
  });

interface BrokerTickFacts {
  /** How many events the tick has applied. */
  readonly events: number;
  /** The memory to be stored; null: not due. */
  readonly memory: { readonly text: string | null; readonly savedMs: number } | null;
}

/** What ticks with and without a poll share. Events are acknowledged once their tick is saved. */
function brokerWork(context: BrokerPolling, broker: string, push: Push | null, settings: BrokerSettings) {
  const timed = timer(context.timings);
  let stored: BrokerTickFacts["memory"] = null;
  return {
    shift: ({ poll, takeChannels }: Observed, byMs: number): Observed => ({
      poll: poll === null ? null : shiftBrokerObservation(poll, byMs),
      takeChannels,
    }),
    async derive(before: BrokerMemory, { poll, takeChannels }: Observed, nowMs: number) {
      const pushed: PushedEvents = push === null ? { events: [], status: NO_PUSH } : push.pending();
      const observation = poll === null ? null : { ...poll, channels: takeChannels() };
      // An alias that was set on a page is for one client, and comes before one of the file.
      const current = { ...settings, aliases: new Map([...settings.aliases, ...context.aliases]) };
      const derived = (memory: BrokerMemory) =>
        timed.phase("derive", () =>
          finishedWithPauses(deriveInStages(memory, { observation, pushed }, current, nowMs), breathe),
        );
      const { after, facts } = await derived(before).catch((cause: unknown) => {
        // What an earlier version stored may be nothing that this one can continue: then it is learned anew.
        if (stored !== null) throw cause;
        context.log("warn", `the stored memory of broker ${broker} could not be continued`, {
          broker,
          detail: messageOf(cause),
        });
        return derived(withoutLearned(before, nowMs));
      });
      const isDue = observation !== null && isBrokerMemoryDue(stored, nowMs);
      const memory = isDue ? { text: storedBrokerMemory(after), savedMs: nowMs } : null;
      return { after, facts: { ...facts, events: pushed.events.length, memory } };
    },
    async save(trx: Kysely<Schema>, facts: BrokerFacts & BrokerTickFacts, nowMs: number) {
      await saveBrokerFacts(trx, broker, facts, nowMs);
      if (facts.memory !== null) await saveMemory(trx, `broker:${broker}`, facts.memory.text, nowMs);
    },
    timeSave: (save: () => Promise<void>) => timed.phase("keep", save),
    saved(before: BrokerMemory, after: BrokerMemory, { events, memory }: BrokerTickFacts) {
      stored = memory ?? stored;
      push?.acknowledge(events);
      logReach(context, before, after);
    },
  };
}

const checksOf = ({ checks, overview }: BrokerMemory, nowMs: number) => checksDue(checks, overview, nowMs);

const conditionsOf = (memory: BrokerMemory): ListingConditionsNow => ({
  connections: memory.open.size,
  pidOf: new Map([...memory.open.values()].flatMap(({ id, pid }) => (pid === null ? [] : [[id, pid]]))),
  alarm: memory.nodes.some((node) => node.memoryAlarm === true || node.diskAlarm === true),
  intervalMs: memory.pollIntervalMs,
  withoutStatistics:
    nodesWithoutStatistics(memory.nodes, memory.overview).length === 0
      ? null
      : { users: [...new Set([...memory.clients.values()].map(({ user }) => user))] },
});

function logReach({ log }: TickContext, before: BrokerMemory, { broker, reach }: BrokerMemory): void {
  if (before.reach.is === reach.is) return;
  const level = reach.is === "reachable" ? "info" : "warn";
  log(level, `broker ${broker} is ${reach.is}`, { broker, because: renderReasonOrNull(reach.reason) });
}
