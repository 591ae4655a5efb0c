import "server-only";
import { createHmac } from "node:crypto";
import { SECOND } from "@/lib/base/time/duration";
import { finishedWithPauses } from "@/lib/base/time/stages";
import { watchChannels } from "@/lib/collector/channels";
import { clockStepMs } from "@/lib/collector/clock-step";
import { type BrokerSettings, type BrokerTick, deriveInStages } from "@/lib/collector/derive";
import { createListing, type ListingConditionsNow } from "@/lib/collector/listing";
import { breathe, type Loop, pause, startLoop } from "@/lib/collector/loop";
import { type BrokerMemory, firstMemory, NO_PUSH } from "@/lib/collector/memory";
import { createThrottledEndpoints, observe } from "@/lib/collector/observe";
import { publishTick, reporting } from "@/lib/collector/poll";
import { isTopologyDue } from "@/lib/collector/queues-after";
import type { Runtime } from "@/lib/collector/runtime";
import { saveBrokerFacts, saveTick } from "@/lib/collector/save-tick";
import { timer } from "@/lib/collector/timings";
import type { BrokerConfig } from "@/lib/config/schema";
import { createManagementApi } from "@/lib/rabbitmq/api/management-api";
import { createMetricsApi } from "@/lib/rabbitmq/api/metrics";
import type { PushedEvents } from "@/lib/rabbitmq/events/event";
import { createPush, type Push } from "@/lib/rabbitmq/events/push";

/** Long enough for the log line of an end to arrive beside its event, and short enough to tell it within a second. */
const SETTLE_MS = 250;
/** A storm of events is one tick a second, not one each. */
const HEAR_EVERY_MS = 1 * SECOND;

/**
 * Follows one broker until stopped: read, think, write. Polls on its own beat; what the broker pushes is told between
 * two polls. Ticks take turns, so each starts from the memory the one before has kept, while a slow answer of the
 * management API holds up nothing that was pushed.
 */
export function pollBroker(live: Runtime, config: BrokerConfig): Loop {
  const api = createManagementApi(config.managementUrl);
  const pollIntervalMs = config.pollSeconds * SECOND;
  const { strip, giveUp, learnConsumers, learnSessions } = config.clients;
  const learning = { consumersMs: learnConsumers, sessionsMs: learnSessions };
  const settings: BrokerSettings = { pollIntervalMs, rules: { strip, giveUpMs: giveUp ?? null }, learning };
  const channels = watchChannels(api, pollIntervalMs);
  const push = config.amqpUrl === undefined ? null : openPush(live, config.id, config.amqpUrl);
  const clock: Clock = { kept: { wallMs: Date.now(), steadyMs: performance.now() } };
  const tick = takeTurns((seen: BrokerTick["seen"]) => tickOnce(live, config.id, seen, push, settings, clock));
  const metrics = config.metricsUrl.length === 0 ? null : createMetricsApi(config.metricsUrl);
  const listing = createListing(config.id, api, metrics, () => performance.now());
  const beats = createThrottledEndpoints(config.id, api, () => performance.now());
  const timed = timer(live.timings);
  let beside = Promise.resolve();
  const polling = startLoop(
    async (signal) => {
      const memory = memoryOf(live, config.id, pollIntervalMs);
      const whole = timed.start();
      const connections = (ended: AbortSignal) => listing.list(standingOf(memory), ended);
      const asked = { api, beats, connections, topology: isTopologyDue(memory, Date.now()) };
      const seen = await timed.phase("observe", () => observe(asked, signal));
      if (signal.aborted) return 0;
      const nextMs = await tick({ ...seen, look: channels.take() });
      whole("whole");
      beside = beside.then(() => beats.ahead(signal));
      live.ways.set(config.id, listing.way());
      return nextMs;
    },
    { againMs: pollIntervalMs, ...reporting(live, `broker:${config.id}`) },
  );
  const told = { againMs: HEAR_EVERY_MS, ...reporting(live, `events:${config.id}`) };
  const hearing = push && startLoop((signal) => hear(push, tick, signal), told);
  return {
    async stop() {
      await Promise.all([polling.stop(), hearing?.stop(), channels.stop()]);
      await beside;
      await Promise.all([api.close(), metrics?.close(), push?.close()]);
    },
  };
}

