import "server-only";
import { type Stoppable, startLoop } from "@/lib/base/concurrency/loop";
import { renderReasonOrNull } from "@/lib/base/messages/render-reason";
import { SECOND } from "@/lib/base/time/duration";
import type { Runtime } from "@/lib/collector/runtime";
import { deriveSource } from "@/lib/collector/source/derive-source";
import { joinables } from "@/lib/collector/source/joinable-brokers";
import type { SourceMemory } from "@/lib/collector/source/memory";
import { restoreSource } from "@/lib/collector/source/restore-source";
import { readerOf } from "@/lib/collector/source/source-reader";
import { shiftSourceMemory, shiftSourceOutcome } from "@/lib/collector/tick/clock-step";
import { reporting } from "@/lib/collector/tick/health";
import { createTicks, type TickContext } from "@/lib/collector/tick/tick";
import type { SourceConfig } from "@/lib/config/schema";

interface SourcePolling extends TickContext, Pick<Runtime, "sources" | "brokers"> {}

/** Polls one source until stopped. */
export function pollSource(context: SourcePolling, config: SourceConfig): Stoppable {
  const reader = readerOf(config);
  const intervalMs = config.pollSeconds * SECOND;
  const tick = createTicks<SourceMemory>(context, {
    scope: `source:${config.id}`,
    load: () => context.sources.get(config.id) ?? restoreSource(context.database.db, config, Date.now()),
    commit: (memory) => context.sources.set(config.id, memory),
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
        derive: async (memory, outcome, nowMs) => deriveSource(memory, outcome, nowMs, brokersFor(context, config)),
        saved: (before, after) => logState(context, before, after),
      });
      if (ticked === null) return 0;
      return Math.max(intervalMs, isApplication(config) ? 0 : ticked.observation.waitedMs * COST_FACTOR);
    },
    { againMs: intervalMs, ...reporting(context, `source:${config.id}`) },
  );
  return { stop: () => loop.stop().then(() => reader.close()) };
}

function logState({ log }: TickContext, before: SourceMemory, { source, state, reason }: SourceMemory): void {
  if (before.state === state) return;
  log(state === "ok" ? "info" : "warn", `source ${source} is ${state}`, {
    source,
    because: renderReasonOrNull(reason),
  });
}

/** Only pipelines are joined with brokers: for a table, thousands of clients need not be collected. */
const brokersFor = ({ brokers }: SourcePolling, { kind }: SourceConfig) =>
  kind === "roadrunner" ? joinables(brokers) : new Map();

/**
 * An application that lets us wait does no work for us meanwhile, and is polled at its own interval all the same: a redial
 * that blocks `/jobs` must be seen to end.
 */
const isApplication = ({ kind }: SourceConfig): boolean => kind === "roadrunner" || kind === "faststream";

/** After each poll we wait at least this many times as long as its queries took: a source is busy with us 5 % of the time. */
const COST_FACTOR = 20;
