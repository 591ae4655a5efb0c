import { z } from "zod";
import { memoryFromJson, memoryToJson } from "@/lib/base/postgres/memory-json";
import { MINUTE } from "@/lib/base/time/duration";
import type { SourceMemory } from "@/lib/collector/source/memory";
import { shiftSourceMemory } from "@/lib/collector/tick/clock-step";

/** Counts up when a field of the memory changes its meaning or its form; what an older version stored is not read then. */
const VERSION = 1;
/** A source of a hundred queues with all their error groups is a quarter of that. More is not stored: it is known again later. */
const TEXT_MAX = 1_000_000;

/** What the configuration, the first poll or the stored runners give anew. */
type Configured = "source" | "kind" | "runnersExpected" | "pollIntervalMs" | "state" | "stateSinceMs" | "reason";
type Stored = Omit<SourceMemory, Configured>;

export interface StoredMemory {
  readonly text: string;
  readonly savedMs: number;
}

/** What the judgements about a source stand on, to be stored; null: more than is stored. */
export function storedSourceMemory(memory: SourceMemory): string | null {
  const {
    source: _s,
    runnersExpected: _r,
    pollIntervalMs: _p,
    state: _t,
    stateSinceMs: _i,
    reason: _b,
    ...rest
  } = memory;
  const text = memoryToJson({ version: VERSION, ...rest });
  return text.length > TEXT_MAX ? null : text;
}

/** A kill forgets no more than this of what was observed; each poll would be a megabyte an hour and source. */
const SAVED_EVERY_MS = MINUTE;

export const isMemoryDue = (savedMs: number | null, nowMs: number): boolean =>
  savedMs === null || nowMs - savedMs >= SAVED_EVERY_MS || nowMs < savedMs;

const Form = z
  .custom<Stored & Pick<SourceMemory, "kind"> & { readonly version: number }>(
    (value) => typeof value === "object" && value !== null,
  )
  .refine(({ version }) => version === VERSION);

/**
 * The memory of a source as the last run stored it. An unreadable one, or one of another kind of source, is left out: then
 * nothing is known yet. Time without a process counts for nothing once it is longer than polls may be apart.
 */
export function resumeSourceMemory(first: SourceMemory, stored: StoredMemory | null, nowMs: number): SourceMemory {
  if (stored === null) return first;
  const parsed = Form.safeParse(jsonOrNull(stored.text));
  if (!parsed.success || parsed.data.kind !== first.kind) return first;
  const { version: _, ...memory } = parsed.data;
  const gapMs = Math.max(0, nowMs - stored.savedMs);
  const resumed = { ...first, ...memory };
  return gapMs <= Math.max(OBSERVED_MS_MAX, POLLS_MAX * first.pollIntervalMs) ? resumed : withoutGap(resumed, gapMs);
}

/** As between two polls (`lib/base/time/elapsed.ts`); a source that is polled once an hour has longer gaps. */
const OBSERVED_MS_MAX = 5 * MINUTE;
const POLLS_MAX = 2;

/**
 * What was observed to last has lasted no longer for the time in between: the queue may have been empty meanwhile. Counters
 * and jobs of the source itself say what happened in that time, and stay as they are.
 */
function withoutGap(memory: SourceMemory, gapMs: number): SourceMemory {
  const shifted = shiftSourceMemory(memory, gapMs - memory.pollIntervalMs);
  const { stalled, pickup, leaderlessSinceMs, goneSinceMs } = shifted;
  const application = memory.application?.is === "roadrunner" ? shifted.application : memory.application;
  const loopSinceMs = shifted.rollbackMemory.loopSinceMs;
  return {
    ...memory,
    ...{ stalled, pickup, leaderlessSinceMs, goneSinceMs, application },
    rollbackMemory: { ...memory.rollbackMemory, loopSinceMs },
    failing: new Map(),
    growth: new Map(),
    waiting: new Map(),
    errors: new Map(),
  };
}

function jsonOrNull(text: string): unknown {
  try {
    return memoryFromJson(text);
  } catch {
    return null;
  }
}
