import "server-only";
import { type Stoppable, startLoop } from "@/lib/base/concurrency/loop";
import { messageOf } from "@/lib/base/errors/message";
import { renderReasonOrNull } from "@/lib/base/messages/render-reason";
import { SECOND } from "@/lib/base/time/duration";
import type { Runtime } from "@/lib/collector/runtime";
import { deriveSource } from "@/lib/collector/source/derive-source";
import { joinables } from "@/lib/collector/source/joinable-brokers";
import { firstSourceMemory, type SourceMemory } from "@/lib/collector/source/memory";
import { restoreSource } from "@/lib/collector/source/restore-source";
import { readerOf } from "@/lib/collector/source/source-reader";
import { isMemoryDue, storedSourceMemory } from "@/lib/collector/source/stored-memory";
import { shiftSourceMemory, shiftSourceOutcome } from "@/lib/collector/tick/clock-step";
import { reporting } from "@/lib/collector/tick/health";
import { scopeState } from "@/lib/collector/tick/scope-state";
import { createTicks, type TickContext } from "@/lib/collector/tick/tick";
import type { SourceConfig } from "@/lib/config/schema";
import { saveMemory } from "@/lib/storage/memories";

interface SourcePolling extends TickContext, Pick<Runtime, "sources" | "brokers"> {}

/** Polls one source until stopped. */
export function pollSource(context: SourcePolling, config: SourceConfig): Stoppable {
  const reader = readerOf(config);
  const intervalMs = config.pollSeconds * SECOND;
  const scope = `source:${config.id}`;
  const tick = createTicks<SourceMemory>(context, {
    scope,
    load: () => context.sources.get(config.id) ?? restore(context, config),
    commit: (memory) => context.sources.set(config.id, memory),
    shift: shiftSourceMemory,
  });
  let savedMs: number | null = null;
  const loop = startLoop(
    async (signal) => {
      const ticked = await tick({
        observe: async ({ reading }) => {
          const outcome = await reader.read(reading);
          return signal.aborted ? null : outcome;
        },
        shift: shiftSourceOutcome,
        derive: async (memory, outcome, nowMs) => {
          const { after, facts } = deriveContinued(context, memory, {
            outcome,
            brokers: brokersFor(context, config),
            nowMs,
          });
          return { after, facts: { ...facts, memory: isMemoryDue(savedMs, nowMs) ? { of: after, nowMs } : null } };
        },
        save: async (trx, { memory }) => {
          if (memory !== null) await saveMemory(trx, scope, storedSourceMemory(memory.of), memory.nowMs);
        },
        saved: (before, after, { memory }) => {
          savedMs = memory?.nowMs ?? savedMs;
          logState(context, before, after);
        },
      });
      if (ticked === null) return 0;
      return Math.max(intervalMs, isApplication(config) ? 0 : ticked.observation.waitedMs * COST_FACTOR);
    },
    { againMs: intervalMs, ...reporting(context, `source:${config.id}`) },
  );
  return {
    async stop() {
      await loop.stop();
      const memory = context.sources.get(config.id);
      // An orderly stop forgets nothing; without it, what was observed since the last poll that stored it is missing.
      if (memory?.lastPollMs) {
        await saveMemory(context.database.db, scope, storedSourceMemory(memory), memory.lastPollMs);
      }
      await reader.close();
    },
  };
}

const restore = ({ scopes, database }: SourcePolling, config: SourceConfig): Promise<SourceMemory> =>
  restoreSource(database.db, config, Date.now(), scopeState(scopes, `source:${config.id}`).alerts.size > 0);

interface SourceInput {
  readonly outcome: Parameters<typeof deriveSource>[1];
  readonly brokers: Parameters<typeof deriveSource>[3];
  readonly nowMs: number;
}

/** A stored memory that this version cannot continue is dropped, and the source begins anew. */
function deriveContinued(context: SourcePolling, memory: SourceMemory, { outcome, brokers, nowMs }: SourceInput) {
  if (context.sources.has(memory.source)) return deriveSource(memory, outcome, nowMs, brokers);
  try {
    return deriveSource(memory, outcome, nowMs, brokers);
  } catch (cause) {
    context.log("warn", `the stored memory of source ${memory.source} could not be continued`, {
      source: memory.source,
      detail: messageOf(cause),
    });
    return deriveSource(firstSourceMemory(memory, nowMs), outcome, nowMs, brokers);
  }
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