async function hear(push: Push, tick: (seen: null) => Promise<number>, signal: AbortSignal): Promise<number> {
  await push.arrival(signal);
  await pause(SETTLE_MS, signal);
  if (!signal.aborted) await tick(null);
  return HEAR_EVERY_MS;
}

/** The mark follows from our secret: another installation on the same broker has queues of its own. */
const openPush = (live: Runtime, broker: string, amqpUrl: string): Push =>
  createPush({
    amqpUrl,
    mark: createHmac("sha256", live.gate.secret).update(`push.${broker}`).digest("hex").slice(0, 12),
    now: Date.now,
  });

/** Both clocks at the last tick that was kept: memory is told in that one's time. */
interface Clock {
  kept: { readonly wallMs: number; readonly steadyMs: number };
}

/** One tick, kept whole or not at all. What was heard is given back to the broker's care unless it was kept. */
async function tickOnce(
  live: Runtime,
  broker: string,
  seen: BrokerTick["seen"],
  push: Push | null,
  settings: BrokerSettings,
  clock: Clock,
): Promise<number> {
  await breathe();
  const nowMs = Date.now();
  const at = { wallMs: nowMs, steadyMs: performance.now() };
  const before = memoryOf(live, broker, settings.pollIntervalMs);
  const timed = timer(live.timings);
  const pushed: PushedEvents = push === null ? { heard: [], standing: NO_PUSH } : push.take();
  const given = { seen, pushed, steppedMs: clockStepMs(clock.kept, at) };
  const { after, facts } = await timed.phase("derive", () =>
    finishedWithPauses(deriveInStages(before, given, settings, nowMs), breathe),
  );
  await timed.phase("keep", () =>
    saveTick(live, `broker:${broker}`, facts, nowMs, (trx) => saveBrokerFacts(trx, broker, facts, nowMs)),
  );
  live.brokers.set(broker, after);
  clock.kept = at;
  push?.kept(pushed.heard.length);
  tellReach(live, before.reach.is, after.reach, broker);
  publishTick(live, nowMs, [`broker:${broker}`]);
  return after.pollIntervalMs;
}

const memoryOf = (live: Runtime, broker: string, pollIntervalMs: number): BrokerMemory =>
  live.brokers.get(broker) ?? firstMemory(broker, pollIntervalMs, Date.now(), NOTHING_STORED);

const standingOf = (memory: BrokerMemory): ListingConditionsNow => ({
  connections: memory.open.size,
  pidOf: new Map([...memory.open.values()].flatMap(({ id, pid }) => (pid === null ? [] : [[id, pid]]))),
  alarm: memory.nodes.some((node) => node.memoryAlarm === true || node.diskAlarm === true),
  intervalMs: memory.pollIntervalMs,
});

const NOTHING_STORED = { clients: [], sessions: [] };

/** Runs calls one after another, in their order; a failed one fails for its caller alone. */
function takeTurns<A, R>(work: (argument: A) => Promise<R>): (argument: A) => Promise<R> {
  let last: Promise<unknown> = Promise.resolve();
  return (argument) => {
    const mine = last.then(() => work(argument));
    last = mine.catch(() => {});
    return mine;
  };
}

function tellReach(
  live: Runtime,
  before: string,
  now: { readonly is: string; readonly because: string | null },
  broker: string,
): void {
  if (before === now.is) return;
  const level = now.is === "reachable" ? "info" : "warn";
  live.log(level, `broker ${broker} is ${now.is}`, { broker, because: now.because });
}
