import { MINUTE } from "@/lib/base/time/duration";
import { answers } from "@/lib/sources/redis/answers";
import type { RunCommands } from "@/lib/sources/redis/commands";

/** `complete`: every key of the database has been scanned since this process began to poll it. */
export interface FoundKeys {
  readonly keys: readonly string[];
  readonly complete: boolean;
}

/** The keys that match a pattern of SCAN. */
export type FindKeys = (pattern: string) => Promise<FoundKeys>;

/** Redis scans this many keys in a few hundred microseconds, and serves other clients in between. */
const KEYS_PER_CALL = 1_000;
/** A poll scans a hundred thousand keys; the next one continues. */
const CALLS_MAX = 100;
/** More keys than queues are shown. */
const KEYS_MAX = 10_000;
/** Queues seldom appear. A new one is found this much later. */
const REPEAT_AFTER_MS = MINUTE;

/** How far the scan for one pattern has come. */
interface Scan {
  cursor: string;
  readonly found: Set<string>;
}
interface Pattern {
  scan: Scan | null;
  /** What the last complete scan found. */
  complete: ReadonlySet<string> | null;
  completedMs: number;
}
/** By pattern; a reader keeps it between polls. */
export type ScanMemory = Map<string, Pattern>;

/** Finds keys by SCAN, a part of a large database at each poll. */
export const finderOf =
  (run: RunCommands, memory: ScanMemory, nowMs: number): FindKeys =>
  async (pattern) => {
    const state = memory.get(pattern) ?? { scan: null, complete: null, completedMs: Number.NEGATIVE_INFINITY };
    memory.set(pattern, state);
    if (state.scan !== null || nowMs - state.completedMs >= REPEAT_AFTER_MS) {
      await scanFurther(run, pattern, state);
      if (state.scan === null) state.completedMs = nowMs;
    }
    const keys = new Set([...(state.complete ?? []), ...(state.scan?.found ?? [])]);
    return { keys: [...keys].slice(0, KEYS_MAX), complete: state.complete !== null };
  };

async function scanFurther(run: RunCommands, pattern: string, state: Pattern): Promise<void> {
  const scan = state.scan ?? { cursor: "0", found: new Set<string>() };
  state.scan = scan;
  for (let call = 0; call < CALLS_MAX; call += 1) {
    const command = ["SCAN", scan.cursor, "MATCH", pattern, "COUNT", KEYS_PER_CALL] as const;
    const [answer] = await run({ name: "keys", commands: [command] });
    const [cursor, keys] = answers.list(answer);
    for (const key of answers.texts(keys)) if (scan.found.size < KEYS_MAX) scan.found.add(key);
    scan.cursor = String(cursor ?? "0");
    if (scan.cursor !== "0") continue;
    state.complete = scan.found;
    state.scan = null;
    return;
  }
}
