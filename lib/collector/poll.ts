import "server-only";
import { type Stoppable, startLoop } from "@/lib/base/concurrency/loop";
import { SECOND } from "@/lib/base/time/duration";
import { shiftSourceMemory, shiftSourceOutcome } from "@/lib/collector/clock-step";
import { reporting } from "@/lib/collector/health";
import { joinables } from "@/lib/collector/joinable";
import { restoreSource } from "@/lib/collector/restore-source";
import type { Runtime } from "@/lib/collector/runtime";
import { readerOf } from "@/lib/collector/source-reader";
import { deriveSource, type SourceMemory } from "@/lib/collector/source-tick";
import { createTicks } from "@/lib/collector/tick";
import type { SourceConfig } from "@/lib/config/schema";

/** Follows one job source until stopped. */
export function pollSource(live: Runtime, config: SourceConfig): Stoppable {
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
