import { BUILT_IN_RULES } from "@/lib/alerts/catalogue/built-in";
import { type EvaluatedAlerts, evaluateAlerts } from "@/lib/alerts/engine/evaluate-alerts";
import type { AlertEvent } from "@/lib/alerts/model/alert";
import type { Reading } from "@/lib/alerts/model/reading";
import type { Rule } from "@/lib/alerts/model/rule";
import { SECOND } from "@/lib/base/time/duration";
import { deriveSource } from "@/lib/collector/source/derive-source";
import type { ApplicationFacts } from "@/lib/collector/source/follow-application";
import { firstSourceMemory } from "@/lib/collector/source/memory";
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
  /** One poll through the folds of the collector and of the alerts. */
  readonly poll: (read: (previous: SourceReading | null) => SourceReading<ApplicationFacts>) => {
    readonly readings: readonly Reading[];
    readonly events: readonly AlertEvent[];
    readonly compared: EvaluatedAlerts["compared"];
  };
}

/** A source polled every 5 s, under the built-in rules and `more`. */
export function sourceTimeline(more: readonly Rule[] = []): SourceTimeline {
  let nowMs = START_MS;
  let steppedMs = 0;
  let setMs = 0;
  let polls = 0;
  const source = { source: "mine", kind: "sql", pollIntervalMs: POLL_MS, runnersExpected: null, registry: new Map() };
  let memory = firstSourceMemory(source, nowMs);
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
    poll: (read) => {
      const before = shiftSourceMemory(memory, steppedMs);
      const { after, facts } = deriveSource(before, { ok: true, reading: read(before.reading), durationMs: 5 }, nowMs);
      const evaluation = evaluateAlerts(shiftAlerts(judged.after, steppedMs), {
        ...{ rules: [...BUILT_IN_RULES, ...more], readings: facts.readings, ended: facts.ended, nowMs },
        windows: shiftWindows(judged.windows, steppedMs),
      });
      memory = after;
      judged = evaluation;
      steppedMs = 0;
      polls += 1;
      nowMs += POLL_MS;
      return { readings: facts.readings, events: evaluation.events, compared: evaluation.compared };
    },
  };
}

export const aJobQueue: JobQueue = {
  ...{ source: "mine", kind: "sql", queue: "mail", countsAre: "exact" },
  counts: { queued: 3, running: 0, retry: 5, failed: 0, done: 9 },
  retry: { due: 5, later: 0 },
  ...{ oldestDueSeconds: 60, throughputPerMinute: null, errors: [], stuck: 0, conflicts: null },
};
