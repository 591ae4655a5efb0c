import { BUILT_IN_RULES } from "@/lib/alerts/catalogue/built-in";
import { pendingStateOf } from "@/lib/alerts/engine/alert-state";
import { type EvaluatedAlerts, evaluateAlerts, fromStored } from "@/lib/alerts/engine/evaluate-alerts";
import type { AlertEvent } from "@/lib/alerts/model/alert";
import type { Reading } from "@/lib/alerts/model/reading";
import type { Rule } from "@/lib/alerts/model/rule";
import { SECOND } from "@/lib/base/time/duration";
import { deriveSource } from "@/lib/collector/source/derive-source";
import type { ApplicationFacts } from "@/lib/collector/source/follow-application";
import { firstSourceMemory } from "@/lib/collector/source/memory";
import {
  isMemoryDue,
  resumeSourceMemory,
  type StoredMemory,
  storedSourceMemory,
} from "@/lib/collector/source/stored-memory";
import { shiftAlerts, shiftSourceMemory, shiftWindows } from "@/lib/collector/tick/clock-step";
import type { JobQueue, SourceReading } from "@/lib/sources/jobs/job";

const START_MS = Date.UTC(2026, 10, 21);
const POLL_MS = 5 * SECOND;

export interface SourceTimeline {
  readonly nowMs: () => number;
  /** What the source's own clock shows: nobody sets it. */
  readonly sourceNowMs: () => number;
  /** How many polls there were before this one. */
  readonly polls: () => number;
  /** Sets our clock by so many ms; the next poll measures it. */
  readonly stepClock: (byMs: number) => void;
  /**
   * Starts again from what was stored: at the last poll, or after a kill at the last poll that stored its memory. `awayMs`:
   * for how long there was no process. `forgotten`: the former version stored no memory.
   */
  readonly restart: (how: { readonly killed: boolean; readonly awayMs?: number; readonly forgotten?: boolean }) => void;
  /** One poll through the folds of the collector and of the alerts. */
  readonly poll: (read: (previous: SourceReading | null) => SourceReading<ApplicationFacts>) => {
    readonly readings: readonly Reading[];
    readonly events: readonly AlertEvent[];
    readonly compared: EvaluatedAlerts["compared"];
  };
}

/** A source polled every `pollMs`, under the built-in rules and `more`. */
export function sourceTimeline(more: readonly Rule[] = [], pollMs = POLL_MS): SourceTimeline {
  let nowMs = START_MS;
  let steppedMs = 0;
  let setMs = 0;
  let polls = 0;
  const source = { source: "mine", kind: "sql", pollIntervalMs: pollMs, runnersExpected: null, registry: new Map() };
  let memory = firstSourceMemory(source, nowMs);
  let stored: StoredMemory | null = null;
  let polledMs = nowMs;
  let judged: Pick<EvaluatedAlerts, "after" | "windows"> = { after: new Map(), windows: new Map() };
  return {
    nowMs: () => nowMs,
    sourceNowMs: () => nowMs - setMs,
    polls: () => polls,
    stepClock: (byMs) => {
      nowMs += byMs;
      steppedMs += byMs;
      setMs += byMs;
    },
    restart: ({ killed, awayMs = 0, forgotten = false }) => {
      const text = killed ? null : storedSourceMemory(memory);
      const latest = text === null ? stored : { text, savedMs: polledMs };
      nowMs += awayMs;
      const first = firstSourceMemory(source, nowMs);
      const isAlerted = judged.after.size > 0;
      memory = forgotten
        ? { ...first, unknownBeforeMs: isAlerted ? nowMs : null }
        : resumeSourceMemory(first, latest, nowMs);
      const alerts = [...judged.after.values()];
      const holds = new Map(alerts.map((pending) => [pending.alert.id, pendingStateOf(pending)]));
      judged = {
        ...judged,
        after: fromStored(
          alerts.map(({ alert }) => alert),
          polledMs,
          holds,
        ),
      };
    },
    poll: (read) => {
      const before = shiftSourceMemory(memory, steppedMs);
      const { after, facts } = deriveSource(before, { ok: true, reading: read(before.reading), durationMs: 5 }, nowMs);
      const evaluation = evaluateAlerts(shiftAlerts(judged.after, steppedMs), {
        ...{ rules: [...BUILT_IN_RULES, ...more], readings: facts.readings, ended: facts.ended, nowMs },
        windows: shiftWindows(judged.windows, steppedMs),
      });
      memory = after;
      judged = evaluation;
      polledMs = nowMs;
      if (isMemoryDue(stored?.savedMs ?? null, nowMs)) {
        const text = storedSourceMemory(after);
        stored = text === null ? null : { text, savedMs: nowMs };
      }
      steppedMs = 0;
      polls += 1;
      nowMs += pollMs;
      return { readings: facts.readings, events: evaluation.events, compared: evaluation.compared };
    },
  };
}

export const aJobQueue: JobQueue = {
  ...{ source: "mine", kind: "sql", queue: "mail", countsAre: "exact" },
  counts: { queued: 3, running: 0, retry: 5, failed: 0, done: 9, scheduled: null },
  retry: { due: 5, later: 0 },
  ...{ oldestDueSeconds: 60, throughputPerMinute: null, errors: [], stuck: 0, conflicts: null },
};
