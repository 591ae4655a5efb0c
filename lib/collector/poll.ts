import "server-only";
import { messageOf } from "@/lib/base/errors/message";
import { redactUrls } from "@/lib/base/log/redact";
import { HOUR, MINUTE, SECOND } from "@/lib/base/time/duration";
import { shiftSourceMemory, shiftSourceOutcome } from "@/lib/collector/clock-step";
import { joinables } from "@/lib/collector/joinable";
import { type Loop, startLoop } from "@/lib/collector/loop";
import { restoreSource } from "@/lib/collector/restore-source";
import type { Runtime } from "@/lib/collector/runtime";
import { readerOf } from "@/lib/collector/source-reader";
import { deriveSource, type SourceMemory } from "@/lib/collector/source-tick";
import { createTicks } from "@/lib/collector/tick";
import type { SourceConfig } from "@/lib/config/schema";
import { maintainPartitions } from "@/lib/storage/samples/retention";
import { rollUp } from "@/lib/storage/samples/roll-up";

/** Follows one job source until stopped. */
export function pollSource(live: Runtime, config: SourceConfig): Loop {
  const reader = readerOf(config);
  const intervalMs = config.pollSeconds * SECOND;
  const tick = createTicks<SourceMemory>(live, {
    scope: `source:${config.id}`,
    load: () => live.sources.get(config.id) ?? restoreSource(live.database.db, config, Date.now()),
    commit: (memory) => live.sources.set(config.id, memory),
    shift: shiftSourceMemory,
  });
  const loop = startLoop(
    async (signal) => {
      const ticked = await tick({
        observe: async ({ reading }) => {
          const outcome = await reader.read(reading);
          return signal.aborted ? null : outcome;
        },
        shift: shiftSourceOutcome,
        derive: async (memory, outcome, nowMs) => deriveSource(memory, outcome, nowMs, brokersBeside(live, config)),
        saved: (before, after) => logState(live, before, after),
      });
      if (ticked === null) return 0;
      return Math.max(intervalMs, isApplication(config) ? 0 : ticked.observation.waitedMs * COST_SHARE);
    },
    { againMs: intervalMs, ...reporting(live, `source:${config.id}`) },
  );
  return { stop: () => loop.stop().then(() => reader.close()) };
}

function logState(live: Runtime, before: SourceMemory, { source, state, because }: SourceMemory): void {
  if (before.state === state) return;
  live.log(state === "ok" ? "info" : "warn", `source ${source} is ${state}`, { source, because });
}

/** Pipelines alone are followed in the brokers: of thousands of clients nothing is gathered for a table. */
const brokersBeside = (live: Runtime, { kind }: SourceConfig) =>
  kind === "roadrunner" ? joinables(live.brokers) : new Map();

/** An application that leaves us waiting does no work for us meanwhile: a redial that holds `/jobs` must be seen to end. */
const isApplication = ({ kind }: SourceConfig): boolean => kind === "roadrunner" || kind === "faststream";

/** A source may spend at most this share of its time answering us. */
const COST_SHARE = 20;

/** Minutes are rolled up soon after they end; partitions are looked after once an hour. */
export function maintain(live: Runtime): Loop {
  let partitionsMs = 0;
  return startLoop(
    async () => {
      const nowMs = Date.now();
      await rollUp(live.database.db, nowMs);
      if (nowMs - partitionsMs > HOUR) {
        await maintainPartitions(live.database.db, nowMs);
        partitionsMs = nowMs;
      }
      return MINUTE / 3;
    },
    { againMs: MINUTE, ...reporting(live, "maintenance") },
  );
}

export function publishTick(live: Runtime, nowMs: number, topics: readonly string[]): void {
  live.health.ticks++;
  live.health.lastKeptMs = nowMs;
  for (const listener of live.listeners) listener(topics);
}

/** What a loop of ticks tells of itself: `what` fails from the first tick that did until one that did not. */
export const reporting = (live: Runtime, what: string) => ({
  failed: (cause: unknown) => failedTick(live, what, cause),
  worked: () => {
    if (live.health.failing.delete(what)) for (const listener of live.listeners) listener([what]);
  },
});

export function failedTick(live: Runtime, what: string, cause: unknown): void {
  const detail = redactUrls(messageOf(cause));
  const { failing } = live.health;
  live.health.ticksFailed++;
  failing.set(what, { sinceMs: failing.get(what)?.sinceMs ?? Date.now(), because: detail });
  live.log("error", `a tick of ${what} failed and will be tried again`, { detail });
  for (const listener of live.listeners) listener([what]);
}
