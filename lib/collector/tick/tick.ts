import "server-only";
import type { Kysely } from "kysely";
import { breathe } from "@/lib/base/concurrency/loop";
import { keyedMutex } from "@/lib/base/concurrency/mutex";
import { type ClockReading, clockStepMs } from "@/lib/collector/tick/clock-step";
import { type HealthReporter, publishTick } from "@/lib/collector/tick/health";
import { type SaveContext, saveTick, type TickFindings } from "@/lib/collector/tick/save-tick";
import type { Schema } from "@/lib/storage/schema/schema";

export interface TickContext extends SaveContext, HealthReporter {}

/** What the ticks of one broker or source work on. */
export interface TickScope<Memory> {
  /** `broker:<id>` or `source:<id>`. */
  readonly scope: string;
  readonly load: () => Promise<Memory> | Memory;
  readonly commit: (memory: Memory) => void;
  /** The memory as if our clock, which was set by `byMs`, had always shown what it shows now. */
  readonly shift: (memory: Memory, byMs: number, nowMs: number) => Memory;
}

export interface TickWork<Memory, Observation, Facts extends TickFindings> {
  /** null: there is nothing to derive, as at the end of the process. */
  readonly observe: (memory: Memory) => Promise<Observation | null>;
  /** The observation as if our clock had always shown what it shows now. */
  readonly shift: (observation: Observation, byMs: number) => Observation;
  readonly derive: (
    memory: Memory,
    observation: Observation,
    nowMs: number,
  ) => Promise<{ readonly after: Memory; readonly facts: Facts }>;
  /** What is saved beside samples and alerts, in the same transaction. */
  readonly save?: (trx: Kysely<Schema>, facts: Facts, nowMs: number) => Promise<void>;
  /** Measures how long saving takes. */
  readonly timeSave?: (save: () => Promise<void>) => Promise<void>;
  /** Called once the tick is saved. */
  readonly saved?: (before: Memory, after: Memory, facts: Facts) => void;
}

export type RunTick<Memory> = <Observation, Facts extends TickFindings>(
  work: TickWork<Memory, Observation, Facts>,
) => Promise<{ readonly after: Memory; readonly observation: Observation } | null>;

/**
 * The ticks of one scope: measure by how much our clock was set, observe, derive, save in one transaction, publish. The
 * memory is replaced once its tick is saved, so a failed tick loses nothing. Observations may overlap, for a slow answer
 * must not delay what was pushed; the rest takes turns, so that each tick starts from the memory of the one before.
 */
export function createTicks<Memory>(
  context: TickContext,
  { scope, load, commit, shift }: TickScope<Memory>,
): RunTick<Memory> {
  const stepMeter = createStepMeter();
  // A mutex of its own: saving takes that of the scope, which re-evaluations of its notifications share.
  const serialize = keyedMutex<string>();

  async function memoryNow() {
    const memory = await load();
    const measured = stepMeter();
    return { ...measured, memory: shift(memory, measured.steppedMs, measured.clock.wallMs) };
  }

  return async (work) => {
    const begun = await memoryNow();
    const seen = await work.observe(begun.memory);
    if (seen === null) return null;
    return serialize(scope, async () => {
      await breathe();
      const { memory, clock, steppedMs, commitClock } = await memoryNow();
      const nowMs = clock.wallMs;
      const observation = work.shift(seen, clockStepMs(begun.clock, clock));
      const { after, facts } = await work.derive(memory, observation, nowMs);
      const save = () => saveTick(context, scope, facts, { nowMs, steppedMs }, (trx) => work.save?.(trx, facts, nowMs));
      await (work.timeSave === undefined ? save() : work.timeSave(save));
      commit(after);
      commitClock();
      work.saved?.(memory, after, facts);
      if (steppedMs !== 0) context.log("warn", `our clock was set by ${steppedMs} ms`, { scope });
      publishTick(context, nowMs, [scope]);
      return { after, observation };
    });
  };
}

/**
 * Measures by how much our clock was set since the last reading that was committed, which is the one that the memory of
 * a scope is in.
 */
export function createStepMeter() {
  let committed = readClock();
  return () => {
    const clock = readClock();
    const commitClock = () => {
      committed = clock;
    };
    return { clock, steppedMs: clockStepMs(committed, clock), commitClock };
  };
}

const readClock = (): ClockReading => ({ wallMs: Date.now(), steadyMs: performance.now() });
