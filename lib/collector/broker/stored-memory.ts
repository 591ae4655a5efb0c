import { z } from "zod";
import { memoryFromJson, memoryToJson } from "@/lib/base/postgres/memory-json";
import { MINUTE } from "@/lib/base/time/duration";
import { type BrokerMemory, firstMemory } from "@/lib/collector/broker/memory";

/** Counts up when a stored field changes its meaning or its form; what an older version stored is not read then. */
const VERSION = 1;
/** About 2,000 clients with their channels. More is not stored: what clients usually do is learned again. */
const TEXT_MAX = 2_000_000;
/** The embedded database grows by what is written until it is vacuumed: at most 12 MB an hour for each broker. */
const CHARACTERS_A_MINUTE = 200_000;

/** What judgements stand on and neither the next poll nor the rows of clients, sessions and queues give anew. */
type Stored = Pick<
  BrokerMemory,
  | "activity"
  | "findingsSince"
  | "headsOfQueue"
  | "heartbeatEndsMs"
  | "nodeTrends"
  | "opened"
  | "progress"
  | "refusals"
  | "statsFreshness"
  | "stopAnnouncedMs"
  | "unroutable"
  | "uptimesMs"
>;

/** null: more than is stored. */
export function storedBrokerMemory(memory: BrokerMemory): string | null {
  const text = memoryToJson({ version: VERSION, ...pick(memory) });
  return text.length > TEXT_MAX ? null : text;
}

/** The larger the text, the less often it is written; one that is too large is tried as seldom as the largest. */
export function isBrokerMemoryDue(
  last: { readonly savedMs: number; readonly text: string | null } | null,
  nowMs: number,
) {
  if (last === null || nowMs < last.savedMs) return true;
  const characters = last.text?.length ?? TEXT_MAX;
  return nowMs - last.savedMs >= MINUTE * Math.max(1, characters / CHARACTERS_A_MINUTE);
}

const Form = z
  .custom<Stored & { readonly version: number }>((value) => typeof value === "object" && value !== null)
  .refine(({ version }) => version === VERSION);

/** A broker's memory with what the last run stored of it; an unreadable text is left out, and all that is learned anew. */
export function resumeBrokerMemory(first: BrokerMemory, text: string | null): BrokerMemory {
  const parsed = text === null ? null : Form.safeParse(jsonOrNull(text));
  if (!parsed?.success) return first;
  const { version: _, ...stored } = parsed.data;
  return { ...first, ...stored };
}

/** The memory as if nothing of it had been stored: what it has of clients, sessions and queues stays. */
export function withoutLearned(memory: BrokerMemory, nowMs: number): BrokerMemory {
  const first = firstMemory(memory.broker, memory.pollIntervalMs, nowMs, { clients: [], sessions: [] });
  return { ...memory, ...pick(first) };
}

const pick = (memory: BrokerMemory): Stored => ({
  activity: memory.activity,
  findingsSince: memory.findingsSince,
  headsOfQueue: memory.headsOfQueue,
  heartbeatEndsMs: memory.heartbeatEndsMs,
  nodeTrends: memory.nodeTrends,
  opened: memory.opened,
  progress: memory.progress,
  refusals: memory.refusals,
  statsFreshness: memory.statsFreshness,
  stopAnnouncedMs: memory.stopAnnouncedMs,
  unroutable: memory.unroutable,
  uptimesMs: memory.uptimesMs,
});

function jsonOrNull(text: string): unknown {
  try {
    return memoryFromJson(text);
  } catch {
    return null;
  }
}
